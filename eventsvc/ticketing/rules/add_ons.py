"""Add-ons: the organiser's verbs, and who has which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise.queryset import QuerySet

from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, AddOn, Quota, Ticket, TicketAddOn, TicketType
from eventsvc.ticketing.rules import catalogue


class Sold(Refused):
    kind = "already-sold"
    title = "This add-on has been sold"


class BadAddOn(Refused):
    status = 422
    kind = "invalid"
    title = "That add-on cannot be"


async def add(event: Event, name: str, *, places: int | None = None, quota: int | None = None, by: str = "", **values: Any) -> AddOn:
    """A new add-on with places of its own (None: no limit), or those of the quota given. Raises BadAddOn."""
    values = catalogue.in_utc(event, values)
    async with transaction():
        await _check(event, values)
        held = await _quota(event, quota) if quota else await Quota.create(event=event, name=name, size=places)
        position = await AddOn.filter(event=event).count()
        code = await catalogue.free_code(AddOn, event, name)
        made = await AddOn.create(event=event, quota=held, code=code, name=name, position=position, **values)
        await record("add_on.added", made, by=by, name=name, price=made.price, places=held.size)
    made.quota = held
    return made


async def _check(event: Event, values: dict[str, Any]) -> None:
    wanted = {*values.get("ticket_types", []), *values.get("included_in", [])}
    known = set(await TicketType.filter(event=event).values_list("code", flat=True))
    if missing := sorted(wanted - known):
        raise BadAddOn(f"There is no ticket type “{missing[0]}” at this event.", field="ticket_types")


async def _quota(event: Event, quota_id: int) -> Quota:
    found = await Quota.get_or_none(event=event, id=quota_id)
    if found is None:
        raise BadAddOn("There are no such shared places at this event.", field="quota")
    return found


async def change(event: Event, add_on: AddOn, *, by: str = "", **values: Any) -> None:
    """Change what is given. What was sold keeps its price. Raises BadAddOn, catalogue.TooFewPlaces."""
    values = catalogue.in_utc(event, values)
    values.pop("quota", None)
    async with transaction():
        await _check(event, values)
        if "places" in values:
            await catalogue.resize(add_on.quota_id, values.pop("places"))
        changed = {name: value for name, value in values.items() if getattr(add_on, name) != value}
        if changed:
            await add_on.change(**changed)
            if "name" in changed:
                await catalogue.rename_own_quota(add_on.quota_id, add_on.name)
        await record("add_on.changed", add_on, by=by, fields=sorted(values))


async def remove(add_on: AddOn, *, by: str = "") -> None:
    """Take it out of the catalogue. Raises Sold once a ticket has had it: hide it instead."""
    async with transaction():
        if await TicketAddOn.exists(add_on=add_on):
            raise Sold(f"There are tickets with “{add_on.name}” already. Hide it instead of removing it.")
        await record("add_on.removed", add_on, by=by, name=add_on.name)
        await add_on.delete()
        await catalogue.remove_unused_quota(add_on.quota_id)


async def of_event(event: Event, code: str) -> AddOn:
    """Raises NotFound."""
    found = await AddOn.get_or_none(event=event, code=code).select_related("quota")
    if found is None:
        raise NotFound("There is no such add-on at this event.")
    return found


def holders(add_on: AddOn) -> QuerySet[Ticket]:
    """The tickets that have it and hold their place: whom a check-in list for it expects."""
    return Ticket.filter(add_ons__add_on_id=add_on.id, add_ons__cancelled_at=None, state__in=HOLDING)


async def of_tickets(tickets: Iterable[Ticket]) -> dict[int, list[TicketAddOn]]:
    """What these tickets have, by ticket: each row with its add-on. One query."""
    found: dict[int, list[TicketAddOn]] = {one.id: [] for one in tickets}
    rows = TicketAddOn.filter(ticket_id__in=list(found), cancelled_at=None).select_related("add_on")
    for row in sorted(await rows, key=lambda one: (one.add_on.position, one.id)):
        found[row.ticket_id].append(row)
    return found


async def prices(tickets: Iterable[Ticket]) -> dict[int, int]:
    """What each ticket costs with its add-ons, by ticket; minor units."""
    several = list(tickets)
    extras = await of_tickets(several)
    return {one.id: int(one.price + sum(row.price for row in extras[one.id])) for one in several}


async def leaving(tickets: list[Ticket]) -> list[int]:
    """The quotas whose places go back with these cancelled tickets, one for each add-on.

    What is asked once an order (a donation) stays with the order: it goes over to another of its tickets.
    """
    rows = await TicketAddOn.filter(ticket_id__in=[one.id for one in tickets], cancelled_at=None).select_related("add_on")
    if not any(row.add_on.once for row in rows):
        return [row.add_on.quota_id for row in rows]
    orders, gone = {one.id: one.order_id for one in tickets}, []
    for row in rows:
        heir = await Ticket.filter(order_id=orders[row.ticket_id], state__in=HOLDING).order_by("id").first() if row.add_on.once else None
        if heir and not await TicketAddOn.exists(ticket=heir, add_on_id=row.add_on_id, cancelled_at=None):
            await row.change(ticket_id=heir.id)
        else:
            gone.append(row.add_on.quota_id)
    return gone
