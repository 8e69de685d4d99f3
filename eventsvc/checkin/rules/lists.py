"""Check-in lists and their counts."""

from __future__ import annotations

import secrets
from typing import Any

from eventsvc.agenda.models import Session
from eventsvc.audit.rules import record
from eventsvc.checkin.forms import ListForm
from eventsvc.checkin.models import CheckinList, ListTicketType
from eventsvc.checkin.rules.facts import INSIDE
from eventsvc.core import briefly, signing
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.models import AddOn, TicketType


class NoSuchType(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such ticket type"


class NoSuchAddOn(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such add-on"


class NoSuchSession(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such session"


async def add_list(event: Event, name: str, *, by: str, **values: Any) -> CheckinList:
    """A new list, with the values of a ListForm. `ticket_types` by code; none: all types. Raises NoSuchType, NoSuchSession, NoSuchAddOn."""
    wanted = ListForm(name=name, **values)
    async with transaction():
        position = await CheckinList.filter(event=event).count()
        made = await CheckinList.create(event=event, salt=secrets.token_hex(16), position=position, **await _columns(event, wanted))
        await _set_types(event, made, wanted.ticket_types)
        await record("checkin_list.added", made, by=by, name=name)
    return made


async def change_list(event: Event, checkin_list: CheckinList, wanted: ListForm, *, by: str) -> None:
    """Change a list's name, tickets, hours and rules; the next scan is judged by them. Tablets get the whole roster anew."""
    briefly.forget()
    async with transaction():
        await checkin_list.change(changed_at=now(), **await _columns(event, wanted))
        await ListTicketType.filter(checkin_list=checkin_list).delete()
        await _set_types(event, checkin_list, wanted.ticket_types)
        await record("checkin_list.changed", checkin_list, by=by, name=wanted.name)


async def _columns(event: Event, wanted: ListForm) -> dict[str, Any]:
    session = await Session.get_or_none(event=event, code=wanted.session) if wanted.session else None
    if wanted.session and session is None:
        raise NoSuchSession(f"There is no session “{wanted.session}” at this event.", field="session")
    return {
        "name": wanted.name,
        "all_types": not wanted.ticket_types,
        "opens_at": event.aware(wanted.opens_at) if wanted.opens_at else None,
        "closes_at": event.aware(wanted.closes_at) if wanted.closes_at else None,
        "add_ons": await _add_ons(event, wanted.add_ons),
        "session_id": session.id if session else None,
        "booked_only": wanted.booked_only and session is not None,
        "asks": [
            {"key": _key(ask.text), "text": ask.text, "kind": ask.kind, "must_be_yes": ask.must_be_yes and ask.kind == "yes_no"}
            for ask in wanted.asks
            if ask.text
        ],
        **{name: getattr(wanted, name) for name in ("admit_unpaid", "pay_at_door", "reentry", "capacity")},
    }


async def _add_ons(event: Event, codes: list[str]) -> list[str]:
    known = {one.code for one in await AddOn.filter(event=event, code__in=codes)} if codes else set()
    for code in codes:
        if code not in known:
            raise NoSuchAddOn(f"There is no add-on “{code}” at this event.", field="add_ons")
    return list(dict.fromkeys(codes))


def _key(text: str) -> str:
    """The same question keeps its key, so that tablets which were offline answer the right one."""
    return signing.hashed(text)[:8]


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
    found = await CheckinList.get_or_none(event=event, id=list_id).prefetch_related("types__ticket_type").select_related("session")
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
    return await CheckinList.filter(event=event).prefetch_related("types__ticket_type").select_related("session")


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
    inside = await fetch(INSIDE % "SELECT id FROM checkin_list WHERE event_id = $1", event.id)
    found = {row["id"]: {"expected": row["n"], "inside": 0, "checked_in": 0} for row in expected}
    for name, rows in (("checked_in", admitted), ("inside", inside)):
        for row in rows:
            if row["id"] in found:
                found[row["id"]][name] = row["n"]
    return found
