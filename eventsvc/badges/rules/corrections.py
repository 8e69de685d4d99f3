"""Until when attendees correct what their badge says."""

from __future__ import annotations

from datetime import datetime

from eventsvc.audit.rules import record
from eventsvc.badges.models import BadgeDeadline
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import PersonForm
from eventsvc.ticketing.models import Ticket
from eventsvc.ticketing.rules import tickets


class TooLateToCorrect(Refused):
    kind = "too-late"
    title = "The badges are being printed"


async def deadline(event: Event) -> datetime:
    """Until when attendees correct their badge: as the organiser said, else until the event is over."""
    row = await BadgeDeadline.get_or_none(event=event)
    return row.until if row and row.until else event.ends_at


async def set_deadline(event: Event, until: datetime | None, *, by: str) -> None:
    """None: until the event is over."""
    async with transaction():
        await BadgeDeadline.update_or_create(event=event, defaults={"until": until})
        await record("badge_deadline.set", event, by=by)


async def correct_own(event: Event, ticket: Ticket, wanted: PersonForm) -> None:
    """An attendee corrects their badge. Raises TooLateToCorrect, TooLate."""
    if now() >= await deadline(event):
        raise TooLateToCorrect("The badges are being printed, so this can no longer be changed here. Ask at the desk when you arrive.")
    await tickets.correct(ticket, wanted, by="attendee")
