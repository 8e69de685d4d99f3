"""The printed programme as plain values for Typst: days, either with a column for each room or as a list by time; who speaks when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from eventsvc.agenda.models import Room, Session, SessionState
from eventsvc.badges.render.lettering import broken, tidy
from eventsvc.badges.render.sheets import when
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker

MOST_COLUMNS = 5
"""Rooms that A4 has room for side by side."""


def programme_data(event: Event, sessions: Iterable[Session], bills: Mapping[int, list[Speaker]]) -> dict[str, Any]:
    """Sessions need times, track and room loaded; `bills` says who gives them, in order."""
    timed = sorted((one for one in sessions if one.start and one.end), key=_order)
    by_day: dict[date, list[Session]] = {}
    for one in timed:
        assert one.start is not None
        by_day.setdefault(event.local(one.start).date(), []).append(one)
    tracks = {one.track.id: one.track for one in timed if one.track}
    changed = event.local(event.updated_at)
    return {
        "event": {
            "name": tidy(event.name),
            "title": tidy(event.name),
            "when": when(event),
            "place": tidy(event.place),
            "hue": event.hue,
            "zone": timed[0].start.astimezone(event.zone).tzname() if timed and timed[0].start else "",
            "as_of": f"{changed.day} {changed:%B %Y, %H:%M}",
        },
        "tracks": [{"name": tidy(one.name), "hue": one.hue} for one in sorted(tracks.values(), key=lambda one: (one.position, one.id))],
        "days": [_day(event, on, found, bills) for on, found in by_day.items()],
        "index": _index(event, timed, bills),
    }


def _set(text: str) -> str:
    """Text for a narrow column: long words may be broken."""
    return broken(tidy(text))


def _order(one: Session) -> tuple[Any, int, str]:
    return one.start, one.room.position if one.room else -1, one.title


def _day(event: Event, on: date, sessions: list[Session], bills: Mapping[int, list[Speaker]]) -> dict[str, Any]:
    rooms = sorted({one.room for one in sessions if one.room}, key=lambda room: (room.position, room.id))
    columns = rooms if 1 < len(rooms) <= MOST_COLUMNS else []
    slots: dict[Any, list[Session]] = {}
    for one in sessions:
        slots.setdefault(one.start, []).append(one)
    return {
        "title": f"{on:%A}, {on.day} {on:%B}",
        "rooms": [_set(room.name) for room in columns],
        "slots": [_slot(event, found, columns, bills) for found in slots.values()],
    }


def _slot(event: Event, sessions: list[Session], columns: list[Room], bills: Mapping[int, list[Speaker]]) -> dict[str, Any]:
    """What begins at one time: for everybody, and by room where rooms are columns."""
    assert sessions[0].start is not None
    everybody = [_entry(event, one, bills) for one in sessions if not columns or one.room is None]
    cells = [[_entry(event, one, bills) for one in sessions if one.room_id == room.id] for room in columns]
    return {"at": f"{event.local(sessions[0].start):%H:%M}", "all": everybody, "cells": cells if any(cells) else []}


def _entry(event: Event, one: Session, bills: Mapping[int, list[Speaker]]) -> dict[str, Any]:
    assert one.start is not None
    assert one.end is not None
    return {
        "title": _set(one.title),
        "who": _set(", ".join(speaker.name for speaker in bills.get(one.id, []))),
        "room": _set(one.room.name) if one.room else "",
        "track": _set(one.track.name) if one.track else "",
        "hue": one.track.hue if one.track else event.hue,
        "from": f"{event.local(one.start):%H:%M}",
        "to": f"{event.local(one.end):%H:%M}",
        "pause": one.is_break,
        "cancelled": one.state == SessionState.CANCELLED,
    }


def _index(event: Event, sessions: list[Session], bills: Mapping[int, list[Speaker]]) -> list[dict[str, Any]]:
    """Speakers by last name, each with when and where."""
    people: dict[int, tuple[Speaker, list[str]]] = {}
    many = event.start != event.end
    for one in sessions:
        assert one.start is not None
        local = event.local(one.start)
        said = ", ".join(filter(None, [f"{local:%a %H:%M}" if many else f"{local:%H:%M}", tidy(one.room.name) if one.room else ""]))
        for speaker in bills.get(one.id, []):
            people.setdefault(speaker.id, (speaker, []))[1].append(said)
    rows = sorted(people.values(), key=lambda row: fold(row[0].name.rpartition(" ")[2], row[0].name))
    return [{"name": _set(one.name), "organisation": _set(one.organisation), "at": "; ".join(said)} for one, said in rows]
