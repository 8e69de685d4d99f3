"""The suggester's board: who and what is where, in steps of five minutes, each row of the board one whole number used as a set of bits.

Asking where 45 minutes are free in a room while three speakers are too is then a handful of shifts, whatever the size of the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = 5
"""Minutes."""
HOUR = 60 // STEP
Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hall:
    """A room. `seats` None: as many as come."""

    id: int
    name: str
    seats: int | None = None


@dataclass(frozen=True)
class Talk:
    """A session that wants a place. `people`: speakers and chair; `wanted`: how many want to see it; `room`: it must be in this one."""

    id: int
    title: str
    minutes: int
    people: frozenset[int] = frozenset()
    track: int | None = None
    setup: int = 0
    wanted: int = 0
    room: int | None = None


@dataclass(frozen=True)
class Taken:
    """Something that stays where it is. Without a room it is for everybody: nothing else happens meanwhile."""

    title: str
    start: datetime
    end: datetime
    room: int | None = None
    people: frozenset[int] = frozenset()
    track: int | None = None
    setup: int = 0
    wanted: int = 0


@dataclass(frozen=True)
class Person:
    """`windows`: when they can be on stage; none: always."""

    id: int
    name: str
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Everything the suggester may know. `opening`: when sessions may be, one window a day; `gap`: minutes between two in a room."""

    halls: tuple[Hall, ...]
    talks: tuple[Talk, ...]
    taken: tuple[Taken, ...]
    people: dict[int, Person]
    opening: tuple[Window, ...]
    zone: ZoneInfo
    gap: int = 0


def runs(free: int, length: int) -> int:
    """The steps at which `length` free steps in a row begin."""
    done = 1
    while done * 2 <= length:
        free &= free >> done
        done *= 2
    return free & (free >> (length - done)) if length > done else free


