"""The link in the letter to an address that has to be confirmed. Opening it changes nothing: mail scanners open links too."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core.attempts import count
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import public_event
from eventsvc.ticketing.forms.rates import DeclineForm
from eventsvc.ticketing.rules import holding, proving


async def prove(request: Request) -> Response:
    """GET shows whose tickets; POST confirms the address, or says that it was somebody else."""
    event = await public_event(request)
    code, secret, token = (request.path_params[name] for name in ("code", "secret", "token"))
    order, form, refusal = await proving.by_token(event, code, secret, token), start(DeclineForm), None
    if request.method == "POST":
        form = await parse(request, DeclineForm)
        try:
            if form.value("do") == "disown":
                await proving.disown(order)
                return redirect(f"{request.url.path}?done=1")
            await proving.prove(event, order)
            return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}?new=1")
        except Refused as refused:
            refusal = refused
    return page(
        request,
        "ticketing/prove.html",
        refusal.status if refusal else 200,
        event=event,
        order=order,
        refusal=refusal,
        done="done" in request.query_params,
    )


async def again(request: Request) -> Response:
    """Send the letter once more: it goes to the address of the order, whoever asks."""
    event = await public_event(request)
    order = await holding.by_secret(event, request.path_params["code"], request.path_params["secret"])
    await count("prove-again", order.code, limit=10, per=timedelta(days=1))
    await proving.send_again(event, order)
    return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}?sent=1#kept")


routes = [
    Route("/{event}/orders/{code}/{secret}/prove", again, methods=["POST"]),
    Route("/{event}/orders/{code}/{secret}/prove/{token}", prove, methods=["GET", "POST"]),
]
