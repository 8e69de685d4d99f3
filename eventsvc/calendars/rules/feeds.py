"""Which sessions go into which feed, and how each is told there.

A session keeps its UID for ever. One that leaves the public agenda stays in the feeds that had it, as cancelled
(`agenda.rules.withdrawn`); one that somebody no longer keeps leaves their own feed, which is how a subscription forgets it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from eventsvc.agenda.models import BREAK, Favourite, Room, Session, SessionState, Signup, SignupState
from eventsvc.agenda.rules.confirming import asked_at
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.agenda.rules.withdrawn import Shown, last_shown
from eventsvc.calendars.render import ical
from eventsvc.calendars.render.ical import Item, Status
from eventsvc.cfp.models import Proposal, ProposalState
from eventsvc.core import device
from eventsvc.core.config import settings
from eventsvc.core.text import plain
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import Ticket

DAY_BEGINS, DAY_ENDS = time(9, 0), time(17, 0)


def shown(event: Event) -> QuerySet[Session]:
    """What the public may see, with a time: confirmed and cancelled sessions, in order."""
    return _loaded(Session.filter(event=event).exclude(state=SessionState.DRAFT).exclude(start=None))


def _loaded(sessions: QuerySet[Session]) -> QuerySet[Session]:
    return sessions.select_related("track", "room").prefetch_related("speakers__speaker").order_by("start", "id")


async def withdrawn(event: Event, *which: Q) -> list[tuple[Session, Shown]]:
    """Sessions that calendars may still hold although they are not public now, with what was last public of them."""
    hidden = await Session.filter(Q(state=SessionState.DRAFT) | Q(start=None), *which, event=event).order_by("id")
    return [(session, kept) for session in hidden if (kept := last_shown(session)) is not None]


async def whole(event: Event) -> bytes:
    """Every session, breaks left out."""
    sessions = await shown(event).exclude(kind=BREAK)
    items = [*(item(event, one) for one in sessions), *(gone(event, *one) for one in await withdrawn(event, ~Q(kind=BREAK)))]
    return body(event, items, "calendar.ics", event.name)


async def one_session(event: Event, code: str) -> bytes | None:
    """One session, also one that was public. None when the public never saw it with a time."""
    items = [item(event, one) for one in await shown(event).filter(code=code)]
    items += [gone(event, *one) for one in await withdrawn(event, Q(code=code))]
    return body(event, items, f"sessions/{code}.ics", items[0].summary) if items else None


async def of_speaker(event: Event, code: str) -> bytes | None:
    """What a speaker gives, for the public. None when the public never saw them: that they proposed something is nobody's business."""
    speaker = await Speaker.get_or_none(event=event, code=code)
    if speaker is None:
        return None
    items = [item(event, one) for one in await shown(event).filter(speakers__speaker=speaker)]
    items += [gone(event, *one) for one in await withdrawn(event, Q(speakers__speaker=speaker)) if speaker.id in one[1].speakers]
    if not items and not await public_speakers(event).filter(id=speaker.id).exists():
        return None
    return body(event, items, f"speakers/{code}.ics", f"{speaker.name}, {event.name}")


async def of_room(event: Event, room: Room) -> bytes:
    """What happens in a room: for the screen beside its door, and whoever looks after it."""
    items = [item(event, one) for one in await shown(event).filter(room=room)]
    items += [gone(event, *one) for one in await withdrawn(event) if one[1].room_id == room.id]
    return body(event, items, f"rooms/{room.code}.ics", f"{room.name}, {event.name}")


async def of_favourites(event: Event, holder: str) -> bytes:
    """What a browser without a ticket keeps."""
    kept = [int(str(one)) for one in await Favourite.filter(holder=holder, session__event=event).values_list("session_id", flat=True)]
    items = [item(event, one) for one in await shown(event).filter(id__in=kept)] if kept else []
    items += [gone(event, *one) for one in await withdrawn(event, Q(id__in=kept))] if kept else []
    return body(event, items, f"favourites/{device.token(event.id, holder)}.ics", f"My sessions, {event.name}")


async def of_ticket(event: Event, ticket: Ticket) -> bytes:
    """An attendee's own: the event, what is for everybody, what they keep and signed up for. A cancelled ticket: the event, cancelled."""
    items = [await event_item(event, ticket)]
    if ticket.is_live:
        signups = {one.session_id: one.state for one in await Signup.filter(ticket_id=ticket.id, session__event=event)}
        favourites = await Favourite.filter(holder=device.ticket(ticket.id), session__event=event)
        kept = [*{*signups, *(one.session_id for one in favourites)}]
        plenary = Q(room=None, state=SessionState.CONFIRMED) & ~Q(kind=BREAK)
        items += [item(event, one, place=signups.get(one.id)) for one in await shown(event).filter(plenary | Q(id__in=kept))]
        items += [gone(event, *one) for one in await withdrawn(event, Q(id__in=kept))]
    return body(event, items, f"my/{ticket.secret}.ics", f"{event.name}, my day")