def steps(mask: int) -> Iterable[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def span(start: int, end: int) -> int:
    """Bits `start` to `end` - 1."""
    return ((1 << max(0, end - start)) - 1) << start if end > start else 0


@dataclass
class Spot:
    """Where a talk may go, and what speaks against it (0: nothing)."""

    hall: int
    at: int
    cost: float = 0.0


@dataclass
class Board:
    problem: Problem
    base: datetime = field(init=False)
    size: int = field(init=False)
    spots: dict[int, Spot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem = self.problem
        moments = [moment for window in problem.opening for moment in window]
        first = min(moments, default=datetime(2000, 1, 1, tzinfo=UTC)).astimezone(problem.zone)
        # Room before the first day for setting up; aligned to a local hour, so that every twelfth step is one.
        self.base = first.replace(minute=0, second=0, microsecond=0).astimezone(UTC) - timedelta(hours=12)
        self.size = self.step(max(moments, default=first), up=True) + HOUR
        self.full = (1 << self.size) - 1
        self.open = 0
        for start, end in problem.opening:
            self.open |= span(self.step(start, up=True), self.step(end))
        self.everyone = 0
        self.rooms = {hall.id: 0 for hall in problem.halls}
        self.busy: dict[int, int] = {}
        self.away = {person.id: self._away(person) for person in problem.people.values() if person.windows}
        self.talks = {talk.id: talk for talk in problem.talks}
        self.most = max([1, *(talk.wanted for talk in problem.talks), *(one.wanted for one in problem.taken)])
        self.load: dict[int, list[int]] = {}
        self.crowd = [0.0] * (self.size + 1)
        for one in problem.taken:
            self._take(one)
        self.fixed = dict(self.rooms)
        self.fixed_busy = dict(self.busy)
        self.in_hall: dict[int, set[int]] = {hall.id: set() for hall in problem.halls}
        self.by_person: dict[int, list[int]] = {}
        for talk in problem.talks:
            for person in talk.people:
                self.by_person.setdefault(person, []).append(talk.id)

    def step(self, moment: datetime, *, up: bool = False) -> int:
        """The step in which a moment lies; `up`: the first that begins at it or later. Never outside the board's left edge."""
        minutes = (moment - self.base).total_seconds() / 60
        return max(0, int(-(-minutes // STEP) if up else minutes // STEP))

    def moment(self, at: int) -> datetime:
        return self.base + timedelta(minutes=at * STEP)

    def _away(self, person: Person) -> int:
        here = 0
        for start, end in person.windows:
            here |= span(self.step(start, up=True), min(self.size, self.step(end)))
        return self.full & ~here

    def _take(self, one: Taken) -> None:
        start, end = self.step(one.start), min(self.size, self.step(one.end, up=True))
        if one.room is None:
            self.everyone |= span(start, end)
        elif one.room in self.rooms:
            self.rooms[one.room] |= span(max(0, start - self.pad(one)), end)
        for person in one.people:
            self.busy[person] = self.busy.get(person, 0) | span(start, end)
        self._weigh(one, start, end, 1)

    def pad(self, one: Talk | Taken) -> int:
        """Steps that the room must be empty of other sessions before this one."""
        return -(-max(one.setup, self.problem.gap) // STEP)

    @staticmethod
    def length(talk: Talk) -> int:
        return max(1, -(-talk.minutes // STEP))

    def popularity(self, one: Talk | Taken) -> float:
        return one.wanted / self.most

    def _weigh(self, one: Talk | Taken, start: int, end: int, sign: int) -> None:
        """Keep count of what runs at each step, for the costs."""
        if one.track is not None:
            row = self.load.setdefault(one.track, [0] * (self.size + 1))
            for at in range(start, end):
                row[at] += sign
        if one.wanted:
            popular = self.popularity(one) * sign
            for at in range(start, end):
                self.crowd[at] += popular

    def hours(self, talk: Talk, *, fixed_only: bool = False) -> int:
        """Steps at which it may start as far as opening hours, breaks and its people say."""
        free = self.open & ~self.everyone
        busy = self.fixed_busy if fixed_only else self.busy
        for person in talk.people:
            free &= ~(self.away.get(person, 0) | busy.get(person, 0))
        return runs(free & self.full, self.length(talk))

    def starts(self, talk: Talk, hall: int, hours: int, *, fixed_only: bool = False) -> int:
        """Those of `hours` at which the room is free too, its set-up time included."""
        pad = self.pad(talk)
        room = (self.fixed if fixed_only else self.rooms)[hall]
        return hours & (runs(self.full & ~room, self.length(talk) + pad) << pad)

    def put(self, talk: Talk, spot: Spot) -> None:
        start, end = spot.at, spot.at + self.length(talk)
        self.rooms[spot.hall] |= span(start - self.pad(talk), end)
        for person in talk.people:
            self.busy[person] = self.busy.get(person, 0) | span(start, end)
        self._weigh(talk, start, end, 1)
        self.spots[talk.id] = spot
        self.in_hall[spot.hall].add(talk.id)

    def take(self, talk: Talk) -> Spot:
        """Off the board. What it covered was its own alone, so its bits can simply go."""
        spot = self.spots.pop(talk.id)
        start, end = spot.at, spot.at + self.length(talk)
        self.rooms[spot.hall] &= ~span(start - self.pad(talk), end)
        for person in talk.people:
            self.busy[person] &= ~span(start, end)
        self._weigh(talk, start, end, -1)
        self.in_hall[spot.hall].discard(talk.id)
        return spot

    def restore(self, before: dict[int, Spot]) -> None:
        """Everything back to where it was: `before` is a copy of `spots`."""
        moved = [one for one, spot in self.spots.items() if before.get(one) is not spot]
        for one in moved:
            self.take(self.talks[one])
        for one, spot in before.items():
            if one not in self.spots:
                self.put(self.talks[one], spot)

    def halls_for(self, talk: Talk) -> list[Hall]:
        """Rooms that hold everybody who wants to see it; its own room where it has one."""
        halls = [hall for hall in self.problem.halls if talk.room in (None, hall.id)]
        return [hall for hall in halls if hall.seats is None or hall.seats >= talk.wanted]
