"""The organiser's page of an order, and attendees: the list with search, and one of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.audit.models import Entry
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.text import is_number
from eventsvc.core.web import csv_file, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms import PayForm, PersonForm, RefundForm
from eventsvc.ticketing.models import Invoice, Order, PayMethod, Ticket, TicketQuestion, TicketState, TicketType
from eventsvc.ticketing.render import said
from eventsvc.ticketing.rules import add_ons, answers, cards, invoices, orders, reports, terms, tickets

PER_PAGE = 50


def _asked(request: Request) -> tuple[str, str, int]:
    query = request.query_params
    after = query.get("after", "")
    return query.get("search", "")[:100], query.get("state", ""), int(after) if is_number(after) else 0


async def _order(event: Event, request: Request) -> Order:
    found = Order.get_or_none(event=event, code=request.path_params["code"])
    order = await found.prefetch_related("tickets__ticket_type", "tickets__add_ons__add_on", "payments")
    if order is None:
        raise NotFound("There is no such order at this event.")
    return order


async def order_page(request: Request) -> Response:
    """GET shows the order with its history; POST does one thing to it."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    order, refusal = await _order(event, request), None
    form: Form[PayForm] = start(PayForm)
    if request.method == "POST":
        form, by = await parse(request, PayForm), request.state.user.label
        try:
            match form.value("do"):
                case "pay" if not form.errors:
                    paid = form.data
                    await orders.pay(order, paid.method, by=by, note=paid.note, amount=paid.amount, paid_before=paid.paid_before)
                case "pay":
                    raise Refused(next(iter(form.errors.values())))
                case "let_go":
                    await orders.let_go(order, by=by)
                case "cancel":
                    kept = terms.offer(await terms.of(event), order, await terms.live(order)).fees if form.value("keep_fee") else None
                    await orders.cancel_order(order, by=by, fees=kept)
                case "refund":
                    wanted = await parse(request, RefundForm)
                    if wanted.errors:
                        raise Refused(next(iter(wanted.errors.values())))
                    await cards.give_back(order, wanted.data.amount, wanted.data.method, by=by)
                case "invoice":
                    await invoices.issue_late(event, order, by=by)
                case "resend":
                    await orders.resend(order, by=by)
            return redirect(f"{request.url.path}?done={form.value('do')}")
        except Refused as exc:
            refusal = exc
    codes = [order.code, *(ticket.code for ticket in order.tickets)]
    history = await Entry.filter(event_id=event.id, subject__in=codes).order_by("-id").limit(50)
    return page(
        request,
        "ticketing/order_page.html",
        refusal.status if refusal else 200,
        event=event,
        order=order,
        history=[(one, said(one, event.currency)) for one in history],
        refusal=refusal,
        invoices=await Invoice.filter(order=order),
        done=request.query_params.get("done", ""),
        offer=terms.offer(await terms.of(event), order, await terms.live(order)),
        returnable=await cards.returnable(order),
        methods=[PayMethod.BANK, PayMethod.CASH],
    )


async def attendee_list(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_ORDERS)
    search, state, after = _asked(request)
    kind = request.query_params.get("type", "")
    found = tickets.found(event, search, state, kind)
    total = await found.count()
    if after:
        found = found.filter(id__lt=after)
    rows = await found.order_by("-id").limit(PER_PAGE + 1).select_related("ticket_type")
    return page(
        request,
        "ticketing/attendees.html",
        event=event,
        tickets=rows[:PER_PAGE],
        search=search,
        state=state,
        kind=kind,
        total=total,
        states_all=list(TicketState),
        types=await TicketType.filter(event=event),
        next=rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None,
    )


async def attendee(request: Request) -> Response:
    """GET shows one attendee; POST corrects the name or cancels the ticket."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    ticket = await Ticket.get_or_none(event=event, code=request.path_params["code"]).select_related("ticket_type", "order", "passed_to")
    if ticket is None:
        raise NotFound("There is no such ticket at this event.")
    form = start(PersonForm, name=ticket.name, organisation=ticket.organisation, job_title=ticket.job_title)
    if request.method == "POST":
        form, by = await parse(request, PersonForm), request.state.user.label
        try:
            if form.value("do") == "cancel":
                await tickets.cancel(ticket, by=by)
                return redirect(f"{request.url.path}?done=cancel")
            if not form.errors:
                await tickets.correct(ticket, form.data, by=by)
                return redirect(f"{request.url.path}?done=save")
        except Refused as refusal:
            form.refuse(refusal)
    history = await Entry.filter(event_id=event.id, subject__in=[ticket.code, ticket.order.code]).order_by("-id").limit(50)
    return page(
        request,
        "ticketing/attendee.html",
        422 if form.errors else 200,
        event=event,
        ticket=ticket,
        form=form,
        extras=(await add_ons.of_tickets([ticket]))[ticket.id],
        answers=answers.shown(ticket, await TicketQuestion.filter(event=event)),
        history=[(one, said(one, event.currency)) for one in history],
        done=request.query_params.get("done", ""),
    )


async def download(request: Request) -> Response:
    """The attendees as CSV."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    return csv_file(await reports.attendees_csv(event), f"{event.slug}-attendees.csv")


routes = [
    Route("/manage/{event}/attendees.csv", download, name="attendees"),
    Route("/manage/{event}/orders/{code}", order_page, methods=["GET", "POST"]),
    Route("/manage/{event}/attendees", attendee_list),
    Route("/manage/{event}/attendees/{code}", attendee, methods=["GET", "POST"]),
]
