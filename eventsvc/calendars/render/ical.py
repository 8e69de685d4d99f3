"""iCalendar feeds (RFC 5545). Each session is made into a fragment once and kept by its content; a feed joins fragments.

CRLF, lines of at most 75 octets, a VTIMEZONE for the event's zone, stable UIDs, SEQUENCE from the session, cancelled ones kept.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vUri

from eventsvc.calendars.render.zone import timezone
from eventsvc.core import colour
from eventsvc.core.text import clean, one_line

PRODUCT = "-//eventsvc//Conference calendar//EN"
REFRESH = timedelta(hours=1)
END = b"END:VCALENDAR\r\n"


class Status(enum.StrEnum):
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Item:
    """One entry of a feed, as plain values; equal items are the same fragment. `place` is where on earth, `location` which room there."""

    uid: str
    start: datetime
    end: datetime
    zone: str
    summary: str
    modified: datetime
    sequence: int = 0
    description: str = ""
    location: str = ""
    url: str = ""
    category: str = ""
    hue: int | None = None
    status: Status = Status.CONFIRMED


def feed(
    name: str, zone: str, items: Iterable[Item], *, url: str, modified: datetime, first: date, last: date, hue: int = 275, about: str = ""
) -> bytes:
    """A whole calendar that can be subscribed to (also RFC 7986: NAME, COLOR, REFRESH-INTERVAL, SOURCE)."""
    head = _head(one_line(name), zone, url, modified, first, last, hue, clean(about))
    return b"".join([head, *(fragment(item) for item in items), END])


@functools.lru_cache(maxsize=256)
def _head(name: str, zone: str, url: str, modified: datetime, first: date, last: date, hue: int, about: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    if about:
        calendar.add("description", about)
        calendar.add("x-wr-caldesc", about)
    calendar.add("x-wr-timezone", zone)
    calendar.add("color", colour.name(hue))
    calendar.add("x-apple-calendar-color", colour.brand(hue))
    calendar.add("last-modified", modified.replace(microsecond=0))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("source", vUri(url), parameters={"VALUE": "URI"})
    return bytes(calendar.to_ical()).removesuffix(END) + timezone(zone, first, last)


@functools.lru_cache(maxsize=2048)
def fragment(item: Item) -> bytes:
    """One VEVENT."""
    event = Event()
    zone = ZoneInfo(item.zone)
    event.add("uid", item.uid)
    event.add("dtstamp", item.modified.replace(microsecond=0))
    event.add("last-modified", item.modified.replace(microsecond=0))
    event.add("sequence", item.sequence)
    event.add("dtstart", item.start.astimezone(zone))
    event.add("dtend", item.end.astimezone(zone))
    event.add("summary", one_line(item.summary))
    event.add("status", item.status.value)
    event.add("transp", "TRANSPARENT" if item.status == Status.CANCELLED else "OPAQUE")
    event.add("class", "PUBLIC")
    if item.description:
        event.add("description", clean(item.description))
    if item.location:
        event.add("location", one_line(item.location))
    if item.category:
        event.add("categories", [one_line(item.category)])
    if item.hue is not None:
        event.add("color", colour.name(item.hue))
    if item.url:
        event.add("url", vUri(item.url))
    return bytes(event.to_ical())
