"""Finding sessions on the agenda by what an address asks: the same rules as behaviours/agenda_find.js, for browsers without a script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventsvc.agenda.models import Session
from eventsvc.core.text import fold
from eventsvc.events.models import Event

NAMES = ("q", "track", "room", "day", "kind", "language")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty means everything. Rooms and tracks by code, the day as YYYY-MM-DD in the event's zone."""

    q: str = ""
    track: str = ""
    room: str = ""
    day: str = ""
    kind: str = ""
    language: str = ""
    view: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        return cls(**{name: query.get(name, "").strip()[:100] for name in (*NAMES, "view")})

    @property
    def something(self) -> bool:
        return any(getattr(self, name) for name in NAMES)


def matching(event: Event, sessions: Iterable[Session], names: Mapping[int, str], wanted: Wanted) -> list[Session]:
    """The sessions that fit; `names` are their speakers' by number. Every word of `q` is in title, speakers or track, accents ignored."""
    words = fold(wanted.q).split()[:8]
    return [one for one in sessions if _fits(event, one, wanted) and _says(one, names, words)]


def _fits(event: Event, one: Session, wanted: Wanted) -> bool:
    if wanted.day and (one.start is None or f"{event.local(one.start):%Y-%m-%d}" != wanted.day):
        return False
    if one.is_break:
        return not (wanted.q or wanted.track or wanted.room or wanted.kind or wanted.language)
    track, room = one.track.code if one.track else "", one.room.code if one.room else ""
    pairs = ((wanted.track, track), (wanted.room, room), (wanted.kind, one.kind), (wanted.language, one.language))
    return all(not asked or asked == has for asked, has in pairs)


def _says(one: Session, names: Mapping[int, str], words: list[str]) -> bool:
    if not words:
        return True
    text = fold(one.title, one.subtitle, names.get(one.id, ""), one.track.name if one.track else "")
    return all(word in text for word in words)
