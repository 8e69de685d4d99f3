"""Places of an organisation: taken by its contact without names, named there, or claimed by a colleague with a link."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ValidationError

from eventsvc.audit.rules import record
from eventsvc.core import sheet, signing
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import errors_of
from eventsvc.core.text import fold, unlinked
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.members.models import Allowance
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.forms.places import PlaceForm, PlacesForm
from eventsvc.ticketing.models import HOLDING, Order, Rate, Ticket, TicketType
from eventsvc.ticketing.rules import orders
from eventsvc.ticketing.rules.placing import place_order

SOURCE = "company"
"""Of orders that a contact placed on the organisation's page."""


class AlreadyClaimed(Refused):
    kind = "already-claimed"
    title = "This place has a name already"


class TooManyPeople(Refused):
    status = 422
    kind = "invalid"
    title = "There are more people than places"


class Cancelled(Refused):
    kind = "not-live"
    title = "This place is not there any more"


async def types_for(event: Event, allowance: Allowance) -> list[TicketType]:
    """What the organisation has a price of its own for, on sale now."""
    kind, moment = allowance.organisation.kind, now()
    rates = await Rate.filter(ticket_type__event=event, ticket_type__public=True).select_related("ticket_type__quota")
    found = {one.ticket_type_id: one.ticket_type for one in rates if kind in one.kinds and one.ticket_type.is_on_sale(moment)}
    return sorted(found.values(), key=lambda one: (one.position, one.id))


async def take(event: Event, allowance: Allowance, wanted: PlacesForm, *, key: str) -> Order:
    """Take places in the organisation's name: the free ones first, the others on one invoice. The same `key` again is the same order.

    Raises what `placing.place_order` raises, about the fields of an order.
    """
    one = allowance.organisation
    guest = TicketWanted(ticket_type=wanted.ticket_type, name=f"Guest of {unlinked(one.name)}", organisation=unlinked(one.name))
    form = OrderForm(
        email=one.email,
        tickets=[guest] * wanted.count,
        invoice_to=wanted.invoice_to,
        purchase_order=wanted.purchase_order,
        member=one.code,
        free_seen=wanted.free_seen,
    )
    async with transaction():
        order = await place_order(event, form, source=SOURCE, key=f"{SOURCE}:{allowance.id}:{key}", letter=False, by=one.name)
        fresh = await Ticket.filter(order=order, claim_secret=None, state__in=HOLDING)
        if not await mail.queue(
            "ticketing/places", order.email, event_id=event.id, dedupe=f"places:{order.id}", order=order.id, allowance=allowance.id
        ):
            return order
        for ticket in fresh:
            await ticket.change(claim_secret=signing.secret())
    return order


async def of(event: Event, allowance: Allowance) -> list[Ticket]:
    """The live places of the organisation: its free ones, and what its contact bought. With type and order."""
    rows = Ticket.filter(event=event, member_of_id=allowance.organisation_id, state__in=HOLDING).order_by("id")
    return [one for one in await rows.select_related("ticket_type", "order") if one.allowance_id or one.order.source == SOURCE]


async def one_of(event: Event, allowance: Allowance, code: str) -> Ticket:
    """Raises NotFound."""
    found = next((one for one in await of(event, allowance) if one.code == code), None)
    if found is None:
        raise NotFound("This place is not there any more. It may have been cancelled, or passed on.")
    return found


def link(event: Event, ticket: Ticket) -> str:
    """What a contact forwards to a colleague; empty once the place has a name."""
    return f"{settings().base_url}/{event.slug}/claim/{ticket.claim_secret}" if ticket.claim_secret else ""


async def by_claim(event: Event, secret: str) -> Ticket:
    """The place behind such a link. Raises NotFound."""
    found = await Ticket.get_or_none(event=event, claim_secret=secret, state__in=HOLDING).select_related("ticket_type", "order")
    if found is None:
        raise NotFound("This link was used already, or the place is not there any more. Ask whoever sent it to you.")
    return found


async def name(ticket: Ticket, wanted: PlaceForm, *, by: str) -> Ticket:
    """Who comes on a place that had no name yet; the ticket goes to them. Two at once: one of them is told. Raises AlreadyClaimed."""
    async with transaction():
        await orders.locked_order(await Order.get(id=ticket.order_id))
        return await _name(ticket, wanted, by=by)


async def _name(ticket: Ticket, wanted: PlaceForm, *, by: str) -> Ticket:
    taken = await fetch(
        "UPDATE ticket SET claim_secret = NULL WHERE id = $1 AND claim_secret IS NOT NULL AND state <> 'cancelled' RETURNING id", ticket.id
    )
    if not taken:
        raise AlreadyClaimed("Somebody has just taken this place. Ask whoever sent you the link for another.")
    held = await Ticket.get(id=ticket.id)
    folded = fold(wanted.name, wanted.email, held.organisation)
    await held.change(**wanted.model_dump(), folded=folded, changed_at=now())
    await record("ticket.named", held, by=by)
    await mail.queue("ticketing/passed_to_you", held.email, event_id=held.event_id, dedupe=f"received:{held.id}", ticket=held.id)
    return held


async def new_link(ticket: Ticket, *, by: str) -> None:
    """The old link is good for nothing any more. Raises AlreadyClaimed."""
    async with transaction():
        done = await fetch(
            "UPDATE ticket SET claim_secret = $2 WHERE id = $1 AND claim_secret IS NOT NULL RETURNING id", ticket.id, signing.secret()
        )
        if not done:
            raise AlreadyClaimed("This place has a name already.")
        await record("ticket.link_renewed", ticket, by=by)


@dataclass
class Named:
    """What came of a pasted list: how many got a place, and what is wrong by line; with that, nothing was kept."""

    count: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


async def name_all(event: Event, allowance: Allowance, pasted: str, *, by: str) -> Named:
    """Give the places without a name to a pasted list, in its order: name, e-mail, job title, with or without a line of heads.

    Raises TooManyPeople, AlreadyClaimed, sheet.BadFile.
    """
    result, people = Named(), []
    for line, cells in _lines(pasted):
        try:
            people.append(PlaceForm.model_validate(cells))
        except ValidationError as exc:
            result.wrong += [(line, f"{name.replace('_', ' ')}: {said}") for name, said in errors_of(exc)]
    if result.wrong:
        return result
    async with transaction():
        free = [one for one in await of(event, allowance) if one.claim_secret]
        if len(people) > len(free):
            raise TooManyPeople(f"{len(people)} people, and {len(free)} places without a name. Take more places first.", field="people")
        for order_id in sorted({one.order_id for one in free}):
            await orders.locked_order(await Order.get(id=order_id))
        for ticket, person in zip(free, people, strict=False):
            await _name(ticket, person, by=by)
    result.count = len(people)
    return result


_HEADS = {"name": "name", "full name": "name", "email": "email", "e mail": "email", "job title": "job_title", "role": "job_title"}


def _lines(pasted: str) -> list[tuple[int, dict[str, str]]]:
    """(line number, what is in it). Heads are known by their words; without any it is name, e-mail, job title."""
    rows = sheet.table(pasted).rows
    heads = [_HEADS.get(fold(str(cell)), "") for cell in rows[0][1]] if rows else []
    columns, first = (heads, 1) if {"name", "email"} <= set(heads) else (["name", "email", "job_title"], 0)
    return [(line, {name: str(cell) for name, cell in zip(columns, cells, strict=False) if name}) for line, cells in rows[first:]]
