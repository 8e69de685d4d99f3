"""Making and changing one session. Page, API and import all end here or follow the same sequence rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from eventsvc.agenda.models import BREAK, MOVES, Room, Session, SessionSpeaker, SessionState, Slot, Track, new_guid
from eventsvc.agenda.rules import signups
from eventsvc.agenda.rules.links import relinked
from eventsvc.agenda.rules.withdrawn import leaving
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.speakers.models import Speaker

MOVING = {"start", "end", "room_id", "state"}
"""What a calendar must be told of: a change here raises the sequence (RFC 5545 §3.8.7.4)."""


class NoSuch(Refused):
    """A track, room or speaker that is not at this event."""

    status = 422
    kind = "invalid"
    title = "There is no such thing at this event"


class BadTimes(Refused):
    status = 422
    kind = "invalid"
    title = "These times do not fit"


class BadState(Refused):
    kind = "not-possible"
    title = "The session cannot go there"


async def find(event: Event, code: str) -> Session:
    """One session with its track, room and speakers. Raises NotFound."""
    session = (
        await Session.get_or_none(event=event, code=code).select_related("track", "room", "chair").prefetch_related("speakers__speaker")
    )
    if session is None:
        raise NotFound("There is no such session at this event.")
    return session


async def add_session(event: Event, values: dict[str, Any], *, by: str, code: str | None = None) -> Session:
    """A new session. `values` as in `change_session`; a title is needed."""
    async with transaction():
        columns, speakers = await _columns(event, values)
        _check_times(columns.get("start"), columns.get("end"))
        session = await Session.create(event=event, code=code or short_code(6), guid=new_guid(), modified_at=now(), **columns)
        await _set_speakers(session, speakers or [])
        await touch(event)
        await record("session.added", session, by=by, title=session.title)
    return session


async def change_session(event: Event, session: Session, values: dict[str, Any], *, by: str) -> Session:
    """Change what is given: columns by name; `track`, `room` and `chair` by code (None or empty takes them away), `speakers`
    by their codes; `slides_link` and `recording_link` are addresses among its links.

    The public sees it at once; what the draft had planned for its time or room is gone then.
    Raises NoSuch, BadTimes, BadState, signups.TooFew. Nothing changes when nothing is different.
    """
    async with transaction():
        columns, speakers = await _columns(event, values, session)
        changed = {name: value for name, value in columns.items() if getattr(session, name) != value}
        state = changed.get("state")
        if state and state not in MOVES[session.state]:
            raise BadState(f"A session that is {session.state} cannot become {state}.", field="state")
        _check_times(columns.get("start", session.start), columns.get("end", session.end))
        other_people = speakers is not None and await _set_speakers(session, speakers)
        if not changed and not other_people:
            return session
        if "signup_places" in changed:
            await signups.set_places(session, changed["signup_places"], by=by)
        if MOVING & changed.keys():
            changed["sequence"] = session.sequence + 1
        journal = sorted({*changed, *(["speakers"] if other_people else [])} - {"sequence"})
        changed |= await leaving(session, changed)
        await session.change(**changed, modified_at=now())
        if {"start", "end", "room_id"} & changed.keys() or session.state == SessionState.CANCELLED:
            await Slot.filter(session_id=session.id).delete()
        await touch(event)
        await record("session.changed", session, by=by, fields=journal)
    return session


def _check_times(start: datetime | None, end: datetime | None) -> None:
    if (start is None) != (end is None):
        raise BadTimes("Give both a start and an end, or neither.", field="end" if start else "start")
    if start and end and end <= start:
        raise BadTimes("The end is not after the start. Check both times.", field="end")


async def _columns(event: Event, values: dict[str, Any], session: Session | None = None) -> tuple[dict[str, Any], list[Speaker] | None]:
    """Codes become rows of this event; local times become UTC; the two named links go among the others."""
    values = relinked(values, session.links if session else [])
    columns = {name: value for name, value in values.items() if name not in ("track", "room", "chair", "speakers")}
    for name in ("start", "end"):
        if columns.get(name) is not None:
            columns[name] = event.aware(columns[name])
    for name, model in (("track", Track), ("room", Room), ("chair", Speaker)):
        if name in values:
            code = values[name]
            row = await model.get_or_none(event=event, code=code) if code else None
            if code and row is None:
                raise NoSuch(f"There is no {name} “{code}” at this event.", field=name)
            columns[f"{name}_id"] = row.id if row else None
    if "speakers" not in values:
        return columns, None
    codes = list(dict.fromkeys(code for code in values["speakers"] if code))
    found = {speaker.code: speaker for speaker in await Speaker.filter(event=event, code__in=codes)}
    for code in codes:
        if code not in found:
            raise NoSuch(f"There is no speaker “{code}” at this event.", field="speakers")
    return columns, [found[code] for code in codes]


async def _set_speakers(session: Session, speakers: list[Speaker]) -> bool:
    """Who gives it, in this order. Says whether that is a change."""
    before = await SessionSpeaker.filter(session=session).order_by("position", "id").values_list("speaker_id", flat=True)
    if list(before) == [speaker.id for speaker in speakers]:
        return False
    await SessionSpeaker.filter(session=session).delete()
    await SessionSpeaker.bulk_create(SessionSpeaker(session=session, speaker=speaker, position=n) for n, speaker in enumerate(speakers))
    return True


async def neighbours(event: Event, session: Session) -> tuple[Session | None, Session | None]:
    """What runs before and after it in its room on the same day, as the public sees it."""
    if session.start is None or session.end is None or session.room_id is None:
        return None, None
    there = Session.filter(event=event, room_id=session.room_id, state=SessionState.CONFIRMED).exclude(id=session.id).exclude(kind=BREAK)
    day = timedelta(hours=12)
    before = await there.filter(end__lte=session.start, end__gte=session.start - day).order_by("-start").first()
    after = await there.filter(start__gte=session.end, start__lte=session.end + day).order_by("start").first()
    return before, after


async def related(event: Event, session: Session, most: int = 4) -> list[Session]:
    """Others of its track, those nearest in time first."""
    if session.track_id is None:
        return []
    same = Session.filter(event=event, track_id=session.track_id, state=SessionState.CONFIRMED).exclude(id=session.id).exclude(start=None)
    rows = await same.exclude(kind=BREAK).limit(200).select_related("room")
    moment = session.start or event.starts_at
    return in_order(sorted(rows, key=lambda one: (abs((one.start or moment) - moment), one.id))[:most])


def in_order(sessions: Iterable[Session]) -> list[Session]:
    """By time, then title; those without a time last."""
    return sorted(sessions, key=lambda s: (s.start is None, s.start or s.created_at, s.title))
