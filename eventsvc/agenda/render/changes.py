"""What a version changed, in words for a letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from eventsvc.core.text import one_line
from eventsvc.events.models import Event

GONE = {"cancelled": "It is cancelled.", "removed": "It is off the agenda for now."}


def lines(event: Event, changes: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """For each change of a Release: `title`, where it was (`before`), where it is (`after`), what is said when it is nowhere (`gone`)."""
    return [
        {
            "title": one_line(change["title"]),
            "before": _spot(event, change["before"]),
            "after": _spot(event, change["after"]),
            "gone": GONE.get(change["kind"], ""),
        }
        for change in changes
    ]


def _spot(event: Event, place: dict[str, Any] | None) -> str:
    """Thursday, 14 January, 10:45 to 11:25, Foundry"""
    if place is None:
        return ""
    start, end = (event.local(datetime.fromisoformat(place[name])) for name in ("start", "end"))
    return f"{start:%A}, {start.day} {start:%B}, {start:%H:%M} to {end:%H:%M}{', ' + one_line(place['room']) if place['room'] else ''}"
