"""Who has their calendar kept up to date by mail, and how that begins and ends."""

from __future__ import annotations

from typing import Any

from eventsvc.audit.rules import record
from eventsvc.calendars.models import Follower
from eventsvc.core import jobs, signing
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import Ticket

Who = Ticket | Speaker
TELL = "calendars/tell"
"""The job that looks for what is due at once, so that nobody who has just begun waits for the next sweep."""


class NoAddress(Refused):
    kind = "no-address"
    title = "We have no e-mail address"


class Over(Refused):
    kind = "too-late"
    title = "There is nothing left to follow"


def _key(who: Who) -> dict[str, Any]:
    return {"ticket_id": who.id} if isinstance(who, Ticket) else {"speaker_id": who.id}


async def follows(who: Who) -> bool:
    """Does this attendee or speaker get their sessions by mail?"""
    return await Follower.filter(**_key(who), stopped_at=None).exists()


async def follow(event: Event, who: Who) -> None:
    """Send this attendee's or speaker's sessions to their calendar by mail from now on. Again changes nothing.

    Raises NoAddress, and Over for a cancelled ticket or when the event is over.
    """
    if not who.email:
        raise NoAddress("The organisers have no e-mail address of yours. Ask them to add it.")
    if now() >= event.ends_at:
        raise Over("The event is over.")
    if isinstance(who, Ticket) and not who.is_live:
        raise Over("This ticket is cancelled.")
    async with transaction():
        follower, new = await Follower.get_or_create(**_key(who))
        if not new and follower.stopped_at is None:
            return
        await follower.change(stopped_at=None)
        await jobs.enqueue(TELL)
        await record("calendar.followed", who, by=_by(who))


async def stop(who: Who) -> None:
    """No more calendar mail to them. What their calendar holds stays there."""
    follower = await Follower.get_or_none(**_key(who), stopped_at=None)
    if follower:
        await _stop(follower, who)


async def _stop(follower: Follower, who: Who) -> None:
    async with transaction():
        if await Follower.filter(id=follower.id, stopped_at=None).update(stopped_at=now()):
            await record("calendar.stopped", who, by=_by(who))


def _by(who: Who) -> str:
    return "attendee" if isinstance(who, Ticket) else "speaker"


def stop_address(event: Event, follower: Follower) -> str:
    """The address in a letter that ends such letters (RFC 8058); it opens nothing else."""
    return f"{settings().base_url}/{event.slug}/calendar/stop/{signing.signed('calendar-mail', follower.id)}"


async def by_token(event: Event, token: str) -> Follower:
    """Whom a `stop_address` is about. Raises NotFound."""
    parts = signing.unsigned("calendar-mail", token)
    found = await Follower.get_or_none(id=int(parts[0])).select_related("ticket", "speaker") if parts else None
    if found is None or (found.ticket or found.speaker).event_id != event.id:  # type: ignore[union-attr]
        raise NotFound("This link is not complete. Copy all of it from the letter.")
    return found


async def stop_by_token(event: Event, token: str) -> None:
    """End calendar mail from its own link. Again changes nothing. Raises NotFound."""
    follower = await by_token(event, token)
    who = follower.ticket or follower.speaker
    assert who is not None
    await _stop(follower, who)
