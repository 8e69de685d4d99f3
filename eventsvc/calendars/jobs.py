"""Calendar mail: what is due, and the letters (iTIP over mail, RFC 5546 and RFC 6047)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.rules.withdrawn import last_shown
from eventsvc.calendars.models import Follower
from eventsvc.calendars.render.invitation import invitation as calendar
from eventsvc.calendars.rules import feeds, telling
from eventsvc.calendars.rules.following import TELL, stop_address
from eventsvc.calendars.rules.telling import Why
from eventsvc.core.config import settings
from eventsvc.core.text import plain
from eventsvc.events.models import Event
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import Ticket

tell_due = telling.tell_due


async def tell() -> None:
    await tell_due()


SUBJECTS = {Why.NEW: "In your calendar", Why.CHANGED: "Changed", Why.CANCELLED: "Cancelled", Why.REMOVED: "Out of your calendar"}


@dataclass(frozen=True)
class Entry:
    """What the calendar entry says. Times in the event's zone."""

    title: str
    start: datetime
    end: datetime
    room: str


async def invitation(letter: Letter) -> Message | None:
    """A session for the calendar, new or changed. None when they stopped, or it is off: the cancellation has a letter of its own."""
    found = await _load(letter)
    if found is None:
        return None
    event, follower, session = found
    if follower.stopped_at or session.state != SessionState.CONFIRMED or not session.start or not session.end:
        return None
    room = session.room.name if session.room else ""
    return _letter("REQUEST", letter, event, follower, session, Entry(session.title, session.start, session.end, room))


async def cancellation(letter: Letter) -> Message | None:
    """A session that is off, or that they no longer want."""
    found = await _load(letter)
    if found is None:
        return None
    event, follower, session = found
    kept = last_shown(session)
    if kept:
        return _letter("CANCEL", letter, event, follower, session, Entry(kept.title, kept.start, kept.end, kept.room))
    if not session.start or not session.end:
        return None
    room = session.room.name if session.room else ""
    return _letter("CANCEL", letter, event, follower, session, Entry(session.title, session.start, session.end, room))


async def _load(letter: Letter) -> tuple[Event, Follower, Session] | None:
    follower = await Follower.get_or_none(id=letter.facts["follower"]).select_related("ticket", "speaker")
    loaded = Session.filter(id=letter.facts["session"]).select_related("event__organiser", "room")
    session = await loaded.prefetch_related("speakers__speaker").first()
    return (session.event, follower, session) if follower and session else None


def _letter(method: str, letter: Letter, event: Event, follower: Follower, session: Session, entry: Entry) -> Message:
    who: Ticket | Speaker | None = follower.ticket or follower.speaker
    assert who is not None
    why = Why(letter.facts["why"])
    speakers = ", ".join(one.speaker.name for one in session.speakers)
    message = compose(
        "calendars/entry",
        f"{SUBJECTS[why]}: {entry.title}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        why=why.value,
        title=entry.title,
        start=event.local(entry.start),
        end=event.local(entry.end),
        room=entry.room,
        speakers=speakers if method == "REQUEST" else "",
        link=f"{settings().base_url}/{event.slug}/sessions/{session.code}" if method == "REQUEST" else "",
        stop=stop_address(event, follower),
        cancelled_ticket=isinstance(who, Ticket) and not who.is_live,
    )
    message.stop = stop_address(event, follower)
    body = calendar(
        method,
        uid=feeds.uid(session),
        sequence=letter.facts["sequence"],
        summary=entry.title,
        start=entry.start,
        end=entry.end,
        zone=event.timezone,
        location=feeds.where(event, entry.room),
        description="\n\n".join(filter(None, [speakers, plain(session.abstract)])) if method == "REQUEST" else "",
        url=f"{settings().base_url}/{event.slug}/sessions/{session.code}",
        organiser_name=event.name,
        organiser_email=event.contact_email or settings().mail_from,
        attendee_name=who.name,
        attendee_email=letter.to,
    )
    message.invitation = method, body
    return message


letters: dict[str, Composer] = {"calendars/invitation": invitation, "calendars/cancellation": cancellation}
jobs: dict[str, Callable[..., Awaitable[None]]] = {TELL: tell}
