"""Whom a publication hits: favourites that clash, people without a seat, speakers who cannot come, sign-ups that move."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from eventsvc.agenda.models import Favourite, Session, SessionState
from eventsvc.agenda.rules.board import Board
from eventsvc.agenda.rules.clashes import Clash, Kind, clashes_of
from eventsvc.agenda.rules.draft import Place, public_place
from eventsvc.events.models import Event

MOST = 5


async def impact(event: Event, board: Board, moved: set[int]) -> list[str]:
    """One sentence for each thing that these moves bring about; empty when they hurt nobody."""
    if not moved:
        return []
    return [*await _favourites(event, board, moved), *_signups(board, moved), *_seats(board, moved), *_speakers(board, moved)]


async def _favourites(event: Event, board: Board, moved: set[int]) -> list[str]:
    before = {number: public_place(session) for number, session in board.sessions.items()}
    kept: dict[str, list[int]] = {}
    rows = Favourite.filter(session__event_id=event.id, session__state=SessionState.CONFIRMED)
    for session_id, holder in await rows.values_list("session_id", "holder"):
        kept.setdefault(str(holder), []).append(int(str(session_id)))
    pairs = people = gone = 0
    for own in kept.values():
        touched = moved & set(own)
        if not touched:
            continue
        gone += any(before[one].start and board.places[one].start is None for one in touched if one in before)
        new = sum(
            1
            for a, b in combinations(own, 2)
            if (a in touched or b in touched) and _together(board.places, a, b) and not _together(before, a, b)
        )
        pairs += new
        people += bool(new)
    said = []
    if pairs:
        who = "1 person" if people == 1 else f"{people} people"
        said.append(f"{_count(pairs, 'pair of favourites', 'pairs of favourites')} now {'clashes' if pairs == 1 else 'clash'}, for {who}.")
    if gone:
        said.append(f"{_count(gone, 'person keeps', 'people keep')} a session that leaves the agenda.")
    return said


def _together(places: Mapping[int, Place], one: int, other: int) -> bool:
    a, b = places.get(one), places.get(other)
    return bool(a and b and a.start and a.end and b.start and b.end and a.start < b.end and b.start < a.end)


def _signups(board: Board, moved: set[int]) -> list[str]:
    hit = [board.sessions[number] for number in moved if board.sessions[number].signed_up and _other_time(board, board.sessions[number])]
    count = sum(session.signed_up for session in hit)
    if not hit:
        return []
    return [f"{_count(count, 'sign-up is', 'sign-ups are')} for {_count(len(hit), 'session that moves', 'sessions that move')}."]


def _other_time(board: Board, session: Session) -> bool:
    place = board.places[session.id]
    return bool(session.start) and (place.start, place.end) != (session.start, session.end)


def _seats(board: Board, moved: set[int]) -> list[str]:
    found = _of(board, moved, Kind.CAPACITY)
    said = [f"“{board.sessions[clash.item].title}”: {clash.says}" for clash in found[:MOST]]
    return said + ([f"And {len(found) - MOST} more sessions with too few seats."] if len(found) > MOST else [])


def _speakers(board: Board, moved: set[int]) -> list[str]:
    people = {clash.person for clash in _of(board, moved, Kind.AVAILABILITY)}
    return [f"{_count(len(people), 'speaker is', 'speakers are')} not available at the new time."] if people else []


def _of(board: Board, moved: set[int], kind: Kind) -> list[Clash]:
    plan = board.plan()
    items = (plan.items[number] for number in sorted(moved) if number in plan.items)
    return [clash for item in items for clash in clashes_of(item, plan) if clash.kind == kind]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
