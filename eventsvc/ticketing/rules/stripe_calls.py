"""What is said to Stripe, and what it says: each call once, whatever is retried. No decision about an order is made here."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from eventsvc.core.config import settings
from eventsvc.core.errors import Refused

log = logging.getLogger("eventsvc.stripe")
T = TypeVar("T")


class CardsAway(Refused):
    status = 503
    kind = "cards-away"
    title = "The card company does not answer"


class SaidNo(Exception):
    """Stripe will never do this, however often it is asked."""


class NotFromStripe(Refused):
    status = 400
    kind = "bad-signature"
    title = "This is not signed by Stripe"


@dataclass(frozen=True)
class Page:
    """A Checkout Session: where somebody pays, and whether they have."""

    session: str
    url: str
    paid: bool
    amount: int
    currency: str
    intent: str
    ours: str
    """The number of our row, as we sent it."""


def is_on() -> bool:
    return bool(settings().stripe_secret_key)


@functools.lru_cache(maxsize=1)
def _client(key: str, base: str) -> Any:
    import stripe  # 0.4 s: only where cards are used

    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key, base_addresses={"api": base.rstrip("/")}, http_client=stripe.RequestsClient(timeout=10), max_network_retries=1
    )


async def _ask(call: Callable[[Any], T]) -> T:
    """In a thread. Raises CardsAway where asking again may help, SaidNo where it does not."""
    client = _client(settings().stripe_secret_key, settings().stripe_api_base)
    import stripe

    try:
        return await asyncio.to_thread(call, client)
    except (stripe.APIConnectionError, stripe.RateLimitError) as exc:
        log.warning("stripe does not answer", extra={"error": type(exc).__name__})
        raise CardsAway("The card company does not answer just now, and nothing was charged. Try again in a minute.") from None
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as exc:
        log.warning("stripe said no", extra={"error": type(exc).__name__, "code": exc.code})
        raise SaidNo(exc.code or "") from None
    except stripe.StripeError as exc:
        log.error("stripe refuses us", extra={"error": type(exc).__name__, "code": exc.code})
        raise CardsAway("Card payment does not work just now, and nothing was charged. Try again later.") from None


def _page(session: Any) -> Page:
    return Page(
        session=session["id"],
        url=session.get("url") or "",
        paid=session.get("payment_status") == "paid",
        amount=int(session.get("amount_total") or 0),
        currency=(session.get("currency") or "").upper(),
        intent=session.get("payment_intent") or "",
        ours=(session.get("metadata") or {}).get("payment", ""),
    )


async def open_page(
    key: str, *, ours: int, code: str, email: str, name: str, amount: int, currency: str, back: str, done: str, ends: int | None
) -> Page:
    """A page to pay on; the same `key` is the same page. Raises CardsAway, SaidNo."""
    line = {"quantity": 1, "price_data": {"currency": currency.lower(), "unit_amount": amount, "product_data": {"name": name}}}
    params: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [line],
        "customer_email": email,
        "client_reference_id": code,
        "metadata": {"payment": str(ours), "order": code},
        "payment_intent_data": {"metadata": {"payment": str(ours), "order": code}, "description": f"Order {code}"},
        "success_url": done,
        "cancel_url": back,
    }
    if ends:
        params["expires_at"] = ends
    made = await _ask(lambda client: client.v1.checkout.sessions.create(params, {"idempotency_key": key}))
    return _page(made.to_dict())


async def look(session: str) -> Page:
    """How a page stands. Raises CardsAway, SaidNo."""
    return _page((await _ask(lambda client: client.v1.checkout.sessions.retrieve(session))).to_dict())


async def close_page(session: str) -> None:
    """Nobody can pay on it any more. Raises CardsAway, and SaidNo where it was paid or is over."""
    await _ask(lambda client: client.v1.checkout.sessions.expire(session))


async def pay_back(key: str, intent: str, amount: int) -> None:
    """Send money back to the card; the same `key` is one refund. Raises CardsAway, SaidNo."""
    params: Any = {"payment_intent": intent, "amount": amount}
    await _ask(lambda client: client.v1.refunds.create(params, {"idempotency_key": key}))


def told(body: bytes, signature: str) -> tuple[str, dict[str, Any]]:
    """What Stripe told by a signed message: (what happened, the thing it happened to). Raises NotFromStripe."""
    import stripe

    if not settings().stripe_webhook_secret:
        raise NotFromStripe("EVENTSVC_STRIPE_WEBHOOK_SECRET is not set, so nobody can know who sent this.")
    try:
        event = stripe.Webhook.construct_event(body, signature, settings().stripe_webhook_secret).to_dict()
        return str(event["type"]), dict(event["data"]["object"])
    except (ValueError, KeyError, TypeError, stripe.SignatureVerificationError):
        raise NotFromStripe("The signature does not fit, or the message is too old.") from None


def page_of(thing: dict[str, Any]) -> Page:
    """The page in a message about one."""
    return _page(thing)
