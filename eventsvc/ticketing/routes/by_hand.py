"""The organiser places an order for somebody, and changes who bought one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core import signing
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms import MAX_TICKETS
from eventsvc.ticketing.forms.desk import BuyerForm, HandForm, HandPay, NoteForm
from eventsvc.ticketing.models import Invoice, Order, TicketType
from eventsvc.ticketing.routes.basket import added
from eventsvc.ticketing.rules import by_hand, choosing, orders

HOW = [
    (HandPay.INVOICE, "To be paid: an invoice by bank transfer"),
    (HandPay.BANK, "Paid already, by bank transfer"),
    (HandPay.CASH, "Paid already, in cash"),
    (HandPay.COMP, "Free of charge"),
]


async def new_order(request: Request) -> Response:
    """GET shows the form; POST adds or drops a person, or places the order."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    if request.method == "GET":
        return await _form(request, event, start(HandForm, once=signing.secret(), letter="true"), people=1)
    async with request.form(max_fields=3000, max_files=0) as posted:
        pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
    values = dict(pairs)
    people = min(MAX_TICKETS, max(1, sum(name.startswith("tickets-") and name.endswith("-name") for name in values)))
    if values.get("do") == "add":
        return await _form(request, event, Form(values), min(MAX_TICKETS, people + 1))
    if values.get("do") == "drop":
        return await _form(request, event, Form(values), max(1, people - 1))
    form = check(HandForm, pairs)
    form.values.update(values)
    added(form, pairs, people)
    if not form.errors:
        try:
            key = f"hand:{values.get('once') or signing.secret()}"
            order = await by_hand.place(event, form.data, key=key, by=request.state.user.label)
            return redirect(f"/manage/{event.slug}/orders/{order.code}?done=placed")
        except Invalid as refusal:
            form.errors.update(refusal.errors)
        except Refused as refusal:
            form.refuse(refusal)
        form.values["once"] = signing.secret()
    return await _form(request, event, form, people, status=422)


async def _form(request: Request, event: Event, form: Form[HandForm], people: int, *, status: int = 200) -> Response:
    return page(
        request,
        "ticketing/new_order.html",
        status,
        event=event,
        form=form,
        people=people,
        types=await TicketType.filter(event=event).select_related("quota"),
        offers=choosing.grouped(await choosing.add_ons_of(event)),
        moment=None,
        due_on=orders.pay_by(event),
        how=HOW,
        most=MAX_TICKETS,
    )


async def _order(event: Event, request: Request) -> Order:
    order = await Order.get_or_none(event=event, code=request.path_params["code"])
    if order is None:
        raise NotFound("There is no such order at this event.")
    return order


async def buyer(request: Request) -> Response:
    """Change the buyer's address, the invoice address, or the note."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    order, by = await _order(event, request), request.state.user.label
    form = start(BuyerForm, **{name: getattr(order, name) for name in BuyerForm.model_fields})
    noted = start(NoteForm, note=order.note)
    if request.method == "POST":
        form = await parse(request, BuyerForm)
        if form.value("do") == "note":
            noted = await parse(request, NoteForm)
            if not noted.errors:
                await by_hand.note(order, noted.data.note, by=by)
                return redirect(f"/manage/{event.slug}/orders/{order.code}?done=note")
            form = start(BuyerForm, **{name: getattr(order, name) for name in BuyerForm.model_fields})
        elif not form.errors:
            try:
                await by_hand.change_buyer(order, form.data, by=by)
                return redirect(f"/manage/{event.slug}/orders/{order.code}?done=buyer")
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "ticketing/buyer.html",
        422 if form.errors or noted.errors else 200,
        event=event,
        order=order,
        form=form,
        noted=noted,
        invoiced=await Invoice.exists(order=order),
    )


routes = [
    Route("/manage/{event}/orders/new", new_order, methods=["GET", "POST"]),
    Route("/manage/{event}/orders/{code}/buyer", buyer, methods=["GET", "POST"]),
]
