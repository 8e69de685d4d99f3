"""Sessions that were on the public agenda and no longer are: taken off it, or a draft again.

Calendars have copied them, so a calendar must be able to say that they are cancelled. Whatever takes a session off the agenda saves
`leaving()` with it; `last_shown()` gives it back. Only what was public is kept: what the draft has become since is nobody's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsvc.agenda.models import Room, Session, SessionSpeaker, SessionState, Slot
from eventsvc.core.clock import utc
from eventsvc.events.models import Event

KEY = "shown"


@dataclass(frozen=True)
class Shown:
    """What the public last saw of a session. Times in UTC; `room_id` and `speakers` by number."""

    title: str
    start: datetime
    end: datetime
    room: str
    room_id: int | None
    speakers: tuple[int, ...]


def is_public(state: SessionState, start: datetime | None) -> bool:
    """Is a session with this state and start in the public calendars?"""
    return state != SessionState.DRAFT and start is not None


async def leaving(session: Session, changed: dict[str, Any]) -> dict[str, Any]:
    """What to save beside `changed` when it takes the session off the public agenda; empty when it does not."""
    after = is_public(changed.get("state", session.state), changed.get("start", session.start))
    if after or not is_public(session.state, session.start):
        return {}
    assert session.start is not None
    assert session.end is not None
    room = await Room.get_or_none(id=session.room_id) if session.room_id else None
    given_by = await SessionSpeaker.filter(session=session).order_by("position", "id")
    shown = {
        "title": session.title,
        "start": utc(session.start),
        "end": utc(session.end),
        "room": room.name if room else "",
        "room_id": session.room_id,
        "speakers": [one.speaker_id for one in given_by],
    }
    return {"extra": {**changed.get("extra", session.extra), KEY: shown}}


async def keep_what_leaves(event: Event) -> None:
    """Before the draft is published: keep what is public of every session that it takes off the agenda."""
    for slot in (
        await Slot.filter(session__event=event, start=None).exclude(session__state=SessionState.CANCELLED).select_related("session")
    ):
        if more := await leaving(slot.session, {"start": None}):
            await slot.session.change(**more)


def last_shown(session: Session) -> Shown | None:
    """What calendars may still hold of a session that is not public now; None when it never was, or is."""
    kept = session.extra.get(KEY)
    if is_public(session.state, session.start) or not isinstance(kept, dict):
        return None
    return Shown(
        kept["title"],
        datetime.fromisoformat(kept["start"]),
        datetime.fromisoformat(kept["end"]),
        kept["room"],
        kept["room_id"],
        tuple(kept["speakers"]),
    )
