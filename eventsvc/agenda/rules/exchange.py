"""Taking in what is offered: made where it is new, brought up to date where it is known, never doubled. A second time changes nothing.

A session is known by its code, by the other system's id, or by title and speaker (with its time, where several are called alike).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from eventsvc.agenda.forms.columns import kind_of
from eventsvc.agenda.forms.offer import SOURCE, Offer, OfferedPlace, OfferedSession, Wrong, distinct, same
from eventsvc.agenda.models import BREAK, Room, Session, SessionSpeaker, SessionState, Slot, Track, new_guid
from eventsvc.agenda.rules.exchange_match import Match, minute
from eventsvc.agenda.rules.exchange_people import People
from eventsvc.agenda.rules.places import free_code
from eventsvc.agenda.rules.sessions import MOVING
from eventsvc.agenda.rules.withdrawn import leaving
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.events.rules import touch

NEW, CHANGED, SAME = "new", "changed", "same"
USUAL = 30
"""Minutes of a session that says nothing about its length."""


@dataclass
class Line:
    """What becomes of one thing: `what` (session, speaker, room, track), `does` NEW, CHANGED or SAME, and what differs."""

    where: str
    what: str
    title: str
    does: str
    details: str = ""


@dataclass
class Taken:
    """What came of it, or would. `str()` says it in a sentence."""

    what: str
    lines: list[Line] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, does: str, *what: str) -> int:
        return sum(line.does == does and (not what or line.what in what) for line in self.lines)

    @property
    def changes(self) -> list[Line]:
        return [line for line in self.lines if line.does != SAME]

    def __str__(self) -> str:
        if not self.changes:
            return "Nothing changed."
        said = []
        for does in (NEW, CHANGED):
            words = [counted(n, what) for what in ("session", "speaker", "room", "track") if (n := self.count(does, what))]
            if words:
                said.append(f"{', '.join(words)} {'added' if does == NEW else 'changed'}")
        return "; ".join(said) + "."


def counted(number: int, word: str) -> str:
    """“1 session”, “3 sessions”."""
    return f"{number} {word}{'s' if number != 1 else ''}"


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


async def take_in(event: Event, offer: Offer, *, by: str, dry: bool = False) -> Taken:
    """Apply an offer to the event; its good parts, while `wrong` lists the others. With `dry` nothing is kept."""
    taken = Taken(offer.what, wrong=list(offer.wrong), notes=list(offer.notes))
    try:
        async with transaction():
            # The same file twice at the same moment: the second waits, and finds everything there.
            await fetch(f"SELECT id FROM event WHERE id = $1 {locked()}", event.id)  # noqa: S608
            await _Exchange(event, offer, taken).run()
            if taken.changes:
                await touch(event)
                facts = {"added": taken.count(NEW), "changed": taken.count(CHANGED)}
                await record("programme.imported", event, by=by, what=offer.what[:80], **facts)
            if dry:
                raise _Undo
    except _Undo:
        pass
    return taken


class _Exchange:
    """One run: loads what is there in a handful of queries, compares, writes what differs."""

    def __init__(self, event: Event, offer: Offer, taken: Taken) -> None:
        self.event, self.offer, self.taken = event, offer, taken

    async def run(self) -> None:
        offer = self.offer
        rooms = distinct(one.room for one in offer.sessions if one.room and not one.only_known)
        tracks = distinct(one.track for one in offer.sessions if one.track)
        self.rooms = await self._places(Room, offer.rooms, rooms)
        self.tracks = await self._places(Track, offer.tracks, tracks)
        self.people = await People.load(self.event)
        self.known = await Session.filter(event=self.event)
        bills: dict[int, list[int]] = {}
        for row in await SessionSpeaker.filter(session__event=self.event).order_by("position", "id"):
            bills.setdefault(row.session_id, []).append(row.speaker_id)
        self.bills = bills
        for person in offer.speakers:
            try:
                self.taken.lines.append(Line(person.line, "speaker", *self.people.take(person)))
            except Wrong as wrong:
                self.taken.wrong.append((person.line, str(wrong)))
        self.match = Match(offer.sessions, self.known, bills, self.people, self._utc)
        await self._write(self._plans(self.match.found()))

    async def _places(self, model: type[Any], offered: list[OfferedPlace], named: Iterable[str]) -> dict[str, Any]:
        """Rooms or tracks by name; those that are missing are made."""
        what = model.__name__.lower()
        rows = await model.filter(event=self.event)
        known = {same(row.name): row for row in rows} | {row.name: row for row in rows}
        codes = [row.code for row in rows]
        wanted = {same(name): OfferedPlace(name) for name in named}
        for place in offered:
            wanted[same(place.name)] = place
        for key, place in wanted.items():
            if (row := _named(known, place.name)) is not None:
                differs = {name: value for name, value in place.values.items() if name == "capacity" and value and row.capacity != value}
                if differs:
                    await row.change(**differs)
                    self.taken.lines.append(Line("", what, row.name, CHANGED, ", ".join(differs)))
                continue
            code = free_code(place.name, codes)
            codes.append(code)
            values = {"position": len(codes), **({"hue": (len(codes) * 137 + 255) % 360} if model is Track else {}), **place.values}
            known[key] = await model.create(event=self.event, code=code, name=place.name, **values)
            self.taken.lines.append(Line("", what, place.name, NEW))
        return known

    # What becomes of it

    def _plans(self, matched: list[tuple[OfferedSession, Session | None]]) -> list[_Plan]:
        plans: list[_Plan] = []
        seen: dict[tuple[Any, ...], str] = {}
        codes = {one.code for one in self.known}
        for one, session in matched:
            try:
                key = self.match.key(one, session)
                if key in seen:
                    raise Wrong(f"The same session is in {seen[key]} already. Only the first is taken.")
                plans.append(self._plan(one, session, codes))
                seen[key] = one.line
            except Wrong as wrong:
                self.taken.wrong.append((one.line, str(wrong)))
        return plans

    def _plan(self, one: OfferedSession, session: Session | None, codes: set[str]) -> _Plan:
        columns = dict(one.values)
        if one.title:
            columns["title"] = one.title
        if "kind" in columns:
            columns["kind"] = session.kind if session and same(session.kind) == same(columns["kind"]) else kind_of(columns["kind"])
        if one.track:
            columns["track_id"] = _named(self.tracks, one.track).id
        if one.room:
            room = _named(self.rooms, one.room)
            if room is None:
                raise Wrong(f"There is no room {one.room} at this event yet. Import the rooms first.")
            columns["room_id"] = room.id
        extra = dict(session.extra) if session else {}
        if one.source:
            extra[SOURCE] = one.source
        columns |= self._times(one, session, extra)
        if extra != (session.extra if session else {}):
            columns["extra"] = extra
        people = None if one.speakers is None else [self.people.person(who) for who in one.speakers]
        if one.chair is not None:
            columns["chair"] = self.people.person(one.chair)
        if session is None:
            columns.setdefault("state", SessionState.CONFIRMED if columns.get("kind") == BREAK else SessionState.DRAFT)
            code = one.code if one.code and one.code not in codes else _new_code(codes)
            codes.add(code)
            session = Session(event=self.event, code=code, guid=new_guid(), modified_at=now(), title=one.title)
            return _Plan(one, session, columns, people, new=True)
        return _Plan(one, session, _differs(session, columns), people)

    def _times(self, one: OfferedSession, session: Session | None, extra: dict[str, Any]) -> dict[str, Any]:
        """Start and end in UTC; a length alone changes the end, or is kept until there is a start."""
        was_start, was_end = (session.start, session.end) if session else (None, None)
        start = self._utc(one.start) if one.start else None
        if start and was_start and start == minute(was_start):
            start = was_start
        length = one.minutes or (session.minutes if session and session.minutes else extra.get("minutes")) or USUAL
        if one.end:
            end: datetime | None = self._utc(one.end)
            end = was_end if was_end and end == minute(was_end) else end
        elif start and not (start == was_start and not one.minutes):
            end = start + timedelta(minutes=length)
        elif one.minutes and was_start and was_end and one.minutes != int((was_end - was_start).total_seconds() // 60):
            return {"end": was_start + timedelta(minutes=one.minutes)}
        else:
            end = was_end
        if start:
            if end is None or end <= start:
                raise Wrong("The end is not after the start. Check both times.")
            return {"start": start, "end": end}
        if one.minutes and not was_start:
            extra["minutes"] = one.minutes
        return {}

    def _utc(self, moment: datetime) -> datetime:
        return self.event.aware(moment).astimezone(UTC)

    # Writing

    async def _write(self, plans: list[_Plan]) -> None:
        persons = [person for plan in plans for person in [*(plan.people or []), *filter(None, [plan.columns.get("chair")])]]
        for person in await self.people.save(persons):
            self.taken.lines.append(Line("", "speaker", person.name, NEW))
        moved: list[int] = []
        for plan in plans:
            if "chair" in plan.columns:
                chair = plan.columns.pop("chair")
                if plan.session.chair_id != chair.id or plan.new:
                    plan.columns["chair_id"] = chair.id
            bill = None if plan.people is None else list(dict.fromkeys(person.id for person in plan.people))
            people_differ = bill is not None and bill != self.bills.get(plan.session.id or 0, [])
            if plan.new:
                await self._add(plan)
            elif plan.columns or people_differ:
                await self._change(plan)
                if {"start", "end", "room_id"} & plan.columns.keys():
                    moved.append(plan.session.id)
            if people_differ and bill is not None:
                await self._bill(plan.session, bill)
            names = sorted({*(_WORD.get(name, name) for name in plan.columns), *(["speakers"] if people_differ else [])})
            does = NEW if plan.new else CHANGED if names else SAME
            details = "" if plan.new else ", ".join(name.replace("_", " ") for name in names if name)
            self.taken.lines.append(Line(plan.offered.line, "session", plan.session.title, does, details))
        if moved:
            await Slot.filter(session_id__in=moved).delete()

    async def _add(self, plan: _Plan) -> None:
        for name, value in plan.columns.items():
            setattr(plan.session, name, value)
        await plan.session.save()

    async def _change(self, plan: _Plan) -> None:
        more: dict[str, Any] = {"sequence": plan.session.sequence + 1} if MOVING & plan.columns.keys() else {}
        more |= await leaving(plan.session, plan.columns)
        await plan.session.change(**{**plan.columns, **more, "modified_at": now()})

    async def _bill(self, session: Session, bill: list[int]) -> None:
        await SessionSpeaker.filter(session=session).delete()
        await SessionSpeaker.bulk_create(SessionSpeaker(session=session, speaker_id=one, position=n) for n, one in enumerate(bill))


@dataclass
class _Plan:
    """What will be written for one session. `people` None: its speakers stay."""

    offered: OfferedSession
    session: Session
    columns: dict[str, Any]
    people: list[Any] | None
    new: bool = False


_WORD = {"track_id": "track", "room_id": "room", "chair_id": "chair", "extra": "length"}


def _named(places: dict[str, Any], name: str) -> Any:
    """The room or track that is called exactly so, else but for accents and case."""
    return places.get(name) or places.get(same(name))


def _differs(session: Session, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if name == "chair" or getattr(session, name) != value}


def _new_code(taken: set[str]) -> str:
    return next(code for code in iter(lambda: short_code(6), None) if code not in taken)
