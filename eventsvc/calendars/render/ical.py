"""iCalendar feeds (RFC 5545). Each session is made into a fragment once and kept by its content; a feed joins fragments.

CRLF, lines of at most 75 octets, a VTIMEZONE for the event's zone, stable UIDs, SEQUENCE from the session, cancelled ones kept.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vDuration, vUri

from eventsvc.core.text import clean, one_line

PRODUCT = "-//eventsvc//Conference calendar//EN"
REFRESH = timedelta(hours=1)
END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class Item:
    """One entry of a feed, as plain values; equal items are the same fragment."""

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
    cancelled: bool = False


def feed(name: str, zone: str, items: Iterable[Item], *, url: str, modified: datetime, first: date, last: date) -> bytes:
    """A whole calendar that can be subscribed to (also RFC 7986: NAME, REFRESH-INTERVAL, SOURCE)."""
    head = _head(one_line(name), zone, url, modified, first, last)
    return b"".join([head.removesuffix(END), *(fragment(item) for item in items), END])


@functools.lru_cache(maxsize=256)
def _head(name: str, zone: str, url: str, modified: datetime, first: date, last: date) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("last-modified", modified.replace(microsecond=0))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("source", vUri(url), parameters={"VALUE": "URI"})
    calendar.add_component(timezone(zone, first, last))
    return bytes(calendar.to_ical())


@functools.lru_cache(maxsize=64)
def timezone(zone: str, first: date, last: date) -> Timezone:
    """The VTIMEZONE that covers the days from `first` to `last`."""
    return Timezone.from_tzid(zone, first_date=first - timedelta(days=366), last_date=last + timedelta(days=366))


@functools.lru_cache(maxsize=4096)
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
    event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if item.cancelled else "OPAQUE")
    event.add("class", "PUBLIC")
    if item.description:
        event.add("description", clean(item.description))
    if item.location:
        event.add("location", one_line(item.location))
    if item.category:
        event.add("categories", [one_line(item.category)])
    if item.url:
        event.add("url", vUri(item.url))
    return bytes(event.to_ical())
