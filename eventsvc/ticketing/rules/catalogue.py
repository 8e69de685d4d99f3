"""Ticket types and their places."""

from __future__ import annotations

import re
from datetime import UTC, date
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, AddOn, Quota, Ticket, TicketType, Voucher


class Sold(Refused):
    kind = "already-sold"
    title = "This ticket type has been sold"


class BadNumbers(Refused):
    status = 422
    kind = "invalid"
    title = "These numbers do not fit"


class TooFewPlaces(Refused):
    kind = "too-few-places"
    title = "More places are taken than that"


async def add_ticket_type(event: Event, name: str, *, places: int | None = None, by: str = "", **values: Any) -> TicketType:
    """A new ticket type with a quota of its own; `places` None means no limit. The code is made from the name."""
    values = in_utc(event, values)
    async with transaction():
        quota = await Quota.create(event=event, name=name, size=places)
        position = await TicketType.filter(event=event).count()
        values.setdefault("hue", (position * 67 + 200) % 360)
        code = await free_code(TicketType, event, name)
        made = await TicketType.create(event=event, quota=quota, code=code, name=name, position=position, **values)
        await record("ticket_type.added", made, by=by, name=name, price=made.price, places=places)
    made.quota = quota
    return made


async def change_ticket_type(event: Event, ticket_type: TicketType, *, by: str = "", **values: Any) -> None:
    """Change what is given. A new price counts for orders from now on. Raises TooFewPlaces, BadNumbers."""
    values = in_utc(event, values)
    least, most = (values.get(name) or getattr(ticket_type, name) for name in ("min_per_order", "max_per_order"))
    if least > most:
        raise BadNumbers(f"At least {least} in one order is more than at most {most}.", field="min_per_order")
    async with transaction():
        if "places" in values:
            await resize(ticket_type.quota_id, values.pop("places"))
        changed = {name: value for name, value in values.items() if getattr(ticket_type, name) != value}
        if changed:
            await ticket_type.change(**changed)
            if "name" in changed:
                await rename_own_quota(ticket_type.quota_id, ticket_type.name)
            if changed.keys() & {"name", "days"}:  # tablets hold both with each guest
                await Ticket.filter(ticket_type=ticket_type).update(changed_at=now())
        await record("ticket_type.changed", ticket_type, by=by, fields=sorted(values))


def in_utc(event: Event, values: dict[str, Any]) -> dict[str, Any]:
    """Times without a zone are the event's; early prices become plain values, earliest first, rows without a moment dropped."""
    values = {**values, **{name: event.aware(values[name]).astimezone(UTC) for name in ("sale_starts", "sale_ends") if values.get(name)}}
    if values.get("early") is not None:
        steps = sorted((event.aware(step["until"]).astimezone(UTC), step["price"]) for step in values["early"] if step["until"])
        values["early"] = [{"until": until.isoformat(), "price": price} for until, price in steps]
    if values.get("days") is not None:
        values["days"] = _days(event, values["days"])
    return values


def _days(event: Event, days: list[date]) -> list[str]:
    """As they are kept; all days of the event is the same as none named. Raises BadNumbers."""
    if strange := sorted(set(days) - set(event.days)):
        raise BadNumbers(f"{strange[0]:%-d %B %Y} is not a day of this event. Choose among its days.", field="days")
    return [] if set(days) == set(event.days) else [one.isoformat() for one in sorted(set(days))]


async def resize(quota_id: int, places: int | None) -> None:
    """So many places, or no limit. Raises TooFewPlaces."""
    done = await fetch(
        "UPDATE quota SET size = $2 WHERE id = $1 AND (CAST($2 AS INTEGER) IS NULL OR claimed <= $2) RETURNING id",
        quota_id,
        places,
    )
    if not done:
        quota = await Quota.get(id=quota_id)
        raise TooFewPlaces(f"{quota.claimed} places are taken already. Enter at least {quota.claimed}.", field="places")


async def _sharers(quota_id: int) -> int:
    return await TicketType.filter(quota_id=quota_id).count() + await AddOn.filter(quota_id=quota_id).count()


async def rename_own_quota(quota_id: int, name: str) -> None:
    """Places that nobody else shares are called like what they are of."""
    if await _sharers(quota_id) == 1:
        await Quota.filter(id=quota_id).update(name=name)


async def remove_unused_quota(quota_id: int) -> None:
    """Places that nothing is sold from any more go, unless a voucher keeps some."""
    if not await _sharers(quota_id) and not await Voucher.exists(quota_id=quota_id):
        await Quota.filter(id=quota_id).delete()


async def remove_ticket_type(ticket_type: TicketType, *, by: str = "") -> None:
    """Take it out of the catalogue. Raises Sold once there is a ticket of it: hide it instead."""
    async with transaction():
        if await Ticket.exists(ticket_type=ticket_type):
            raise Sold(f"There are tickets of “{ticket_type.name}” already. Hide it instead of removing it.")
        await record("ticket_type.removed", ticket_type, by=by, name=ticket_type.name)
        await ticket_type.delete()
        await remove_unused_quota(ticket_type.quota_id)


async def ticket_type_of(event: Event, code: str) -> TicketType:
    """Raises NotFound."""
    found = await TicketType.get_or_none(event=event, code=code).select_related("quota")
    if found is None:
        raise NotFound("There is no such ticket type at this event.")
    return found


async def on_offer(event: Event, voucher: Voucher | None = None) -> list[TicketType]:
    """What the registration page shows, with quotas: public types, and those a voucher opens; on sale now or later."""
    moment = now()
    types = await TicketType.filter(event=event).select_related("quota")
    shown = [one for one in types if one.public or (voucher and voucher.opens(one))]
    return [one for one in shown if one.sale_ends is None or moment < one.sale_ends]


async def quota_errors() -> list[str]:
    """One sentence for each quota whose number differs from the tickets and add-ons that hold its places. None is right."""
    holding = ", ".join(f"'{state}'" for state in HOLDING)
    rows = await fetch(
        f"""SELECT q.id, q.name, q.claimed, (SELECT count(*) FROM ticket t JOIN ticket_type tt ON tt.id = t.ticket_type_id
              WHERE tt.quota_id = q.id AND t.state IN ({holding}))
              + (SELECT count(*) FROM ticket_add_on ta JOIN add_on a ON a.id = ta.add_on_id JOIN ticket t ON t.id = ta.ticket_id
                WHERE a.quota_id = q.id AND ta.cancelled_at IS NULL AND t.state IN ({holding}))
              + (SELECT coalesce(sum(v.uses - v.used), 0) FROM voucher v WHERE v.quota_id = q.id AND v.reserves) AS held
            FROM quota q"""  # noqa: S608
    )
    return [
        f"Quota {row['id']} ({row['name']}) counts {row['claimed']} places, but {row['held']} tickets, add-ons and vouchers hold one."
        for row in rows
        if row["claimed"] != row["held"]
    ]


async def free_code(kind: type[TicketType] | type[AddOn], event: Event, name: str) -> str:
    """A code like 'nhs-and-academic', with a number when it is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:34].strip("-") or ("ticket" if kind is TicketType else "extra")
    taken = {str(code) for code in await kind.filter(event=event, code__startswith=base).values_list("code", flat=True)}
    return next(code for code in [base, *(f"{base}-{n}" for n in range(2, 1000))] if code not in taken)
