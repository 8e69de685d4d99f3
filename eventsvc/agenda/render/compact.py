"""The public programme as small as it gets, for pages of others (behaviours/widget.js knows this form)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from eventsvc.agenda.models import Room, Session, SessionState, Track
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker

ON, CANCELLED, PAUSE = 0, 1, 2


def compact(event: Event, sessions: Iterable[Session], bills: Mapping[int, list[Speaker]], base: str) -> bytes:
    """Sessions with a time, their track and room loaded. A session is a row: code, title, start (minutes since 1970, UTC), minutes,
    track and room by their place in the lists (-1: none), speakers, state."""
    timed = sorted((one for one in sessions if one.start and one.end), key=_order)
    tracks = sorted({one.track for one in timed if one.track}, key=_position)
    rooms = sorted({one.room for one in timed if one.room}, key=_position)
    places = ({one.id: n for n, one in enumerate(tracks)}, {one.id: n for n, one in enumerate(rooms)})
    data: dict[str, Any] = {
        "name": event.name,
        "zone": event.timezone,
        "hue": event.hue,
        "url": f"{base}/{event.slug}/agenda",
        "tracks": [[one.name, one.hue] for one in tracks],
        "rooms": [one.name for one in rooms],
        "sessions": [_row(one, *places, bills) for one in timed],
    }
    return orjson.dumps(data)


def _order(one: Session) -> tuple[datetime, int, str]:
    return one.start or datetime.max.replace(tzinfo=UTC), one.room.position if one.room else -1, one.title


def _position(one: Track | Room) -> tuple[int, int]:
    return one.position, one.id


def _row(one: Session, tracks: dict[int, int], rooms: dict[int, int], bills: Mapping[int, list[Speaker]]) -> list[str | int]:
    assert one.start is not None
    state = CANCELLED if one.state == SessionState.CANCELLED else PAUSE if one.is_break else ON
    people = ", ".join(speaker.name for speaker in bills.get(one.id, []))
    start = int(one.start.timestamp()) // 60
    return [one.code, one.title, start, one.minutes, tracks.get(one.track_id or 0, -1), rooms.get(one.room_id or 0, -1), people, state]
