"""Changing a ticket after it was bought: by its buyer behind the order's link, or by the organiser. The sum is shown before it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.attempts import count
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check
from eventsvc.core.web import PRIVATE, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.forms.add_ons import ChangeForm, slug, ticked
from eventsvc.ticketing.models import AddOn, Ticket, TicketType
from eventsvc.ticketing.routes.basket import basket
from eventsvc.ticketing.routes.catalogue import pounds
from eventsvc.ticketing.rules import changing, choosing, holding
from eventsvc.ticketing.rules.rates import OnPage

P = "tickets-0-"


async def own(request: Request) -> Response:
    """The buyer, until the event's deadline."""
    event = await public_event(request)
    order = await holding.by_secret(event, request.path_params["code"], request.path_params["secret"])
    ticket = next((one for one in order.tickets if one.code == request.path_params["ticket"]), None)
    if ticket is None or not changing.may_change(event, order, ticket):
        raise NotFound("There is nothing to change here any more.")
    back = f"/{event.slug}/orders/{order.code}/{order.secret}"
    return await _page(request, event, ticket, back=back, by="buyer", email=order.email)


async def by_organiser(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_ORDERS)
    found = Ticket.get_or_none(event=event, code=request.path_params["code"]).select_related("ticket_type")
    ticket = await found.prefetch_related("add_ons__add_on")
    if ticket is None:
        raise NotFound("There is no such ticket at this event.")
    return await _page(request, event, ticket, back=f"/manage/{event.slug}/attendees/{ticket.code}", by="")


async def _page(request: Request, event: Event, ticket: Ticket, *, back: str, by: str, email: str = "") -> Response:
    """GET shows what it is; POST says what the change would cost, or makes it. `by` is empty for the organiser; a buyer's change is a
    letter to `email`, which nobody has proved: as many as orders.
    """
    everything, moment, made = await choosing.add_ons_of(event), now(), None
    groups = choosing.grouped(choosing.offered(everything, moment) if by else everything)
    form: Form[ChangeForm] = Form(_shown(ticket, groups))
    if request.method == "POST":
        async with request.form(max_fields=300, max_files=0) as posted:
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        form = _read(pairs)
        if by and form.value("do") == "change" and not form.errors:
            await count("order-mail", email.lower(), limit=60, per=timedelta(hours=1))
        try:
            if not form.errors and form.value("do") == "change":
                seen = str(form.value("seen"))
                digits = seen.removeprefix("-")
                shown = int(seen) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None
                await changing.change(event, ticket, form.data, by=by or request.state.user.label, own=bool(by), seen=shown)
                return redirect(f"{back}?done=change")
            if not form.errors:
                made = await changing.look(event, ticket, form.data, own=bool(by))
        except Refused as refusal:
            form.refuse(refusal)
    types = [
        one
        for one in await TicketType.filter(event=event).select_related("quota")
        if not by or one.public or one.id == ticket.ticket_type_id
    ]
    prices = {one.code: OnPage(int(ticket.price) if one.id == ticket.ticket_type_id else one.price_at(moment)) for one in types}
    return page(
        request,
        "ticketing/change.html",
        422 if form.errors else 200,
        headers=PRIVATE,
        event=event,
        ticket=ticket,
        form=form,
        made=made,
        back=back,
        layout="event.html" if by else "manage.html",
        types=types,
        prices=prices,
        offers=groups,
        moment=moment,
        basket=basket(form, types, [prices], everything, vat=bool(event.organiser.vat_number)),
    )


def _shown(ticket: Ticket, groups: list[tuple[str, list[AddOn]]]) -> dict[str, Any]:
    """The ticket as it is, in the fields of the page."""
    had = {row.add_on_id: row for row in ticket.extras}
    values: dict[str, Any] = {f"{P}ticket_type": ticket.ticket_type.code}
    if ticket.ticket_type.open_amount:
        values[f"{P}amount"] = pounds(ticket.price)
    for number, (group, members) in enumerate(groups, 1):
        for one in (one for one in members if one.id in had and not one.is_part_of(ticket.ticket_type)):
            if one.open_amount and not group:
                values[f"{P}amount_{slug(one.code)}"] = pounds(had[one.id].price)
            else:
                values[f"{P}group_{number}" if group else f"{P}add_on_{slug(one.code)}"] = one.code
    return values


def _read(pairs: list[tuple[str, str]]) -> Form[ChangeForm]:
    wanted = [(name.removeprefix(P), value) for name, value in pairs if name in (f"{P}ticket_type", f"{P}amount")]
    form = check(ChangeForm, wanted)
    form.errors = {f"{P}{name}": sentence for name, sentence in form.errors.items()}
    form.values = dict(pairs)
    extras, wrong = ticked(pairs, P)
    for field, sentence in wrong:
        form.errors.setdefault(field, sentence)
    if not form.errors:
        form.data.add_ons = extras
    return form


routes = [Route("/{event}/orders/{code}/{secret}/tickets/{ticket}", own, methods=["GET", "POST"])]
manage = [Route("/manage/{event}/attendees/{code}/change", by_organiser, methods=["GET", "POST"])]