async def of_speaker_self(event: Event, speaker: Speaker, secret: str) -> bytes:
    """A speaker's own: also what they chair, and as tentative what they know of and the public does not see (any more).

    `secret`: theirs, or an assistant's.
    """
    theirs = Q(speakers__speaker=speaker) | Q(chair=speaker)
    sessions = await _loaded(Session.filter(theirs, event=event).exclude(start=None).distinct())
    untold = {one.id for one in sessions if one.state == SessionState.DRAFT and asked_at(one) is None}
    if untold:
        accepted = Proposal.filter(session_id__in=untold, state=ProposalState.ACCEPTED, authors__speaker=speaker)
        untold -= {*await accepted.values_list("session_id", flat=True)}
        untold -= {one.id for one, _ in await withdrawn(event, Q(id__in=untold))}
    items = [item(event, one, own=speaker) for one in sessions if one.id not in untold]
    items += [gone(event, *one) for one in await withdrawn(event, Q(start=None), Q(speakers__speaker=speaker))]
    return body(event, items, f"speaker/{secret}.ics", f"{event.name}, my sessions")


def body(event: Event, items: list[Item], path: str, name: str) -> bytes:
    """The feed at /{event}/{path}."""
    return ical.feed(
        name,
        event.timezone,
        items,
        url=f"{settings().base_url}/{event.slug}/{path}",
        modified=max((one.modified for one in items), default=event.created_at),
        first=event.start,
        last=event.end,
        hue=event.hue,
        about=event.tagline,
    )


def item(event: Event, session: Session, *, place: SignupState | None = None, own: Speaker | None = None) -> Item:
    """A session as a calendar shows it. `place`: what the reader signed up for; `own`: the speaker who reads it."""
    assert session.start is not None
    assert session.end is not None
    title, notes, status = session.title, [], Status.CONFIRMED
    if session.state == SessionState.CANCELLED:
        status = Status.CANCELLED
    elif session.state == SessionState.DRAFT:
        status = Status.TENTATIVE
        notes.append("Not public yet: time and room may still change.")
    elif place == SignupState.WAITING:
        status = Status.TENTATIVE
        title = f"{title} (waiting list)"
        notes.append("You are on the waiting list for this session.")
    elif place == SignupState.GOING:
        notes.append("You have a place in this session.")
    if own and session.chair_id == own.id:
        notes.append("You chair this session.")
        title = title if any(one.speaker_id == own.id for one in session.speakers) else f"Chair: {title}"
    speakers = ", ".join(one.speaker.name for one in session.speakers)
    return Item(
        uid=uid(session),
        start=session.start,
        end=session.end,
        zone=event.timezone,
        summary=title,
        modified=session.modified_at,
        sequence=session.sequence,
        description="\n\n".join(filter(None, [*notes, speakers, plain(session.abstract)])),
        location=where(event, session.room.name if session.room else ""),
        url="" if session.state == SessionState.DRAFT else f"{settings().base_url}/{event.slug}/sessions/{session.code}",
        category=session.track.name if session.track else "",
        hue=session.track.hue if session.track else None,
        status=status,
    )


def gone(event: Event, session: Session, kept: Shown) -> Item:
    """A session that left the public agenda, as it was last seen there."""
    return Item(
        uid=uid(session),
        start=kept.start,
        end=kept.end,
        zone=event.timezone,
        summary=kept.title,
        modified=session.modified_at,
        sequence=session.sequence,
        location=where(event, kept.room),
        status=Status.CANCELLED,
    )


async def entry_uid(event: Event, ticket: Ticket) -> str:
    """One entry for each order, and one of their own for whoever got the ticket from a colleague."""
    own = await Ticket.exists(passed_to_id=ticket.id)
    return f"{f'ticket-{ticket.id}' if own else f'order-{ticket.order_id}'}-event-{event.id}@{settings().host}"


async def event_item(event: Event, ticket: Ticket) -> Item:
    """The event itself as one entry, the same that the ticket's letter carries."""
    start, end = await hours(event)
    return Item(
        uid=await entry_uid(event, ticket),
        start=start,
        end=end,
        zone=event.timezone,
        summary=event.name,
        modified=max(event.updated_at, ticket.changed_at),
        sequence=ticket.calendar_sequence,
        description=event.tagline,
        location=", ".join(filter(None, [event.place, event.address.replace("\n", ", ")])),
        url=f"{settings().base_url}/{event.slug}/",
        status=Status.CONFIRMED if ticket.is_live else Status.CANCELLED,
    )


async def hours(event: Event) -> tuple[datetime, datetime]:
    """When the event runs: from its first to its last confirmed session; nine to five while there is no programme."""
    on = Session.filter(event=event, state=SessionState.CONFIRMED).exclude(start=None)
    first, last = await on.order_by("start").first(), await on.order_by("-end").first()
    if first and last and first.start and last.end:
        return first.start, last.end
    return (
        datetime.combine(event.start, DAY_BEGINS, event.zone).astimezone(UTC),
        datetime.combine(event.end, DAY_ENDS, event.zone).astimezone(UTC),
    )


def uid(session: Session) -> str:
    """The same in every feed and every letter, for ever (RFC 7986 §5.3)."""
    return f"{session.guid}@{settings().host}"


def where(event: Event, room: str) -> str:
    """Room and house, as LOCATION says it."""
    return ", ".join(filter(None, [room, event.place]))
