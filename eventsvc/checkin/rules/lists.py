"""Check-in lists, their counts, and links that make a tablet a door."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import Scope
from eventsvc.audit.rules import record
from eventsvc.checkin.forms import ListForm
from eventsvc.checkin.models import CheckinList, ListTicketType
from eventsvc.checkin.rules.scans import PRESENCE
from eventsvc.core import briefly
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType


class NoSuchType(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such ticket type"


async def add_list(event: Event, name: str, *, by: str, ticket_types: list[str] | None = None, **values: Any) -> CheckinList:
    """A new list. `ticket_types` by code; none: all types. Raises NoSuchType."""
    async with transaction():
        position = await CheckinList.filter(event=event).count()
        times: dict[str, Any] = {key: event.aware(value) if isinstance(value, datetime) else value for key, value in values.items()}
        made = await CheckinList.create(
            event=event,
            name=name,
            salt=secrets.token_hex(16),
            position=position,
            all_types=not ticket_types,
            **times,
        )
        await _set_types(event, made, ticket_types or [])
        await record("checkin_list.added", made, by=by, name=name)
    return made


async def change_list(event: Event, checkin_list: CheckinList, wanted: ListForm, *, by: str) -> None:
    """Change a list's name, tickets and hours; the next scan is judged by them."""
    briefly.forget()
    async with transaction():
        await checkin_list.change(
            name=wanted.name,
            all_types=not wanted.ticket_types,
            opens_at=event.aware(wanted.opens_at) if wanted.opens_at else None,
            closes_at=event.aware(wanted.closes_at) if wanted.closes_at else None,
            admit_unpaid=wanted.admit_unpaid,
        )
        await ListTicketType.filter(checkin_list=checkin_list).delete()
        await _set_types(event, checkin_list, wanted.ticket_types)
        await record("checkin_list.changed", checkin_list, by=by, name=wanted.name)


async def _set_types(event: Event, checkin_list: CheckinList, codes: list[str]) -> None:
    found = {one.code: one for one in await TicketType.filter(event=event, code__in=codes)} if codes else {}
    for code in dict.fromkeys(codes):
        if code not in found:
            raise NoSuchType(f"There is no ticket type “{code}” at this event.", field="ticket_types")
        await ListTicketType.create(checkin_list=checkin_list, ticket_type=found[code])


async def list_of(event: Event, list_id: int) -> CheckinList:
    """A list of this event with its types; kept for a moment, for the sake of busy doors. Raises NotFound."""
    return await briefly.keep(("list", event.id, list_id), lambda: _list_of(event, list_id))


async def _list_of(event: Event, list_id: int) -> CheckinList:
    found = await CheckinList.get_or_none(event=event, id=list_id).prefetch_related("types")
    if found is None:
        raise NotFound("There is no such check-in list at this event.")
    found.event = event
    return found


async def lists_of(event: Event) -> list[CheckinList]:
    """All lists; an event without one gets the one everybody expects, once, whoever asks at the same moment."""
    if not await CheckinList.exists(event=event):
        async with transaction():
            await Event.select_for_update().get(id=event.id)
            if not await CheckinList.exists(event=event):
                await add_list(event, "Main entrance", by="")
    return await CheckinList.filter(event=event).prefetch_related("types")


async def counts(event: Event) -> dict[int, dict[str, int]]:
    """List number → expected (live tickets it lets in), checked_in (ever), inside (now). Three queries whatever the number of lists.

    A list that came between the queries waits for the next look.
    """
    expected = await fetch(
        """SELECT l.id, count(t.id) AS n FROM checkin_list l LEFT JOIN ticket t ON t.event_id = l.event_id AND t.state <> 'cancelled'
             AND (l.all_types OR t.ticket_type_id IN (SELECT ticket_type_id FROM checkin_list_ticket_type WHERE checkin_list_id = l.id))
           WHERE l.event_id = $1 GROUP BY l.id""",
        event.id,
    )
    admitted = await fetch(
        """SELECT l.id, count(s.id) AS n FROM checkin_list l LEFT JOIN scan s ON s.checkin_list_id = l.id AND s.admits
           WHERE l.event_id = $1 GROUP BY l.id""",
        event.id,
    )
    inside = await fetch(
        f"""SELECT s.checkin_list_id AS id, count(*) AS n FROM scan s JOIN checkin_list l ON l.id = s.checkin_list_id
            WHERE l.event_id = $1 AND s.undone_at IS NULL AND s.verdict IN ('welcome', 'welcome_back') AND NOT EXISTS (
              SELECT 1 FROM scan n WHERE n.checkin_list_id = s.checkin_list_id AND n.ticket_id = s.ticket_id AND n.id > s.id
                AND n.undone_at IS NULL AND n.verdict IN {PRESENCE})
            GROUP BY s.checkin_list_id""",  # noqa: S608
        event.id,
    )
    found = {row["id"]: {"expected": row["n"], "inside": 0, "checked_in": 0} for row in expected}
    for name, rows in (("checked_in", admitted), ("inside", inside)):
        for row in rows:
            if row["id"] in found:
                found[row["id"]][name] = row["n"]
    return found


async def door_link(event: Event, name: str, by: str) -> str:
    """A link that makes a tablet a door: it holds a token that may only check people in and ends a day after the event."""
    left = max(event.ends_at - now(), timedelta(0)) + timedelta(days=1)
    _, token = await accounts.add_token(name, [Scope.CHECKIN], event.id, by=by, expires_in=left)
    return f"{settings().base_url}/door/#{event.slug}.{token}.{quote(name, safe='')}"
