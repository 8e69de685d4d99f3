"""An earlier event as an offer: its rooms, tracks and breaks, its sessions as drafts without a time, its speakers."""

from __future__ import annotations

from datetime import datetime, timedelta

from tortoise.expressions import Q, Subquery

from eventsvc.agenda.forms.copying import CopyForm
from eventsvc.agenda.forms.offer import Frame, Offer, OfferedPlace, OfferedSession, OfferedSpeaker, Who
from eventsvc.agenda.models import BREAK, Room, Session, SessionSpeaker, SessionState, Track
from eventsvc.agenda.rules.exchange import USUAL
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker

FACTS = ("name", "organisation", "job_title", "biography", "email")
TEXTS = ("subtitle", "abstract", "description", "kind", "language", "setup_minutes", "do_not_record")


async def from_event(event: Event, earlier: Event, wanted: CopyForm) -> Offer:
    """What `wanted` names of the earlier event. Breaks move by as many days as lie between the two first days, at the same local time."""
    offer = Offer(what=earlier.name)
    if wanted.rooms:
        offer.rooms = [
            OfferedPlace(one.name, {"capacity": one.capacity, "position": one.position}) for one in await Room.filter(event=earlier)
        ]
    if wanted.tracks:
        tracks = await Track.filter(event=earlier)
        offer.tracks = [OfferedPlace(one.name, {"hue": one.hue, "position": one.position}) for one in tracks]
    if wanted.speakers:
        gives = SessionSpeaker.filter(session__event_id=earlier.id).exclude(session__state=SessionState.CANCELLED)
        speakers = Speaker.filter(Q(listed=True) | Q(id__in=Subquery(gives.values("speaker_id"))), event=earlier).order_by("id")
        offer.speakers = [
            OfferedSpeaker("", _who(one), {name: getattr(one, name) for name in FACTS if getattr(one, name)}) for one in await speakers
        ]
    found = Session.filter(event=earlier).exclude(state=SessionState.CANCELLED).select_related("room", "track")
    sessions = await found.prefetch_related("speakers__speaker").order_by("start", "id")
    frame = Frame(tuple(event.days), event.zone)
    shift = timedelta(days=(event.start - earlier.start).days)
    for one in sessions:
        if one.is_break and wanted.breaks:
            _break(offer, one, earlier, frame, shift, with_room=wanted.rooms)
        elif not one.is_break and wanted.sessions:
            offer.sessions.append(_draft(one, earlier, wanted))
    return offer


def _who(speaker: Speaker) -> Who:
    return Who(speaker.name, email=speaker.email)


def _break(offer: Offer, one: Session, earlier: Event, frame: Frame, shift: timedelta, *, with_room: bool) -> None:
    """A break on a day that the new event does not have is left out, and said."""
    if one.start is None or one.end is None:
        return
    start, end = (_moved(earlier, moment, shift) for moment in (one.start, one.end))
    if start.date() not in frame.days:
        offer.notes.append(f"“{one.title}” is left out: this event has no {start:%A %d %B}.")
        return
    offer.sessions.append(
        OfferedSession(
            "",
            title=one.title,
            source=f"{earlier.slug}/{one.code}"[:80],
            values={"kind": BREAK, "state": SessionState.CONFIRMED},
            room=one.room.name if one.room and with_room else None,
            start=start,
            end=end,
        )
    )


def _moved(event: Event, moment: datetime, shift: timedelta) -> datetime:
    """The same time by the clock, days later, without a zone."""
    return event.local(moment).replace(tzinfo=None) + shift


def _draft(one: Session, earlier: Event, wanted: CopyForm) -> OfferedSession:
    minutes = one.minutes or one.extra.get("minutes")
    return OfferedSession(
        "",
        title=one.title,
        source=f"{earlier.slug}/{one.code}"[:80],
        values={name: getattr(one, name) for name in TEXTS if getattr(one, name)},
        track=one.track.name if one.track and wanted.tracks else None,
        minutes=minutes if isinstance(minutes, int) else USUAL,
        speakers=[_who(row.speaker) for row in one.speakers] if wanted.speakers else None,
    )
