"""What runs in a room now, and what comes next. Pure. `frontend/behaviours/running.js` decides the same in a display that has lost the
network; `tests/stage/running_cases.json` judges both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from eventsvc.agenda.models import Room, Session
from eventsvc.events.models import Event


class Timed(Protocol):
    """Something that runs: `own` in this room, or everywhere (a break, a plenary)."""

    @property
    def own(self) -> bool: ...
    @property
    def begins(self) -> datetime: ...
    @property
    def ends(self) -> datetime: ...


@dataclass(frozen=True)
class Line:
    """A session as a room's display shows it. `begins` and `ends` are when it really does; `after` is by how many minutes it may begin
    later because of the one before it."""

    session: Session
    own: bool
    begins: datetime
    ends: datetime
    after: int = 0

    @property
    def people(self) -> str:
        return ", ".join(one.speaker.name for one in self.session.speakers)

    @property
    def begins_ms(self) -> int:
        return int(self.begins.timestamp() * 1000)

    @property
    def ends_ms(self) -> int:
        return int(self.ends.timestamp() * 1000)


def lines(event: Event, sessions: Iterable[Session], room_id: int | None, moment: datetime) -> list[Line]:
    """What is on in a room on the day of `moment` in the event's zone, with what is for everybody; in order."""
    today, found = event.local(moment).date(), []
    before: Line | None = None
    timed = [one for one in sessions if one.start and one.end and one.room_id in (room_id, None)]
    for session in sorted(timed, key=lambda one: (one.start, one.id)):
        assert session.start is not None
        assert session.end is not None
        if event.local(session.start).date() != today:
            continue
        late = timedelta(minutes=session.late_minutes)
        after = 0
        if before and not late and before.ends > session.start:
            after = -(-int((before.ends - session.start).total_seconds()) // 60) if before.session.late_minutes else 0
        line = Line(session, session.room_id == room_id, session.start + late, session.end + late, after)
        if line.own and room_id is not None:
            before = line
        found.append(line)
    return sorted(found, key=lambda line: (line.begins, not line.own, line.session.id))


def running(of_day: Sequence[Timed], moment: datetime) -> tuple[int | None, int | None]:
    """(what runs now, what comes next) as places in `of_day`, which is in order.

    A room's own session comes before what is for everybody; one that runs late goes on while the next one should have begun.
    """
    on = [n for n, one in enumerate(of_day) if one.begins <= moment < one.ends]
    now = next((n for n in on if of_day[n].own), on[0] if on else None)
    until = of_day[now].ends if now is not None else moment
    following = None
    for n, one in enumerate(of_day):
        waits = one.begins > moment or (one.own and n in on)
        if n != now and waits and (one.own or one.ends > until):
            following = n
            break
    return now, following


LATER = 3
"""How many lines after the next one a display lists."""


@dataclass(frozen=True)
class Place:
    """A room (None: what is for everybody) and its day."""

    room: Room | None
    lines: Sequence[Line]
    now: Line | None
    next: Line | None

    def marked(self) -> list[tuple[Line, str]]:
        """Each line with its mark: now, next, later, or none. Displays set the same marks by themselves as time goes on."""
        first = self.lines.index(self.next) if self.next else len(self.lines)
        coming = [one for one in self.lines[first + 1 :] if one is not self.now][:LATER]
        return [(one, "now" if one is self.now else "next" if one is self.next else "later" if one in coming else "") for one in self.lines]


def place(event: Event, sessions: Iterable[Session], room: Room | None, moment: datetime, *, own_only: bool = False) -> Place:
    """What is on in a room. With `own_only`, without what is for everybody."""
    found = lines(event, sessions, room.id if room else None, moment)
    found = [one for one in found if one.own or not own_only]
    now, following = running(found, moment)
    return Place(room, found, found[now] if now is not None else None, found[following] if following is not None else None)


def places(event: Event, sessions: Sequence[Session], rooms: Iterable[Room], moment: datetime) -> list[Place]:
    """What is for everybody, then each room that has something today."""
    found = [place(event, sessions, None, moment), *(place(event, sessions, room, moment, own_only=True) for room in rooms)]
    return [one for one in found if one.lines]
