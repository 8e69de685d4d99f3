"""The board as the editor's script takes it: short rows of plain values, because an event has up to a thousand sessions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from eventsvc.agenda.models import Room, SessionState
from eventsvc.agenda.rules.board import Board, wanted_minutes
from eventsvc.agenda.rules.clashes import minute, moment
from eventsvc.agenda.rules.draft import BadPlace, Place, public_place
from eventsvc.agenda.rules.draft_steps import Step
from eventsvc.events.models import Event

NOON = time(12)


def days(board: Board) -> list[date]:
    """The event's days, and any other on which something is planned."""
    found = {board.event.local(place.start).date() for place in board.places.values() if place.start}
    return sorted(found | set(board.event.days))


def midnight(event: Event, day: date) -> int:
    """The minute from which the day's clock counts: right from early morning on, also where summer time begins or ends."""
    return minute(datetime.combine(day, NOON, event.zone)) - 720


def sheet(board: Board, undo: Step | None, redo: Step | None) -> dict[str, Any]:
    """Everything the script needs. Rooms, tracks and people are known by their place in the list."""
    return {
        "days": [[day.isoformat(), f"{day:%a} {day.day} {day:%b}", f"{day:%A}", midnight(board.event, day)] for day in days(board)],
        "rooms": [[room.code, room.name, room.capacity] for room in board.rooms],
        "tracks": [[track.name, track.hue] for track in board.tracks],
        "people": [[one.name, board.available.get(one.id, [])] for one in board.people.values()],
        **state(board, undo, redo),
    }


def state(board: Board, undo: Step | None, redo: Step | None, codes: Collection[str] | None = None) -> dict[str, Any]:
    """The sessions (or only those of `codes`) and what can be undone: what an answer to a move carries."""
    return {
        "sessions": rows(board, codes),
        "undo": undo.what if undo else None,
        "redo": redo.what if redo else None,
        "changes": sum(place != public_place(board.sessions[number]) for number, place in board.places.items()),
    }


def rows(board: Board, codes: Collection[str] | None = None) -> list[list[Any]]:
    """[code, title, kind, track, confirmed, setup, people, chair, wanted, minutes, room, start, end, and the last three as published]."""
    rooms = {room.id: n for n, room in enumerate(board.rooms)}
    tracks = {track.id: n for n, track in enumerate(board.tracks)}
    people = {number: n for n, number in enumerate(board.people)}

    def at(place: Place) -> list[int | None]:
        room = rooms.get(place.room_id) if place.room_id else None
        return [room, minute(place.start) if place.start else None, minute(place.end) if place.end else None]

    return [
        [
            *(one.code, one.title, one.kind, tracks.get(one.track_id) if one.track_id else None),
            int(one.state == SessionState.CONFIRMED),
            one.setup_minutes,
            [people[person] for person in board.bills.get(one.id, ()) if person in people],
            people.get(one.chair_id) if one.chair_id else None,
            board.wanted(one),
            wanted_minutes(one, board.places[one.id]),
            *at(board.places[one.id]),
            *at(public_place(one)),
        ]
        for one in board.sessions.values()
        if one.id in board.places and (codes is None or one.code in codes)
    ]


async def place_from(event: Event, room: str | None, start: int | None, end: int | None) -> Place:
    """A place as the script says it. Raises BadPlace where there is no such room."""
    found = await Room.get_or_none(event_id=event.id, code=room) if room else None
    if room and found is None:
        raise BadPlace("There is no such room at this event.", field="room")
    return Place(found.id if found else None, *(None if one is None else moment(one) for one in (start, end)))
