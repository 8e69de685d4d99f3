"""The order behind its secret link: what is in it, what is due, until when its places are kept; change how it is paid, cancel."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.text import is_number
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.ticketing.forms import InvoiceToForm
from eventsvc.ticketing.models import Invoice, Order, OrderState
from eventsvc.ticketing.rules import cards, changing, holding, ledger, stripe_calls, terms, tickets


async def show(request: Request) -> Response:
    """The order as it stands."""
    event, order = await _order(request)
    return await _shown(request, event, order)


async def _order(request: Request) -> tuple[Event, Order]:
    event = await public_event(request)
    return event, await holding.by_secret(event, request.path_params["code"], request.path_params["secret"])


async def _shown(
    request: Request, event: Event, order: Order, refusal: Refused | None = None, form: Form[InvoiceToForm] | None = None
) -> Response:
    return page(
        request,
        "ticketing/order.html",
        refusal.status if refusal else 422 if form else 200,
        event=event,
        order=order,
        invoices=await Invoice.filter(order=order),
        went_back=await ledger.went_back(order),
        may_extend=holding.may_extend(order),
        form=form or start(InvoiceToForm, invoice_to=order.invoice_to, purchase_order=order.purchase_order, vat_number=order.vat_number),
        offer=await terms.seen(event, order, await terms.live(order)),
        terms=terms.in_words(event, await terms.of(event)),
        changeable=[one.id for one in order.tickets if changing.may_change(event, order, one)],
        changed=request.query_params.get("done") == "change",
        new="new" in request.query_params,
        card=request.query_params.get("card", ""),
        by_card=stripe_calls.is_on(),
        refusal=refusal,
    )


async def extend(request: Request) -> Response:
    """Keep the places as long again."""
    event, order = await _order(request)
    try:
        await holding.extend(order)
    except Refused as refusal:
        return await _shown(request, event, order, refusal)
    return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}#kept")


async def to_invoice(request: Request) -> Response:
    """Pay by invoice instead of by card."""
    event, order = await _order(request)
    form = await parse(request, InvoiceToForm)
    if form.errors:
        return await _shown(request, event, order, form=form)
    try:
        await holding.to_invoice(order, form.data)
    except Refused as refusal:
        return await _shown(request, event, order, refusal)
    return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}?new=1")


async def by_card(request: Request) -> Response:
    """POST goes to the page of the card company; GET is the way back from it."""
    event, order = await _order(request)
    if request.method == "POST":
        return await to_card(request, event, order)
    try:
        order = await cards.look(order)
    except Refused:  # their own message comes too
        return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}?card=later")
    return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}?card={'done' if order.state == OrderState.PAID else 'not'}")


async def to_card(request: Request, event: Event, order: Order) -> Response:
    """Off to the card company. A page of ours in between, since its policy lets forms lead only to ourselves."""
    try:
        to = await cards.page_for(event, order)
    except Refused as refusal:
        order = await holding.by_secret(event, order.code, order.secret)
        return await _shown(request, event, order, refusal)
    return page(request, "ticketing/to_card.html", event=event, order=order, to=to)


async def cancel(request: Request) -> Response:
    """The buyer cancels the whole order, for the fee that the page showed."""
    event, order = await _order(request)
    try:
        async with request.form(max_fields=5) as posted:
            fee = str(posted.get("fee", ""))
        await tickets.cancel_own_order(order, event, seen=int(fee) if is_number(fee) else None)
    except Refused as refusal:
        return await _shown(request, event, order, refusal)
    return redirect(f"/{event.slug}/orders/{order.code}/{order.secret}")


routes = [
    Route("/{event}/orders/{code}/{secret}", show),
    Route("/{event}/orders/{code}/{secret}/extend", extend, methods=["POST"]),
    Route("/{event}/orders/{code}/{secret}/invoice", to_invoice, methods=["POST"]),
    Route("/{event}/orders/{code}/{secret}/card", by_card, methods=["GET", "POST"]),
    Route("/{event}/orders/{code}/{secret}/cancel", cancel, methods=["POST"]),
]
