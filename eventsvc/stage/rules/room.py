"""Running a room: later than planned, how many came, and who may say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q

from eventsvc.agenda.models import BREAK, Room, Session, SessionState
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.mail import rules as mail
from eventsvc.speakers.models import Speaker
from eventsvc.stage.forms import MOST_LATE


class NotToday(Refused):
    kind = "not-today"
    title = "This session is not on today"


class OutOfRange(Refused):
    status = 422
    kind = "invalid"
    title = "That number does not fit"


def is_today(event: Event, session: Session, moment: datetime) -> bool:
    """Is it on today, in the event's zone?"""
    return (
        session.start is not None
        and session.state == SessionState.CONFIRMED
        and event.local(session.start).date() == event.local(moment).date()
    )


async def run_late(event: Event, session: Session, minutes: int, by: str) -> None:
    """Say that a session of today runs `minutes` (0–120) later than planned; 0 takes it back. The planned times stay.

    Its chair, and the chairs of what follows in the room that day, are written to unless they said it themselves. Raises NotToday.
    """
    if not 0 <= minutes <= MOST_LATE:
        raise OutOfRange(f"Say how late it runs: 0 to {MOST_LATE} minutes.", field="minutes")
    if minutes and not is_today(event, session, now()):
        raise NotToday("Only a session of today can run late. Move it on the agenda instead.")
    if session.late_minutes == minutes:
        return
    async with transaction():
        await session.change(late_minutes=minutes)
        await touch(event)
        await record("session.late", session, by=by, minutes=minutes)
        if minutes:
            await _tell_chairs(event, session, minutes, by)


async def _tell_chairs(event: Event, session: Session, minutes: int, by: str) -> None:
    after = Session.filter(event=event, state=SessionState.CONFIRMED, room_id=session.room_id, start__gte=session.start)
    affected = [session]
    if session.room_id and session.start:
        midnight = datetime.combine(event.local(session.start).date() + timedelta(days=1), datetime.min.time(), event.zone)
        affected = await after.filter(start__lt=midnight.astimezone(UTC)).order_by("start")
    chairs = await Speaker.filter(id__in=[one.chair_id for one in affected if one.chair_id]).exclude(email="")
    for chair in chairs:
        if chair.name != by:
            key = f"late:{session.id}:{minutes}:{chair.id}"
            await mail.queue(
                "stage/late", chair.email, event_id=event.id, dedupe=key, session=session.id, minutes=minutes, speaker=chair.id
            )


async def count_heads(event: Event, session: Session, count: int, by: str) -> None:
    """How many people were in the room."""
    if not 0 <= count <= 100_000:
        raise OutOfRange("Enter how many people are in the room.", field="headcount")
    if session.headcount == count:
        return
    async with transaction():
        await session.change(headcount=count)
        await record("session.headcount", session, by=by, count=count)


async def clear_late() -> int:
    """What ran late yesterday does not any more. Returns how many."""
    moment, cleared = now(), 0
    for session in await Session.filter(late_minutes__gt=0, end__lt=moment).select_related("event"):
        assert session.end is not None
        if session.event.local(session.end).date() < session.event.local(moment).date():
            await run_late(session.event, session, 0, by="")
            cleared += 1
    return cleared


async def of_today(event: Event, moment: datetime) -> list[Session]:
    """Every confirmed session of the day, with room, track, chair and who gives it."""
    day = event.local(moment).date()
    first = datetime.combine(day, datetime.min.time(), event.zone)
    last = datetime.combine(day + timedelta(days=1), datetime.min.time(), event.zone)
    found = Session.filter(event=event, state=SessionState.CONFIRMED, start__gte=first.astimezone(UTC), start__lt=last.astimezone(UTC))
    return await found.select_related("room", "track", "chair").prefetch_related("speakers__speaker").order_by("start", "id")


async def first_after(event: Event, moment: datetime) -> Session | None:
    """The first session that is still to come on another day."""
    return await Session.filter(event=event, state=SessionState.CONFIRMED, start__gt=moment).order_by("start").first()


async def room_of(event: Event, code: str) -> Room:
    """A room of this event. Raises NotFound."""
    room = await Room.get_or_none(event=event, code=code)
    if room is None:
        raise NotFound("There is no such room at this event.")
    return room


async def session_of(event: Event, code: str) -> Session:
    """A session that the public sees and that is not a break, with room, chair and speakers. Raises NotFound."""
    found = Session.filter(event=event, code=code).exclude(state=SessionState.DRAFT).exclude(kind=BREAK)
    session = await found.select_related("room", "track", "chair").prefetch_related("speakers__speaker").first()
    if session is None:
        raise NotFound("There is no such session at this event.")
    return session


async def tools_of(event: Event, speaker: Speaker) -> Sequence[Session]:
    """The sessions whose stage a speaker looks after: those they chair and those they give, in order."""
    mine = Session.filter(event=event, state=SessionState.CONFIRMED).filter(Q(chair_id=speaker.id) | Q(speakers__speaker_id=speaker.id))
    found = await mine.exclude(start=None).distinct().select_related("room", "track", "chair").prefetch_related("speakers__speaker")
    return sorted(found, key=lambda one: (one.start, one.id))


async def own_session(event: Event, speaker: Speaker, code: str) -> Session:
    """One of `tools_of`. Raises NotFound for anybody else's."""
    session = await session_of(event, code)
    if session.chair_id != speaker.id and speaker.id not in [one.speaker_id for one in session.speakers]:
        raise NotFound("This is not one of your sessions.")
    return session
