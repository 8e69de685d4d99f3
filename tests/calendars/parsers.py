"""Five programs that know nothing of each other read our calendars, each with the time zones it trusts: its own or those in the file.

icalendar (what we write with), ical (Home Assistant's), vobject (CalDAV servers'), ics, and ical.js (Thunderbird's; zones from the file).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import ics
import playwright
import vobject
from ical.calendar_stream import IcsCalendarStream

ICAL_JS = Path(__file__).parents[2] / "frontend" / "vendor" / "ical.min.js"


@dataclass(frozen=True, order=True)
class Fact:
    """What any calendar program must make of an entry. Times in UTC."""

    uid: str
    sequence: int
    status: str
    start: datetime
    end: datetime
    summary: str
    description: str


def _icalendar(raw: bytes) -> list[Fact]:
    return [
        Fact(
            str(one["UID"]),
            int(one["SEQUENCE"]),
            str(one["STATUS"]),
            one["DTSTART"].dt.astimezone(UTC),
            one["DTEND"].dt.astimezone(UTC),
            str(one["SUMMARY"]),
            str(one.get("DESCRIPTION", "")),
        )
        for one in icalendar.Calendar.from_ical(raw).walk("VEVENT")
    ]


def _ical(raw: bytes) -> list[Fact]:
    calendar = IcsCalendarStream.calendar_from_ics(raw.decode())
    return [
        Fact(
            one.uid,
            one.sequence or 0,
            str(one.status.value) if one.status else "",
            one.dtstart.astimezone(UTC),  # type: ignore[union-attr]
            one.dtend.astimezone(UTC),  # type: ignore[union-attr]
            one.summary or "",
            one.description or "",
        )
        for one in calendar.events
    ]


def _vobject(raw: bytes) -> list[Fact]:
    calendar: Any = vobject.readOne(raw.decode())
    return [
        Fact(
            one.uid.value,
            int(one.sequence.value),
            one.status.value,
            one.dtstart.value.astimezone(UTC),
            one.dtend.value.astimezone(UTC),
            one.summary.value,
            one.description.value if hasattr(one, "description") else "",
        )
        for one in calendar.contents.get("vevent", [])
    ]


def _ics(raw: bytes) -> list[Fact]:
    found = []
    for one in ics.Calendar(raw.decode()).events:
        more = {line.name: line.value for line in one.extra}
        found.append(
            Fact(
                one.uid,
                int(more["SEQUENCE"]),
                one.status or "",
                one.begin.datetime.astimezone(UTC),
                one.end.datetime.astimezone(UTC),
                one.name or "",
                one.description or "",
            )
        )
    return found


def _ical_js(raw: bytes) -> list[Fact]:
    done = subprocess.run([node(), str(Path(__file__).with_name("parse.mjs")), str(ICAL_JS)], input=raw, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    rows = json.loads(done.stdout)
    return [Fact(**{**row, "start": datetime.fromisoformat(row["start"]), "end": datetime.fromisoformat(row["end"])}) for row in rows]


def node() -> str:
    """The system's Node, else the one that Playwright brings."""
    return shutil.which("node") or os.path.join(os.path.dirname(playwright.__file__), "driver", "node")


PARSERS: dict[str, Callable[[bytes], list[Fact]]] = {
    "icalendar": _icalendar,
    "ical": _ical,
    "vobject": _vobject,
    "ics": _ics,
    "ical.js": _ical_js,
}


def read(raw: bytes) -> list[Fact]:
    """The entries, by UID, on which all parsers agree word for word."""
    told = {name: sorted(parser(raw)) for name, parser in PARSERS.items()}
    first = told["icalendar"]
    for name, facts in told.items():
        assert facts == first, f"{name} reads it differently"
    return first
