"""A whole schedule from another system: made, or brought up to date. Running it again with the same file changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eventsvc.agenda.forms import schedule as files
from eventsvc.agenda.forms.schedule import Person, Schedule, Talk
from eventsvc.agenda.models import Room, Session, SessionSpeaker, SessionState, Slot, Track
from eventsvc.agenda.rules.places import free_code
from eventsvc.agenda.rules.sessions import MOVING
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import CROCKFORD
from eventsvc.events.forms import EventForm
from eventsvc.events.models import Event, EventState, Organiser
from eventsvc.events.rules import create_event, touch
from eventsvc.speakers.models import Speaker

Progress = Callable[[int, int], None]
COLUMNS = (
    "title",
    "subtitle",
    "abstract",
    "description",
    "kind",
    "language",
    "start",
    "end",
    "do_not_record",
    "links",
    "attachments",
    "extra",
)


@dataclass
class Imported:
    """What came of it. `str()` says it in a sentence."""

    event: str
    sessions: int = 0
    people: int = 0
    added: int = 0
    changed: int = 0
    cancelled: int = 0

    def __str__(self) -> str:
        said = f"{self.event}: {self.sessions} sessions, {self.people} people. "
        if not (self.added or self.changed or self.cancelled):
            return said + "Nothing changed."
        return said + f"{self.added} added, {self.changed} changed, {self.cancelled} cancelled because they are no longer in the file."


async def import_schedule(
    raw: bytes,
    *,
    slug: str | None = None,
    create: bool = False,
    by: str = "",
    progress: Progress = lambda done, all_: None,
    dry: bool = False,
) -> Imported:
    """Apply a schedule file to the event `slug` (without it: the schedule's acronym), made when it is missing and `create` says so.

    Sessions are known by their guid, people by their id, rooms and tracks by name. A session that is gone from the file is cancelled, so
    that calendars hear of it; sessions that never came from a file are left alone. With `dry`, nothing is kept.
    Raises BadSchedule, NotFound. All or nothing.
    """
    schedule = files.parse(raw)
    slug = slug or _slug(schedule)
    result = Imported(slug)
    try:
        async with transaction():
            event = await _event(schedule, slug, create, by)
            await fetch(f"SELECT id FROM event WHERE id = $1 {locked()}", event.id)  # noqa: S608  one import at a time
            await _Import(event, schedule, result, progress).run()
            if result.added or result.changed or result.cancelled:
                await touch(event)
                await record("schedule.imported", event, by=by, added=result.added, changed=result.changed, cancelled=result.cancelled)
            if dry:
                raise _Undo
    except _Undo:
        pass
    return result


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


def _slug(schedule: Schedule) -> str:
    return free_code(schedule.acronym or schedule.title, [])[:60]


async def _event(schedule: Schedule, slug: str, create: bool, by: str) -> Event:
    event = await Event.get_or_none(slug=slug).select_related("organiser")
    if event is not None:
        return event
    if not create:
        raise NotFound(f"There is no event '{slug}'. Add --create to make it, or name another with --event.")
    organiser, _ = await Organiser.get_or_create(name=schedule.title)
    hue = int(hashlib.sha256(slug.encode()).hexdigest(), 16) % 360
    wanted = EventForm(
        name=schedule.title,
        start=schedule.start,
        end=schedule.end,
        timezone=schedule.zone,
        place=schedule.place,
        hue=hue,
        state=EventState.PUBLISHED,
    )
    return await create_event(organiser, slug, wanted, by=by)


class _Import:
    """One run: loads what is there in a handful of queries, compares, writes what differs."""

    def __init__(self, event: Event, schedule: Schedule, result: Imported, progress: Progress) -> None:
        self.event, self.schedule, self.result, self.progress = event, schedule, result, progress

    async def run(self) -> None:
        rooms = await self._places(Room, list(self.schedule.rooms))
        tracks = await self._places(Track, [*self.schedule.tracks, *(talk.track for talk in self.schedule.talks if talk.track)])
        people = await self._people()
        before = {session.guid: session for session in await Session.filter(event=self.event)}
        new = []
        for number, talk in enumerate(self.schedule.talks, 1):
            self.progress(number, len(self.schedule.talks))
            columns = self._columns(talk, rooms, tracks)
            known = before.pop(talk.guid, None)
            if known is None:
                new.append(Session(event=self.event, guid=talk.guid, code=_code(talk), modified_at=now(), **columns))
            else:
                await self._update(known, columns)
        await self._add(new)
        await self._cancel_missing([session for session in before.values() if session.external_id])
        await self._bill(people)
        self.result.sessions, self.result.people = len(self.schedule.talks), len(people)

    async def _places(self, model: Any, names: list[str]) -> dict[str, Any]:
        """Rooms or tracks by name; those that are missing are made, in the order of the file."""
        known = {place.name: place for place in await model.filter(event=self.event)}
        codes = [place.code for place in known.values()]
        for name in dict.fromkeys(names):
            if name not in known:
                code = free_code(name, codes)
                codes.append(code)
                position = len(known)
                known[name] = await model.create(
                    event=self.event, code=code, name=name, position=position, **self._more(model, name, position)
                )
        return known

    def _more(self, model: Any, name: str, position: int) -> dict[str, Any]:
        if model is Track:
            return {"hue": _hue(self.schedule.tracks.get(name, ""), position)}
        room = self.schedule.rooms.get(name, {})
        capacity = room.get("capacity")
        return {"guid": (room.get("guid") or "")[:36], "capacity": capacity if isinstance(capacity, int) and capacity > 0 else None}

    async def _people(self) -> dict[str, Speaker]:
        """Speakers by the key of the person they are; texts that the file has are taken over, those it lacks stay."""
        known: dict[str, Speaker] = {}
        for speaker in await Speaker.filter(event=self.event):
            known[Person(speaker.name, speaker.external_id).key] = speaker
        wanted = {person.key: person for talk in self.schedule.talks for person in talk.persons}
        new = []
        for key, person in wanted.items():
            if key not in known:
                known[key] = Speaker(event=self.event, code=_from(f"{self.event.slug}/{key}"), **_facts(person))
                new.append(known[key])
            else:
                speaker = known[key]
                differs = {name: value for name, value in _facts(person).items() if value and getattr(speaker, name) != value}
                if differs:
                    await speaker.change(**differs)
                    self.result.changed += 1
        await Speaker.bulk_create(new, batch_size=300)
        made = {speaker.code: speaker for speaker in await Speaker.filter(event=self.event)}
        return {key: made[known[key].code] for key in wanted}

    def _columns(self, talk: Talk, rooms: dict[str, Room], tracks: dict[str, Track]) -> dict[str, Any]:
        columns = {name: getattr(talk, name) for name in COLUMNS}
        return {
            **columns,
            "external_id": talk.external_id or talk.guid,
            "room_id": rooms[talk.room].id,
            "track_id": tracks[talk.track].id if talk.track else None,
            "state": SessionState.CONFIRMED,
        }

    async def _update(self, session: Session, columns: dict[str, Any]) -> None:
        differs = {name: value for name, value in columns.items() if getattr(session, name) != value}
        if differs:
            if MOVING & differs.keys():
                differs["sequence"] = session.sequence + 1
                await Slot.filter(session_id=session.id).delete()
            await session.change(**differs, modified_at=now())
            self.result.changed += 1

    async def _add(self, new: list[Session]) -> None:
        await Session.bulk_create(new, batch_size=200)
        self.result.added = len(new)

    async def _cancel_missing(self, sessions: list[Session]) -> None:
        for session in sessions:
            if session.state != SessionState.CANCELLED:
                await session.change(state=SessionState.CANCELLED, sequence=session.sequence + 1, modified_at=now())
                await Slot.filter(session_id=session.id).delete()
                self.result.cancelled += 1

    async def _bill(self, people: dict[str, Speaker]) -> None:
        """Who gives what: only sessions whose bill differs are written."""
        ids = {session.guid: session.id for session in await Session.filter(event=self.event).only("id", "guid")}
        before: dict[int, list[int]] = {}
        for one in await SessionSpeaker.filter(session__event=self.event).order_by("position", "id"):
            before.setdefault(one.session_id, []).append(one.speaker_id)
        stale, rows = [], []
        for talk in self.schedule.talks:
            session_id = ids[talk.guid]
            bill = list(dict.fromkeys(people[person.key].id for person in talk.persons))
            if before.get(session_id, []) != bill:
                stale.append(session_id)
                rows += [SessionSpeaker(session_id=session_id, speaker_id=speaker, position=n) for n, speaker in enumerate(bill)]
        was = [session_id for session_id in stale if session_id in before]
        if was:
            await SessionSpeaker.filter(session_id__in=was).delete()
            await Session.filter(id__in=was).update(modified_at=now())
            self.result.changed += len(was)
        await SessionSpeaker.bulk_create(rows, batch_size=400)


def _facts(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "external_id": person.external_id,
        "guid": person.guid,
        "biography": person.biography,
        "organisation": person.organisation,
        "job_title": person.job_title,
    }


def _code(talk: Talk) -> str:
    """The other system's own code where it has one (pretalx), else one that the guid always gives."""
    slug = str(talk.extra.get("slug", ""))
    return slug if 5 <= len(slug) <= 8 and slug.isalnum() and slug.isupper() else _from(talk.guid)


def _from(text: str) -> str:
    """Eight characters of Crockford base32 (40 bits) that the text always gives."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:5])
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(35, -1, -5))


def _hue(colour: str, position: int) -> int:
    """The hue of `#rrggbb`, else one that differs from its neighbours' (the golden angle)."""
    import colorsys

    try:
        red, green, blue = (int(colour.removeprefix("#")[i : i + 2], 16) / 255 for i in (0, 2, 4))
    except ValueError:
        return (position * 137 + 255) % 360
    return int(colorsys.rgb_to_hsv(red, green, blue)[0] * 360) % 360
