"""When speakers can be on stage: kept in UTC, typed as the event's days. A change that makes a clash is told to the organisers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from eventsvc.agenda.models import Session, SessionState, Slot
from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.speakers.forms import MIDDAY, AvailabilityForm
from eventsvc.speakers.models import Availability, Speaker

Stretch = tuple[datetime, datetime]


def fits(stretches: Sequence[Stretch], start: datetime, end: datetime) -> bool:
    """Can somebody who is free in these stretches be on stage from `start` to `end`? No stretches: always."""
    return not stretches or any(begins <= start and end <= ends for begins, ends in joined(stretches))


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, with those that touch or overlap as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


async def set_availability(event: Event, speaker: Speaker, wanted: AvailabilityForm, *, by: str) -> list[str]:
    """Keep the stretches; returns the titles of sessions that do not fit any more, of which the organisers get a letter."""
    stretches = [] if wanted.always else joined(_stretches(event, wanted))
    async with transaction():
        await Speaker.select_for_update().get(id=speaker.id)
        before = [(one.start, one.end) for one in await Availability.filter(speaker=speaker)]
        if before == stretches:
            return []
        await Availability.filter(speaker=speaker).delete()
        for start, end in stretches:
            await Availability.create(speaker=speaker, start=start, end=end)
        new = [title for title in await _misfits(speaker, stretches) if title not in set(await _misfits(speaker, before))]
        await record("speaker.availability", speaker, by=by, clashes=len(new))
        if new and event.contact_email:
            await mail.queue("agenda/unavailable", event.contact_email, event_id=event.id, speaker=speaker.id, titles=new)
    return new


def _stretches(event: Event, wanted: AvailabilityForm) -> list[Stretch]:
    return [
        (_at(event, day, start), _at(event, day, end))
        for day, form in zip(event.days, wanted.days, strict=False)
        for start, end in form.stretches()
    ]


def _at(event: Event, day: date, at: time | None) -> datetime:
    """A time on that day, or the day's end, in UTC."""
    local = datetime.combine(day, at, event.zone) if at is not None else datetime.combine(day + timedelta(days=1), time(0), event.zone)
    return local.astimezone(UTC)


async def _misfits(speaker: Speaker, stretches: Sequence[Stretch]) -> list[str]:
    """Titles of their sessions that lie outside, where they are now and where the draft puts them."""
    if not stretches:
        return []
    sessions = await Session.filter(speakers__speaker=speaker).exclude(state=SessionState.CANCELLED).order_by("start", "id")
    slots = {slot.session_id: slot for slot in await Slot.filter(session_id__in=[session.id for session in sessions])}
    found = []
    for session in sessions:
        places = [(session.start, session.end)]
        if slot := slots.get(session.id):
            places.append((slot.start, slot.end))
        if any(start and end and not fits(stretches, start, end) for start, end in places):
            found.append(session.title)
    return found


def as_form(event: Event, stretches: Iterable[Availability]) -> dict[str, Any]:
    """Stretches as the form shows them: halves of days as ticks, the rest as times of day."""
    kept = [(one.start, one.end) for one in stretches]
    values: dict[str, Any] = {"always": "" if kept else "true"}
    for number, day in enumerate(event.days):
        begins, noon, ends = _at(event, day, time(0)), _at(event, day, MIDDAY), _at(event, day, None)
        rows = []
        for start, end in kept:
            start, end = max(start, begins), min(end, ends)
            if start >= end:
                continue
            morning, afternoon = start == begins and end >= noon, end == ends and start <= noon
            if morning:
                values[f"days-{number}-morning"], start = "true", noon
            if afternoon:
                values[f"days-{number}-afternoon"], end = "true", noon
            if start < end:
                rows.append((start, end))
        for suffix, (start, end) in zip(("", "2"), rows, strict=False):
            values[f"days-{number}-start{suffix}"] = f"{event.local(start):%H:%M}"
            values[f"days-{number}-end{suffix}"] = f"{event.local(end):%H:%M}" if end < ends else "23:59"
    return values
