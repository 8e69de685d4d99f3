"""A programme laid out by day: an ordered list of times, which a wide screen shows as a grid with one row for five minutes.

Pure: rows in, plain values out. Where rooms are few the grid has a column for each room (two, where sessions overlap in a room);
where they are many a grid would be too narrow to read, and the list by time stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from eventsvc.agenda.models import Room, Session
from eventsvc.events.models import Event

STEP = timedelta(minutes=5)
MOST_COLUMNS = 7
FIRST_ROW = 2


@dataclass
class Placed:
    """A session in the grid: rows `s` to `e`, column `c`, `w` columns wide. `wide`: for everybody."""

    session: Session
    s: int
    e: int
    c: int = 2
    w: int = 1
    wide: bool = False


@dataclass
class Slot:
    """Everything that starts at one time."""

    at: datetime
    row: int
    items: list[Placed] = field(default_factory=list)


@dataclass
class Day:
    date: date
    slots: list[Slot]
    columns: list[tuple[Room, int]]
    """(room, how many columns it takes); empty when the list is not shown as a grid."""
    count: int
    first: datetime
    last: datetime
    now_row: int | None = None

    @property
    def width(self) -> int:
        return sum(lanes for _, lanes in self.columns) or 1


def days(event: Event, sessions: Iterable[Session], moment: datetime) -> list[Day]:
    """The days on which something happens, in the event's zone."""
    by_day: dict[date, list[Session]] = {}
    for session in sessions:
        if session.start and session.end:
            by_day.setdefault(event.local(session.start).date(), []).append(session)
    return [_day(event, on, sorted(found, key=_order), moment) for on, found in sorted(by_day.items())]


def _order(session: Session) -> tuple[datetime, int, str]:
    assert session.start is not None
    return session.start, session.room.position if session.room else -1, session.title


def _day(event: Event, on: date, sessions: list[Session], moment: datetime) -> Day:
    first = min(session.start for session in sessions if session.start)
    lanes = _lanes([session for session in sessions if session.room])
    rooms = sorted({session.room for session in sessions if session.room}, key=lambda room: (room.position, room.id))
    columns = [(room, 1 + max((lane for s, lane in lanes.items() if s.room_id == room.id), default=0)) for room in rooms]
    if sum(count for _, count in columns) > MOST_COLUMNS:
        columns = []
    starts = _starts(columns)
    slots: dict[datetime, Slot] = {}
    for session in sessions:
        assert session.start is not None
        assert session.end is not None
        row = _row(first, session.start)
        placed = Placed(session, row, max(row + 1, _row(first, session.end)))
        if session.room and columns:
            placed.c = starts[session.room_id or 0] + lanes[session]
        elif columns:
            placed.c, placed.w = _free(session, sessions, lanes, starts, sum(count for _, count in columns))
            placed.wide = True
        slots.setdefault(session.start, Slot(event.local(session.start), row)).items.append(placed)
    last = max(session.end for session in sessions if session.end)
    return Day(
        on,
        list(slots.values()),
        columns,
        sum(not session.is_break for session in sessions),
        event.local(first),
        event.local(last),
        _row(first, moment) if first <= moment < last else None,
    )


def _row(first: datetime, moment: datetime) -> int:
    return FIRST_ROW + int((moment - first) / STEP)


def _lanes(sessions: list[Session]) -> dict[Session, int]:
    """For each session the lane of its room in which nothing else runs meanwhile; 0 unless sessions overlap."""
    taken: dict[tuple[int, int], datetime] = {}
    lanes = {}
    for session in sessions:
        assert session.start is not None
        assert session.end is not None
        lane = 0
        while taken.get((session.room_id or 0, lane), session.start) > session.start:
            lane += 1
        taken[session.room_id or 0, lane] = session.end
        lanes[session] = lane
    return lanes


def _starts(columns: list[tuple[Room, int]]) -> dict[int, int]:
    """The first grid column of each room; column 1 holds the times."""
    found, column = {}, 2
    for room, count in columns:
        found[room.id] = column
        column += count
    return found


def _free(session: Session, sessions: list[Session], lanes: dict[Session, int], starts: dict[int, int], width: int) -> tuple[int, int]:
    """(first column, width) for a session without a room: the longest run of columns that nothing else needs meanwhile."""
    busy = {
        starts[other.room_id] + lanes[other]
        for other in sessions
        if other.room_id
        and other.start
        and other.end
        and session.start
        and session.end
        and other.start < session.end
        and session.start < other.end
    }
    best, run = (2, width), 0
    longest = 0
    for column in range(2, width + 2):
        run = 0 if column in busy else run + 1
        if run > longest:
            longest, best = run, (column - run + 1, run)
    return best
