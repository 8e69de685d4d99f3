"""The agenda in preparation: where each session will be after the next publication. Moving, and taking a move back.

A draft is a difference: a session without a Slot is where the public sees it. Nothing here changes what the public sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.queryset import QuerySet

from eventsvc.agenda.models import Room, Session, SessionState, Slot
from eventsvc.audit.models import Entry
from eventsvc.audit.rules import record
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event

MOVED = "session.moved"
LONGEST = timedelta(hours=24)
SPREAD = timedelta(minutes=5)
"""The entries of one step are written within this."""


@dataclass(frozen=True)
class Place:
    """A room (None: everybody's) and a time (None: not on the agenda)."""

    room_id: int | None
    start: datetime | None
    end: datetime | None


class BadPlace(Refused):
    """A place where nothing can be."""

    status = 422
    kind = "invalid"
    title = "It cannot be there"


class MovedMeanwhile(Refused):
    """Somebody else moved it after this person looked. `sessions`: the numbers of those that are not where they were thought to be."""

    kind = "moved-meanwhile"
    title = "Somebody has moved it meanwhile"
    sessions: Sequence[int] = ()


def public_place(session: Session) -> Place:
    """Where the public sees it."""
    return Place(session.room_id, session.start, session.end)


async def draft(event: Event) -> dict[int, Place]:
    """Session number → its place in the draft, for every session that is not cancelled."""
    return await _places(Session.filter(event_id=event.id), Slot.filter(session__event_id=event.id))


async def _places(sessions: QuerySet[Session], slots: QuerySet[Slot]) -> dict[int, Place]:
    rows = await sessions.exclude(state=SessionState.CANCELLED).values_list("id", "room_id", "start", "end")
    places: dict[int, Place] = {row[0]: Place(*row[1:]) for row in rows}
    for row in await slots.values_list("session_id", "room_id", "start", "end"):
        if row[0] in places:
            places[row[0]] = Place(*row[1:])
    return places


async def move(event: Event, session: Session, place: Place, *, by: str, why: str = "", seen: Place | None = None) -> str:
    """`move_many` for one session. `seen`: where it was when the person decided; refused when it is no longer there."""
    return await move_many(event, [(session, place)], by=by, why=why, seen={session.id: seen} if seen else None)


async def move_many(
    event: Event, moves: Sequence[tuple[Session, Place]], *, by: str, why: str = "", seen: Mapping[int, Place] | None = None, of: str = ""
) -> str:
    """Move sessions in the draft: all of them or none. Returns the name of this step, "" when nothing was different.

    Raises BadPlace, and MovedMeanwhile where a session is not where it was `seen`. Each move is one entry `session.moved` with where it
    was and where it went, so that `undo` can take it back.
    """
    codes: dict[int | None, str] = {room.id: room.code for room in await Room.filter(event_id=event.id)}
    step = short_code(8)
    async with transaction():
        where = await _hold(event, [session.id for session, _ in moves])
        await _seen(event, [session for session, _ in moves], where, seen or {})
        written = ""
        for session, place in moves:
            before = where.get(session.id)
            if before is None:
                raise BadPlace(f"“{session.title}” is cancelled. Bring it back first, on its own page.", field="session")
            if place == before:
                continue
            _check(event, session, before, place, codes)
            await _write(session, place, by)
            await record("session.moved", session, by=by, before=_fact(before, codes), after=_fact(place, codes), step=step, why=why, of=of)
            written = step
    return written


async def _hold(event: Event, ids: Sequence[int]) -> dict[int, Place]:
    """Where these sessions are now; nobody else moves them until the transaction ends."""
    marks = ", ".join(f"${n}" for n in range(2, len(ids) + 2)) or "NULL"
    sql = f"SELECT id FROM agenda_session WHERE event_id = $1 AND id IN ({marks}) ORDER BY id {locked()}"  # noqa: S608
    held = [row["id"] for row in await fetch(sql, event.id, *ids)]
    return await _places(Session.filter(id__in=held), Slot.filter(session_id__in=held)) if held else {}


async def _seen(event: Event, sessions: Sequence[Session], where: Mapping[int, Place], seen: Mapping[int, Place]) -> None:
    stale = [session for session in sessions if session.id in seen and where.get(session.id) != seen[session.id]]
    if not stale:
        return
    refusal = MovedMeanwhile(await _who_moved(event, stale[0], where.get(stale[0].id)))
    refusal.sessions = [session.id for session in stale]
    raise refusal


async def _who_moved(event: Event, session: Session, place: Place | None) -> str:
    """A sentence about the last move of a session."""
    if place is None:
        return f"“{session.title}” has been cancelled meanwhile."
    last = await Entry.filter(event_id=event.id, action__in=(MOVED, "session.changed"), subject=session.code).order_by("-id").first()
    who = last.actor if last and last.actor else "Somebody"
    to = "off the agenda"
    if place.start is not None:
        local = event.local(place.start)
        room = await Room.get_or_none(id=place.room_id) if place.room_id else None
        to = f"to {local:%A} {local:%H:%M}{f', {room.name}' if room else ''}"
    return f"{who} has moved “{session.title}” {to} meanwhile. It stays there; look again, and move it if you still want to."


def _check(event: Event, session: Session, before: Place, place: Place, codes: Mapping[int | None, str]) -> None:
    if place.room_id is not None and place.room_id not in codes:
        raise BadPlace("There is no such room at this event.", field="room")
    if (place.start is None) != (place.end is None):
        raise BadPlace("Give both a start and an end, or neither.", field="start")
    if place.start is None or place.end is None:
        return
    if not timedelta(0) < place.end - place.start <= LONGEST:
        raise BadPlace("A session lasts between one minute and 24 hours.", field="minutes")
    day = event.local(place.start).date()
    known = [event.local(one).date() for one in (before.start, session.start) if one]
    if day not in known and not event.start <= day <= event.end:
        raise BadPlace("That is not a day of this event.", field="day")


async def _write(session: Session, place: Place, by: str) -> None:
    if place == public_place(session):
        await Slot.filter(session_id=session.id).delete()
        return
    values: dict[str, Any] = {"room_id": place.room_id, "start": place.start, "end": place.end, "by": by[:120], "moved_at": now()}
    if not await Slot.filter(session_id=session.id).update(**values):
        await Slot.create(session_id=session.id, **values)


def _fact(place: Place, codes: Mapping[int | None, str]) -> dict[str, str | None]:
    return {
        "room": codes.get(place.room_id),
        "start": utc(place.start) if place.start else None,
        "end": utc(place.end) if place.end else None,
    }


async def undo(event: Event, entry_id: int, by: str) -> str:
    """Take back the step that this entry belongs to: every session goes where it was before. Undoing an undo does it again.

    Raises NotFound, and MovedMeanwhile (saying who) when a session is not where the step put it. Returns the name of the new step.
    """
    entry = await Entry.get_or_none(event_id=event.id, id=entry_id, action=MOVED)
    if entry is None:
        raise NotFound("There is no such move at this event.")
    entries = await step_entries(entry)
    sessions = {session.code: session for session in await Session.filter(event_id=event.id, code__in=[one.subject for one in entries])}
    rooms = {room.code: room.id for room in await Room.filter(event_id=event.id)}
    moves, seen = [], {}
    for one in entries:
        session = sessions.get(one.subject)
        if session is None:
            raise NotFound("A session of this step is gone.")
        moves.append((session, place_of(one.facts["before"], rooms)))
        seen[session.id] = place_of(one.facts["after"], rooms)
    again = entry.facts.get("why") == "undo"
    return await move_many(event, moves, by=by, why="redo" if again else "undo", seen=seen, of=entry.facts.get("step", ""))


async def step_entries(entry: Entry) -> list[Entry]:
    """All moves of the step that this entry belongs to."""
    near = Entry.filter(event_id=entry.event_id, action=MOVED, actor=entry.actor)
    found = await near.filter(created_at__gte=entry.created_at - SPREAD, created_at__lte=entry.created_at + SPREAD).order_by("id")
    return [one for one in found if one.facts.get("step") == entry.facts.get("step")]


def place_of(fact: Mapping[str, Any], rooms: Mapping[str, int]) -> Place:
    """A place as an entry tells it. Raises BadPlace when its room is gone."""
    if fact["room"] and fact["room"] not in rooms:
        raise BadPlace("The room where it was is gone.", field="room")
    start, end = (datetime.fromisoformat(fact[name]) if fact[name] else None for name in ("start", "end"))
    return Place(rooms.get(fact["room"] or ""), start, end)
