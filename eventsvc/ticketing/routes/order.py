"""The order behind its secret link: what is in it, what is due, cancel."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core.errors import Refused
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import public_event
from eventsvc.ticketing.models import Invoice
from eventsvc.ticketing.rules import orders, tickets


async def show(request: Request) -> Response:
    """The order as it stands."""
    event = await public_event(request)
    order = await orders.by_secret(event, request.path_params["code"], request.path_params["secret"])
    return page(
        request,
        "ticketing/order.html",
        event=event,
        order=order,
        invoices=await Invoice.filter(order=order),
        new="new" in request.query_params,
        refusal=None,
    )


async def cancel(request: Request) -> Response:
    """The buyer cancels the whole order; paid ones go through the organiser."""
    event = await public_event(request)
    order = await orders.by_secret(event, request.path_params["code"], request.path_params["secret"])
    try:
        await tickets.cancel_own_order(order, event)
    except Refused as refusal:
        return page(
            request,
            "ticketing/order.html",
            refusal.status,
            event=event,
            order=order,
            invoices=await Invoice.filter(order=order),
            new=False,
            refusal=refusal,
        )
    return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}")


routes = [
    Route("/{event}/orders/{code}/{secret}", show),
    Route("/{event}/orders/{code}/{secret}/cancel", cancel, methods=["POST"]),
]
