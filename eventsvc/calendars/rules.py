"""Which sessions go into which feed, and the whole programme as a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tortoise.queryset import QuerySet

from eventsvc.agenda.models import BREAK, Room, Session, SessionState
from eventsvc.calendars.render import frab_json, frab_xml, ical
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused
from eventsvc.core.text import plain
from eventsvc.events.models import Event

KINDS = ("agenda.ics", "schedule.xml", "schedule.json")


def shown(event: Event) -> QuerySet[Session]:
    """What the public may see, with a time: confirmed and cancelled sessions, in order."""
    found = Session.filter(event=event).exclude(state=SessionState.DRAFT).exclude(start=None)
    return found.select_related("track", "room").prefetch_related("speakers__speaker").order_by("start", "id")


async def export(kind: str, event: Event) -> bytes:
    """The programme as `agenda.ics`, `schedule.xml` or `schedule.json`. The schedules leave cancelled sessions out: they cannot say it."""
    base = settings().base_url
    if kind == "agenda.ics":
        return feed(event, await shown(event).exclude(kind=BREAK), "calendar.ics")
    on = await shown(event).exclude(state=SessionState.CANCELLED)
    if kind == "schedule.xml":
        return frab_xml.schedule_xml(event, on, base)
    if kind == "schedule.json":
        return frab_json.schedule_json(event, on, await Room.filter(event=event), base)
    raise Refused(f"There is no export {kind}. Choose from: {', '.join(KINDS)}.")


def feed(event: Event, sessions: list[Session], path: str, name: str = "", extra: list[ical.Item] | None = None) -> bytes:
    """A feed of these sessions, at /{event}/{path}."""
    base = settings().base_url
    items = [*(extra or []), *(item(event, session, base) for session in sessions)]
    modified = max((one.modified for one in items), default=event.created_at)
    return ical.feed(
        name or event.name,
        event.timezone,
        items,
        url=f"{base}/{event.slug}/{path}",
        modified=modified,
        first=event.start,
        last=event.end,
    )


def item(event: Event, session: Session, base: str) -> ical.Item:
    assert session.start is not None
    assert session.end is not None
    speakers = ", ".join(one.speaker.name for one in session.speakers)
    about = plain(session.abstract)
    return ical.Item(
        uid=f"{session.guid}@{settings().host}",
        start=session.start,
        end=session.end,
        zone=event.timezone,
        summary=session.title,
        modified=session.modified_at,
        sequence=session.sequence,
        description="\n\n".join(filter(None, [speakers, about])),
        location=", ".join(filter(None, [session.room.name if session.room else "", event.place])),
        url=f"{base}/{event.slug}/sessions/{session.code}",
        category=session.track.name if session.track else "",
        cancelled=session.state == SessionState.CANCELLED,
    )


def whole_event(
    event: Event, sessions: list[Session], *, uid: str, modified: datetime, sequence: int = 0, cancelled: bool = False
) -> ical.Item:
    """The event itself as one entry: from its first to its last session, or nine to five while there is no programme."""
    times = [(s.start, s.end) for s in sessions if s.start and s.end and s.state == SessionState.CONFIRMED]
    start = min((one for one, _ in times), default=(event.starts_at + timedelta(hours=9)).astimezone(UTC))
    end = max((one for _, one in times), default=(event.ends_at - timedelta(hours=7)).astimezone(UTC))
    return ical.Item(
        uid=uid,
        start=start,
        end=end,
        zone=event.timezone,
        summary=event.name,
        modified=modified,
        sequence=sequence,
        description=event.tagline,
        location=", ".join(filter(None, [event.place, event.address.replace("\n", ", ")])),
        url=f"{settings().base_url}/{event.slug}/",
        cancelled=cancelled,
    )
