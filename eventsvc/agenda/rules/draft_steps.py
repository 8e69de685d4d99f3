"""Steps in the draft: what a person can undo or do again, and moves of several sessions at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from eventsvc.agenda.models import BREAK, Release, Room, Session, SessionState
from eventsvc.agenda.rules.board import wanted_minutes
from eventsvc.agenda.rules.draft import MOVED, BadPlace, Place, draft, move, move_many, place_of
from eventsvc.agenda.rules.sessions import add_session
from eventsvc.audit.models import Entry
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event

BACK = 1000
"""How many moves of one's own are looked at."""


@dataclass(frozen=True)
class Step:
    """What one press of undo (or redo) would take back: an entry of the step, and its sessions in words."""

    entry_id: int
    what: str


async def steps(event: Event, by: str) -> tuple[Step | None, Step | None]:
    """(what this person can undo, what they can do again) since the last publication.

    A step whose sessions somebody has moved since is passed over: it cannot be taken back any more.
    """
    entries = Entry.filter(event_id=event.id, action=MOVED, actor=by[:120])
    last = await Release.filter(event_id=event.id).order_by("-number").first()
    if last:
        entries = entries.filter(created_at__gt=last.created_at)
    undos: list[list[Entry]] = []
    redos: list[list[Entry]] = []
    for step in _grouped(reversed(await entries.order_by("-id").limit(BACK))):
        why, of = step[0].facts.get("why"), step[0].facts.get("of")
        if why in ("undo", "redo"):
            taken, given = (undos, redos) if why == "undo" else (redos, undos)
            taken[:] = [one for one in taken if one[0].facts.get("step") != of]
            given.append(step)
        else:
            undos.append(step)
            redos.clear()
    if not undos and not redos:
        return None, None
    sessions = {one.code: one for one in await Session.filter(event_id=event.id).only("id", "code", "title")}
    rooms = {room.code: room.id for room in await Room.filter(event_id=event.id)}
    places = await draft(event)
    return _top(undos, sessions, rooms, places), _top(redos, sessions, rooms, places)


def _grouped(entries: object) -> list[list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:  # type: ignore[attr-defined]
        found.setdefault(entry.facts.get("step", str(entry.id)), []).append(entry)
    return list(found.values())


def _top(stack: list[list[Entry]], sessions: dict[str, Session], rooms: dict[str, int], places: dict[int, Place]) -> Step | None:
    """The newest step whose sessions are all where it put them."""
    for step in reversed(stack):
        known = [sessions.get(one.subject) for one in step]
        try:
            if all(one and places.get(one.id) == place_of(e.facts["after"], rooms) for one, e in zip(known, step, strict=True)):
                title = f"“{known[0].title}”" if known[0] else ""
                return Step(step[0].id, title if len(step) == 1 else f"{len(step)} sessions")
        except BadPlace:
            continue
    return None


class NothingThere(Refused):
    status = 422
    kind = "invalid"
    title = "There is nothing to move"


async def shift(event: Event, day: date, room: Room | None, after: time, minutes: int, *, by: str, everywhere: bool = False) -> int:
    """Move everything that starts at or after a time of that day by so many minutes: in one room (None: what is for everybody), or
    `everywhere`. Returns how many sessions. Raises NothingThere, BadPlace."""
    from_ = datetime.combine(day, after, event.zone)
    until = datetime.combine(day + timedelta(days=1), time(), event.zone)
    wanted, by_ = room.id if room else None, timedelta(minutes=minutes)
    chosen = {
        number: Place(place.room_id, place.start + by_, place.end + by_)
        for number, place in (await draft(event)).items()
        if place.start and place.end and from_ <= place.start < until and (everywhere or place.room_id == wanted)
    }
    if not chosen or not minutes:
        raise NothingThere("Nothing starts there at or after that time. Choose an earlier time or another room.", field="after")
    sessions = await Session.filter(event_id=event.id, id__in=list(chosen)).order_by("start", "id")
    await move_many(event, [(session, chosen[session.id]) for session in sessions], by=by, why="shift")
    return len(sessions)


async def swap(event: Event, one: Session, other: Session, *, by: str) -> None:
    """Each goes where the other is and keeps its length. Raises NothingThere when neither has a time."""
    places = await draft(event)
    here, there = places.get(one.id), places.get(other.id)
    if one.id == other.id or here is None or there is None or not (here.start or there.start):
        raise NothingThere("Choose two different sessions, at least one of them on the agenda.", field="other")

    def at(place: Place, session: Session, was: Place) -> Place:
        length = timedelta(minutes=wanted_minutes(session, was))
        return Place(place.room_id, place.start, place.start + length if place.start else None)

    moves = [(one, at(there, one, here)), (other, at(here, other, there))]
    await move_many(event, moves, by=by, why="swap", seen={one.id: here, other.id: there})


async def add_break(event: Event, title: str, place: Place, *, by: str) -> Session:
    """A break that the public sees once the draft is published. Raises BadPlace."""
    async with transaction():
        made = await add_session(event, {"title": title, "kind": BREAK, "state": SessionState.CONFIRMED}, by=by)
        await move(event, made, place, by=by)
    return made


def place_at(event: Event, day: date, at: time, minutes: int, room: Room | None) -> Place:
    """A place in the event's local time."""
    start = datetime.combine(day, at, event.zone).astimezone(UTC)
    return Place(room.id if room else None, start, start + timedelta(minutes=minutes))
