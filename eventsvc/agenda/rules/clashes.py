"""What does not go together in a plan: rooms, set-up time, speakers, chairs, availability, seats. Pure, over plain values.

The browser judges by its twin, `frontend/behaviours/editor/clashes.js`; `tests/agenda/clash_cases.json` holds both to the same answers.
Times are whole minutes since 1970 in UTC. What ends at the minute another starts does not overlap it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


class Kind(enum.StrEnum):
    ROOM = "room"
    SETUP = "setup"
    SPEAKER = "speaker"
    CHAIR = "chair"
    AVAILABILITY = "availability"
    CAPACITY = "capacity"


@dataclass(frozen=True)
class Item:
    """A session in the plan. `setup`: minutes its room needs before; `wanted`: how many keep it or signed up; `room` None: everybody."""

    id: int
    title: str = ""
    room: int | None = None
    start: int | None = None
    end: int | None = None
    setup: int = 0
    speakers: tuple[int, ...] = ()
    chair: int | None = None
    wanted: int = 0


@dataclass(frozen=True)
class Hall:
    """A room as the plan needs it; `seats` None: nobody counts."""

    name: str = ""
    seats: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody on stage; no stretches of time: always available."""

    name: str = ""
    available: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan:
    items: Mapping[int, Item] = field(default_factory=dict)
    halls: Mapping[int, Hall] = field(default_factory=dict)
    people: Mapping[int, Person] = field(default_factory=dict)


@dataclass(frozen=True)
class Clash:
    """One thing wrong with `item`: with which other item, because of whom, and in a sentence."""

    kind: Kind
    item: int
    other: int | None
    person: int | None
    says: str


def minute(moment: datetime) -> int:
    """Whole minutes since 1970 in UTC."""
    return int(moment.timestamp() // 60)


def moment(minutes: int) -> datetime:
    """The moment that `minute` makes this number of."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def clashes_of(item: Item, plan: Plan) -> list[Clash]:
    """Everything wrong with `item` where it is (it need not be in the plan yet). Nothing clashes while it has no time."""
    if item.start is None or item.end is None:
        return []
    found = [clash for other in plan.items.values() if other.id != item.id for clash in _between(item, other, plan)]
    return found + _alone(item, plan)


def clashes(plan: Plan) -> list[Clash]:
    """Everything wrong with the plan, by time; what two sessions have with each other is told once, by the earlier one."""
    timed = sorted((item for item in plan.items.values() if item.start is not None and item.end is not None), key=_when)
    longest = max((item.setup for item in timed), default=0)
    found: list[Clash] = []
    running: list[Item] = []
    for item in timed:
        running = [other for other in running if (other.end or 0) > (item.start or 0) - longest]
        found += [clash for other in running for clash in _between(other, item, plan)]
        found += _alone(item, plan)
        running.append(item)
    return found


def _when(item: Item) -> tuple[int, int]:
    return item.start or 0, item.id


def _between(item: Item, other: Item, plan: Plan) -> list[Clash]:
    """What two sessions have with each other, as `item` would say it."""
    if item.start is None or item.end is None or other.start is None or other.end is None:
        return []
    if not (item.start < other.end and other.start < item.end):
        return _setup(item, other)
    found = []
    if item.room is not None and item.room == other.room:
        found.append(Clash(Kind.ROOM, item.id, other.id, None, f"The room also has “{other.title}” then."))
    for person in _people(item):
        name = plan.people[person].name if person in plan.people else "Somebody"
        if person in other.speakers and person in item.speakers:
            found.append(Clash(Kind.SPEAKER, item.id, other.id, person, f"{name} also gives “{other.title}” then."))
        elif person in other.speakers:
            found.append(Clash(Kind.CHAIR, item.id, other.id, person, f"{name}, who chairs this, gives “{other.title}” then."))
        elif person == other.chair:
            found.append(Clash(Kind.CHAIR, item.id, other.id, person, f"{name} also chairs “{other.title}” then."))
    return found


def _setup(item: Item, other: Item) -> list[Clash]:
    """Two that follow each other in a room: does the later one get the time it needs?"""
    assert item.start is not None
    assert item.end is not None
    assert other.start is not None
    assert other.end is not None
    if item.room is None or item.room != other.room:
        return []
    gap = item.start - other.end if other.end <= item.start else other.start - item.end
    if other.end <= item.start and gap < item.setup:
        says = f"It needs {_minutes(item.setup)} to set up; after “{other.title}” there {_are(gap)}."
    elif item.end <= other.start and gap < other.setup:
        says = f"“{other.title}” needs {_minutes(other.setup)} to set up; after this there {_are(gap)}."
    else:
        return []
    return [Clash(Kind.SETUP, item.id, other.id, None, says)]


def _alone(item: Item, plan: Plan) -> list[Clash]:
    """What is wrong with a session whatever the others do."""
    assert item.start is not None
    assert item.end is not None
    found = []
    for person in _people(item):
        known = plan.people.get(person)
        if known and known.available and not any(a <= item.start and item.end <= b for a, b in _joined(known.available)):
            found.append(Clash(Kind.AVAILABILITY, item.id, None, person, f"{known.name} is not available then."))
    hall = plan.halls.get(item.room) if item.room is not None else None
    if hall and hall.seats is not None and item.wanted > hall.seats:
        says = f"{item.wanted} want to come; {hall.name} has {hall.seats} {'seat' if hall.seats == 1 else 'seats'}."
        found.append(Clash(Kind.CAPACITY, item.id, None, None, says))
    return found


def _people(item: Item) -> list[int]:
    return [*item.speakers, *([item.chair] if item.chair is not None and item.chair not in item.speakers else [])]


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _minutes(count: int) -> str:
    return f"{count} minute" if count == 1 else f"{count} minutes"


def _are(gap: int) -> str:
    return "is no time" if gap == 0 else f"is {_minutes(gap)}" if gap == 1 else f"are {_minutes(gap)}"
