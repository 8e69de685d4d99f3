"""Places for the sessions of a draft that have none: what would go where, and why not; then, if it is liked, one step in the draft."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from eventsvc.agenda.forms.suggest import Choice, SuggestForm
from eventsvc.agenda.models import Room, Session, SessionState
from eventsvc.agenda.rules.board import Board, load, wanted_minutes
from eventsvc.agenda.rules.clashes import clashes, moment
from eventsvc.agenda.rules.draft import Place, move_many
from eventsvc.agenda.rules.suggest_board import Hall, Person, Problem, Taken, Talk, Window
from eventsvc.agenda.rules.suggest_search import Suggestion, suggest
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event

SECONDS = 8.0
_one_at_a_time = asyncio.Semaphore(1)
"""It keeps a processor busy for a second or two."""


class NothingToPlace(Refused):
    kind = "nothing-to-place"
    title = "Every session has its place"


@dataclass
class Suggested:
    """`placed` by time; `left` with the reason why; `places` is the whole draft as it would be."""

    board: Board
    placed: list[tuple[Session, Place]] = field(default_factory=list)
    left: list[tuple[Session, str]] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    seconds: float = 0.0

    def choice(self, session: Session, place: Place) -> str:
        """A suggested place as its box in the form says it."""
        codes = {room.id: room.code for room in self.board.rooms}
        was = self.board.places[session.id]
        assert place.start is not None
        assert place.end is not None
        old = (codes.get(was.room_id or 0, ""), was.start, _minutes(was))
        return str(Choice(session.code, codes[place.room_id or 0], place.start, _minutes(place), *old))


def _minutes(place: Place) -> int:
    return int((place.end - place.start).total_seconds() // 60) if place.start and place.end else 0


async def look(event: Event, wishes: SuggestForm) -> Suggested:
    """What could go where. Nothing changes. Raises NothingToPlace."""
    board = await load(event)
    open_ = [one for one in board.sessions.values() if _moves(one, board.places[one.id], wishes)]
    if not open_:
        raise NothingToPlace("Every session has its place in the draft already.")
    asked = problem(board, open_, wishes)
    async with _one_at_a_time:
        found = await asyncio.to_thread(suggest, asked, seconds=SECONDS)
    return _told(board, open_, found)


def _moves(session: Session, place: Place, wishes: SuggestForm) -> bool:
    """What has no time; with `again` also what is placed and not public. A break stays where it is put by hand."""
    if session.is_break:
        return False
    return place.start is None or (wishes.again and (session.start is None or session.state == SessionState.DRAFT))


def problem(board: Board, open_: list[Session], wishes: SuggestForm) -> Problem:
    """The board as the search takes it."""
    moving = {one.id for one in open_}
    taken = tuple(
        Taken(
            one.title,
            place.start,
            place.end,
            place.room_id,
            people=_people(board, one),
            track=one.track_id,
            setup=one.setup_minutes,
            wanted=board.wanted(one),
        )
        for number, one in board.sessions.items()
        if number not in moving and (place := board.places[number]).start and place.end
    )
    talks = tuple(
        Talk(
            one.id,
            one.title,
            wanted_minutes(one, board.places[one.id]),
            _people(board, one),
            track=one.track_id,
            setup=one.setup_minutes,
            wanted=board.wanted(one),
            room=board.places[one.id].room_id if board.places[one.id].start is None else None,
        )
        for one in sorted(open_, key=lambda one: one.id)
    )
    people = {
        one.id: Person(one.id, one.name, tuple((moment(a), moment(b)) for a, b in sorted(board.available.get(one.id, []))))
        for one in board.people.values()
    }
    halls = tuple(Hall(room.id, room.name, room.capacity) for room in board.rooms)
    return Problem(halls, talks, taken, people, _opening(board, wishes), board.event.zone, gap=wishes.gap)


def _people(board: Board, session: Session) -> frozenset[int]:
    return frozenset([*board.bills.get(session.id, []), *([session.chair_id] if session.chair_id else [])])


def _opening(board: Board, wishes: SuggestForm) -> tuple[Window, ...]:
    """When sessions may be, for each day of the event."""
    event, found = board.event, []
    for day in event.days:
        window = (_at(event, day, 9), _at(event, day, 17))
        there = [p for p in board.places.values() if p.start and p.end and event.local(p.start).date() == day]
        if there and wishes.hours == "agenda":
            window = (min(p.start for p in there if p.start), max(p.end for p in there if p.end))
        found.append(window)
    return tuple(found)


def _at(event: Event, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), event.zone)


def _told(board: Board, open_: list[Session], found: Suggestion) -> Suggested:
    """The answer in sessions and places. Whatever the judge of clashes does not like stays where it was: it has the last word."""
    told = Suggested(board, seconds=found.seconds, places=dict(board.places))
    reasons = dict(found.left)
    fresh = {placed.talk: Place(placed.room, placed.start, placed.end) for placed in found.placed}
    told.places |= fresh
    while bad := [clash for clash in clashes(board.plan(told.places)) if clash.item in fresh or clash.other in fresh]:
        for clash in bad:
            for number in {clash.item, clash.item if clash.other is None else clash.other}:
                if number in fresh:
                    del fresh[number]
                    told.places[number] = board.places[number]
                    reasons[number] = clash.says
    told.left = [(board.sessions[number], said) for number, said in reasons.items()]
    told.placed = [(board.sessions[number], place) for number, place in fresh.items() if place != board.places[number]]
    return told


async def apply(event: Event, choices: list[Choice], *, by: str) -> int:
    """Put these into the draft, as one step that can be undone. Returns how many. Raises BadPlace, MovedMeanwhile."""
    sessions = {one.code: one for one in await Session.filter(event=event, code__in=[choice.session for choice in choices])}
    rooms = {room.code: room.id for room in await Room.filter(event=event)}
    moves, seen = [], {}
    for choice in choices:
        session = sessions.get(choice.session)
        if session is None or choice.room not in rooms:
            raise Gone("A session or a room is gone meanwhile. Suggest the places again.")
        moves.append((session, Place(rooms[choice.room], choice.start, choice.start + timedelta(minutes=choice.minutes))))
        end = choice.was_start + timedelta(minutes=choice.was_minutes) if choice.was_start else None
        seen[session.id] = Place(rooms.get(choice.was_room), choice.was_start, end)
    await move_many(event, moves, by=by, why="suggested", seen=seen)
    return len(moves)


class Gone(Refused):
    kind = "gone"
    title = "Something has changed meanwhile"
