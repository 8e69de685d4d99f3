"""A schedule file from another system as plain values, whichever format it came in. Nothing here touches the database."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eventsvc.core.errors import Refused
from eventsvc.core.text import clean, one_line

MAX_BYTES = 60 * 1024 * 1024
_DURATION = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})(?::(\d{2}))?|(\d{1,4})")


KEPT = ("slug", "logo", "feedback_url", "origin_url", "video_download_url")
"""Fields of a session that are kept as they came, for the export."""


class BadSchedule(Refused):
    """The file is not a schedule we can take; the sentence says where."""

    status = 422
    kind = "bad-schedule"
    title = "That schedule cannot be read"


@dataclass
class Person:
    """`external_id` is the other system's own; without one a person is known by name."""

    name: str
    external_id: str | None = None
    guid: str = ""
    biography: str = ""
    organisation: str = ""
    job_title: str = ""

    @property
    def key(self) -> str:
        return f"id:{self.external_id}" if self.external_id else f"name:{self.name.casefold()}"


@dataclass
class Talk:
    """One session of the file, cleaned. `extra` is what we have no column for."""

    guid: str
    external_id: str | None
    title: str
    start: datetime
    end: datetime
    room: str
    track: str = ""
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    kind: str = "talk"
    language: str = ""
    do_not_record: bool = False
    links: list[dict[str, str]] = field(default_factory=list)
    attachments: list[dict[str, str]] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Schedule:
    acronym: str
    title: str
    start: date
    end: date
    zone: str
    place: str = ""
    rooms: dict[str, dict[str, Any]] = field(default_factory=dict)
    tracks: dict[str, str] = field(default_factory=dict)
    talks: list[Talk] = field(default_factory=list)


def parse(raw: bytes) -> Schedule:
    """A schedule in frab/pentabarf XML or frab JSON, told by its content. Raises BadSchedule with one sentence."""
    from eventsvc.agenda.forms import frab_json, frab_xml

    if len(raw) > MAX_BYTES:
        raise BadSchedule(f"That file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    first = raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first == b"<":
        schedule = frab_xml.parse(raw)
    elif first in (b"{", b"["):
        schedule = frab_json.parse(raw)
    else:
        raise BadSchedule(
            "This is neither a schedule in XML nor one in JSON. Export it as frab or pentabarf schedule XML, or as frab JSON."
        )
    _check(schedule)
    return schedule


def _check(schedule: Schedule) -> None:
    """What holds for either format: there is something in it, and no session is there twice."""
    if not schedule.talks:
        raise BadSchedule("There is no session in this schedule.")
    seen: dict[str, Talk] = {}
    for talk in schedule.talks:
        if talk.guid in seen:
            raise BadSchedule(f"{called(talk.title, talk.external_id)} has the same guid as “{seen[talk.guid].title}”. Each needs its own.")
        seen[talk.guid] = talk


def called(title: str, external_id: str | None) -> str:
    """How a sentence names a session of the file."""
    return f"Session {external_id or '?'} (“{title[:60]}”)"


def limited(value: str, limit: int, what: str) -> str:
    """One line of at most `limit` characters. Raises BadSchedule."""
    text = one_line(value)
    if len(text) > limit:
        raise BadSchedule(f"{what} is longer than {limit} characters.")
    return text


def zone_of(name: str, default: str = "UTC") -> str:
    """The time zone by its IANA name. Raises BadSchedule for one that does not exist."""
    if not name.strip():
        return default
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSchedule(f"There is no time zone “{name.strip()[:60]}”. Use a name such as Europe/London.") from None


def duration_of(text: str, what: str) -> timedelta:
    """HH:MM, HH:MM:SS, D:HH:MM:SS, or plain minutes (frab). Raises BadSchedule."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise BadSchedule(f"{what} has the duration “{text[:20]}”. Write it as 00:45.")
    days, hours, minutes, seconds, plain = match.groups()
    if plain:
        found = timedelta(minutes=int(plain))
    elif days and not seconds:
        found = timedelta(hours=int(days), minutes=int(hours), seconds=int(minutes))  # HH:MM:SS
    else:
        found = timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    if not timedelta(0) < found <= timedelta(days=3):
        raise BadSchedule(f"{what} lasts “{text[:20]}”. A session lasts between a minute and three days.")
    return found


def moment_of(stamp: str, clock: str, day: date | None, zone: str, what: str) -> datetime:
    """When a session starts, in UTC: `date` with its offset is the truth; else the day and `start` in the schedule's zone."""
    if stamp.strip():
        try:
            moment = datetime.fromisoformat(stamp.strip())
            if not 1970 <= moment.year <= 2200:
                raise ValueError
        except ValueError:
            raise BadSchedule(f"{what} has the date “{stamp[:40]}”. Write it as 2027-05-14T09:30:00+01:00.") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    try:
        at = time.fromisoformat(clock.strip())
    except ValueError:
        raise BadSchedule(f"{what} has no date, and its start “{clock[:20]}” is not a time such as 09:30.") from None
    if day is None:
        raise BadSchedule(f"{what} has no date, and neither has its day.")
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def day_of(text: str, what: str) -> date | None:
    """A date, also out of a date with a time; None when it is empty. Raises BadSchedule."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise BadSchedule(f"{what} is “{text[:20]}”. Write it as 2027-05-14.") from None


def guid_of(given: str, *parts: str | None) -> str:
    """The file's own guid, or one that the same parts always give."""
    try:
        return str(uuid.UUID(given.strip()))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(part or "" for part in parts)))


def address_of(url: str) -> str:
    """An http(s) address, or nothing: a link from a file never becomes a script."""
    url = clean(url)
    return url if url.startswith(("https://", "http://")) and len(url) <= 2000 else ""


def links_of(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    """(address, title) as stored, without those that lead nowhere."""
    return [{"url": safe, "title": one_line(title)[:300] or safe} for url, title in pairs if (safe := address_of(url))]
