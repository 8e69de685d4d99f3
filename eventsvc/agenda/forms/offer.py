"""What a file, a paste or an earlier event offers, as plain values, whatever it came as. What is not given stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eventsvc.core.sheet import MAX_ROWS, BadFile
from eventsvc.core.text import fold, one_line

MAX_BYTES = 20 * 1024 * 1024
SOURCE = "source"
"""Where `Session.extra` keeps another system's id of it."""


@dataclass(frozen=True)
class Frame:
    """What a row may leave out: the event's days and zone."""

    days: tuple[date, ...]
    zone: ZoneInfo

    def holds(self, moment: datetime) -> bool:
        """Is this within a day of the event? A swapped day and month is not."""
        day = (moment.astimezone(self.zone) if moment.tzinfo else moment).date()
        return self.days[0] - timedelta(days=1) <= day <= self.days[-1] + timedelta(days=1)


@dataclass(frozen=True)
class Who:
    """Somebody on a bill: known by code, else by `source` (the other system's id), else by e-mail, else by name."""

    name: str = ""
    code: str = ""
    email: str = ""
    source: str = ""

    @property
    def called(self) -> str:
        return self.name or self.email or self.code or self.source


@dataclass
class OfferedPlace:
    """A room (`values`: capacity) or a track (`values`: hue)."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class OfferedSpeaker:
    """`line` says where in the file it is, as a person would: 'line 4'. `listed`: somebody new is public even without a session."""

    line: str
    who: Who
    values: dict[str, Any] = field(default_factory=dict)
    listed: bool = False


@dataclass
class OfferedSession:
    """`start` and `end` without a zone are the event's local time. `speakers` None: not said. `values` are columns of Session."""

    line: str
    title: str = ""
    code: str = ""
    source: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    track: str | None = None
    room: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    minutes: int | None = None
    speakers: list[Who] | None = None
    chair: Who | None = None
    only_known: bool = False
    """It says when and where something is that must be here already (a page of slots)."""


@dataclass
class Offer:
    """`what` names it ("sessions.csv", "Sessionize"). `wrong`: (where, why) of each thing that cannot be taken."""

    what: str = ""
    rooms: list[OfferedPlace] = field(default_factory=list)
    tracks: list[OfferedPlace] = field(default_factory=list)
    speakers: list[OfferedSpeaker] = field(default_factory=list)
    sessions: list[OfferedSession] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.rooms or self.tracks or self.speakers or self.sessions or self.wrong)


def each(raw: Any, offer: Offer, what: str, take: Callable[[dict[str, Any], str], None]) -> None:
    """Call `take` with each object of a list from somebody's JSON; what is no object or cannot be taken goes to `wrong`."""
    for number, one in enumerate(raw if isinstance(raw, list) else [], 1):
        where = f"{what} {number}"
        if number > MAX_ROWS:
            raise BadFile(f"At most {MAX_ROWS} of them at once.")
        if not isinstance(one, dict):
            offer.wrong.append((where, "This is not an object."))
            continue
        try:
            take(one, where)
        except Wrong as wrong:
            offer.wrong.append((where, str(wrong)))
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
            offer.wrong.append((where, "This cannot be understood."))


class Wrong(Exception):
    """This one cannot be taken; the text says why."""


def text_of(value: Any) -> str:
    """A text from somebody's JSON: also a number, and of several languages English or the first."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        texts = {key: text for key, text in value.items() if isinstance(text, str) and text}
        return texts.get("en") or next(iter(texts.values()), "")
    return ""


def same(name: str) -> str:
    """What two names must share to be the same name."""
    return fold(one_line(name))


def distinct(names: Iterable[str]) -> list[str]:
    """The names without repetitions, in their order."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(same(name), name)
    return list(seen.values())
