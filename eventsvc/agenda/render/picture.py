"""A day of a plan as a small picture: columns are rooms, a row is five minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

STEP = 5


@dataclass(frozen=True)
class Shown:
    """Something on the picture. `room`: the number of its column, from 0; None: across all. `hue` None: without a track."""

    title: str
    start: datetime
    end: datetime
    room: int | None
    hue: int | None = None
    new: bool = False


@dataclass(frozen=True)
class Block:
    """Where it lies: row and column from 1, rows and columns long."""

    shown: Shown
    row: int
    rows: int
    column: int
    columns: int


@dataclass
class Picture:
    """`hours`: (row, local time) of each full hour. Times of `blocks` are local."""

    day: date
    rows: int = 1
    hours: list[tuple[int, datetime]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(block.shown.new for block in self.blocks)


def pictures(days: Sequence[date], rooms: int, shown: Iterable[Shown]) -> list[Picture]:
    """One picture for each day that has anything new on it. Times are local to the event."""
    by_day: dict[date, list[Shown]] = {}
    for one in shown:
        by_day.setdefault(one.start.date(), []).append(one)
    return [_picture(day, rooms, by_day[day]) for day in sorted({*days, *by_day}) if any(one.new for one in by_day.get(day, []))]


def _picture(day: date, rooms: int, shown: list[Shown]) -> Picture:
    first = min(one.start for one in shown).replace(minute=0, second=0, microsecond=0)
    last = max(one.end for one in shown)
    made = Picture(day, rows=max(1, _rows(last - first)))
    hour = first
    while hour < last:
        made.hours.append((_rows(hour - first) + 1, hour))
        hour += timedelta(hours=1)
    for one in sorted(shown, key=lambda one: (one.room is not None, one.start)):
        column, columns = (1, max(1, rooms)) if one.room is None else (one.room + 1, 1)
        made.blocks.append(Block(one, _rows(one.start - first) + 1, max(1, _rows(one.end - one.start)), column, columns))
    return made


def _rows(length: timedelta) -> int:
    return round(length.total_seconds() / 60 / STEP)
