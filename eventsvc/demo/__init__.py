"""The demo: a believable conference of one day, today, and a second event at real size. Made through the same verbs as any other.

`fill()` makes it once and afterwards only brings it to today and prints fresh ways in.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

from eventsvc.accounts import rules as accounts
from eventsvc.accounts.models import ApiToken, Role, Scope
from eventsvc.agenda.models import Session, Slot
from eventsvc.checkin import rules as checkin
from eventsvc.checkin.models import Device
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch
from eventsvc.core.errors import Refused
from eventsvc.demo import (
    badges,
    big,
    calendars,
    call,
    conference,
    crowd,
    door,
    drafts,
    earlier,
    following,
    members,
    questions,
    review,
    speaking,
    stage,
)
from eventsvc.demo.conference import SLUG
from eventsvc.events import rules as events
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import Ticket, TicketState

ORGANISER = "organiser@example.org"


async def fill() -> dict[str, Any]:
    """Make the demo where it is missing, bring it to today, and return the ways in by name."""
    event = await Event.get_or_none(slug=SLUG).select_related("organiser")
    if event is None:
        event = await conference.make()
        await questions.ask(event)
        await members.fill(event)
        await crowd.fill(event)
        await door.fill(event)
        await badges.fill(event)
        await following.fill(event)
        await speaking.fill(event)
        await stage.fill(event)
        await call.fill(event)
        await review.fill(event)
        await drafts.fill(event)
        await calendars.fill(event)
        await earlier.make(event)
        await big.make()
    await _bring_to_today(event)
    return await _ways(event)


def throw_away() -> None:
    """Delete the demo's SQLite database and outbox."""
    if not settings().sqlite:
        raise Refused("--fresh only throws away SQLite databases. Drop the PostgreSQL database yourself.")
    for end in ("", "-wal", "-shm"):
        settings().sqlite_file.with_name(settings().sqlite_file.name + end).unlink(missing_ok=True)
    for folder in ("outbox", "slides"):
        shutil.rmtree(settings().data_dir / folder, ignore_errors=True)


async def _bring_to_today(event: Event) -> None:
    """A demo started on a later day is not over: everything moves by whole days."""
    today = datetime.now(event.zone).date()
    days = (today - event.start).days
    if days <= 0:
        return
    by = timedelta(days=days)
    for session in await Session.filter(event=event).exclude(start=None):
        await session.change(
            start=_moved(event, session.start, by), end=_moved(event, session.end, by), sequence=session.sequence + 1, modified_at=now()
        )
    for slot in await Slot.filter(session__event=event).exclude(start=None):
        await slot.change(start=_moved(event, slot.start, by), end=_moved(event, slot.end, by))
    await event.change(start=event.start + by, end=event.end + by)
    await fetch("UPDATE survey SET closes_at = $2 WHERE event_id = $1 RETURNING id", event.id, now() + timedelta(days=30))
    await events.touch(event)


def _moved(event: Event, moment: datetime | None, by: timedelta) -> datetime:
    """The same time of day, days later, whatever summer time does."""
    assert moment is not None
    local = event.local(moment)
    return (local.replace(tzinfo=None) + by).replace(tzinfo=event.zone).astimezone(UTC)


async def _ways(event: Event) -> dict[str, Any]:
    organiser = await accounts.add_user(ORGANISER, "Olivia Organiser", admin=True)
    await events.add_member(event, organiser, Role.ORGANISER, by="demo")
    await ApiToken.filter(event_id=event.id, name="Demo token").update(revoked_at=now())
    old = await Device.filter(door__event=event, door__name="Demo door").values_list("token_id", flat=True)
    await ApiToken.filter(id__in=list(old)).update(revoked_at=now())
    _, token = await accounts.add_token("Demo token", [str(scope) for scope in Scope], event.id, by="demo")
    base = f"{settings().base_url}/{event.slug}"
    attendee = await Ticket.filter(event=event, state=TicketState.VALID, scans=None, ticket_type__public=True).order_by("id").first()
    speaker = await Speaker.filter(event=event).order_by("id").first()
    assert attendee is not None
    assert speaker is not None
    return {
        "Public page": f"{base}/",
        "Register": f"{base}/tickets",
        "Organiser": await accounts.make_link(organiser, timedelta(days=1)),
        "Door": await checkin.door_link(event, "Demo door", "demo"),
        "Speaker": f"{base}/speaker/{speaker.secret}",
        "Call": f"{base}/cfp",
        "Attendee": f"{base}/my/{attendee.secret}",
        **({"Organisation": way} if (way := await members.way_in(event)) else {}),
        "Large event": f"{settings().base_url}/{big.SLUG}/agenda",
        "API token": token,
    } | ({"Reviewer": await accounts.make_link(reviewer, timedelta(days=1))} if (reviewer := await review.reviewer_account()) else {})


def ways_in(ways: dict[str, Any]) -> str:
    """The ways in, as printed at the start."""
    width = max(map(len, ways))
    letters = "sent by SMTP" if settings().smtp_url else f"written to {settings().data_dir / 'outbox'}"
    lines = [f"  {name:<{width}}  {value}" for name, value in ways.items()]
    return "\n".join(["", "The demo conference is ready.", "", *lines, "", f"  Letters are {letters}. Stop with Ctrl+C.", ""])
