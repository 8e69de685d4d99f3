"""What Stripe tells: a page was paid or is over, money went back. Signed; the same thing told again changes nothing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from eventsvc.ticketing.rules import cards, stripe_calls


async def told(request: Request) -> Response:
    """Whatever we do not know is heard and left alone: Stripe sends again what is not answered with 2xx."""
    what, thing = stripe_calls.told(await request.body(), request.headers.get("stripe-signature", ""))
    match what:
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            await cards.paid(stripe_calls.page_of(thing))
        case "checkout.session.expired":
            await cards.closed(str(thing.get("id")))
        case "charge.refunded":
            await cards.refunded_elsewhere(str(thing.get("payment_intent") or ""), int(thing.get("amount_refunded") or 0))
    return PlainTextResponse("heard")


routes = [Route("/stripe/webhook", told, methods=["POST"])]
