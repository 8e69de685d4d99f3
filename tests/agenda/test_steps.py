"""Undo and redo as a person presses them; several sessions moved at once."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from eventsvc.agenda.models import BREAK, Session
from eventsvc.agenda.rules.draft import BadPlace, Place, draft, move, public_place, undo
from eventsvc.agenda.rules.draft_steps import NothingThere, add_break, place_at, shift, steps, swap
from eventsvc.events.models import Event
from tests.make import make_event, make_room, make_session

pytestmark = pytest.mark.usefixtures("rolled_back")


def later(session: Session, minutes: int) -> Place:
    assert session.start is not None
    assert session.end is not None
    by = timedelta(minutes=minutes)
    return Place(session.room_id, session.start + by, session.end + by)


async def press(event: Event, which: int, by: str = "Olga") -> str:
    step = (await steps(event, by))[which]
    assert step is not None
    await undo(event, step.entry_id, by)
    return step.what


async def test_undo_and_redo_walk_through_ones_own_steps() -> None:
    event = await make_event()
    one, other = await make_session(event, title="A"), await make_session(event, title="B")
    await move(event, one, later(one, 10), by="Olga")
    await move(event, other, later(other, 10), by="Rita")
    await move(event, one, later(one, 20), by="Olga")

    said = [await press(event, 0), await press(event, 0)]
    back = (await draft(event))[one.id]
    said += [await press(event, 1), await press(event, 1)]

    assert said == ["“A”"] * 4
    assert back == public_place(one)
    assert await draft(event) == {one.id: later(one, 20), other.id: later(other, 10)}
    assert (await steps(event, "Olga"))[1] is None


async def test_a_new_move_ends_what_can_be_done_again() -> None:
    event = await make_event()
    session = await make_session(event)
    await move(event, session, later(session, 10), by="Olga")
    await press(event, 0)

    await move(event, session, later(session, 30), by="Olga")

    assert (await steps(event, "Olga"))[1] is None
    await press(event, 0)
    assert await draft(event) == {session.id: public_place(session)}


async def test_what_somebody_else_moved_since_is_passed_over() -> None:
    event = await make_event()
    one, other = await make_session(event, title="A"), await make_session(event, title="B")
    await move(event, other, later(other, 10), by="Olga")
    await move(event, one, later(one, 10), by="Olga")
    await move(event, one, later(one, 30), by="Rita")

    undo_step, _ = await steps(event, "Olga")

    assert undo_step is not None
    assert undo_step.what == "“B”"


async def test_everything_in_a_room_after_a_time_is_shifted_as_one_step() -> None:
    event = await make_event()
    room, elsewhere = await make_room(event), await make_room(event)
    early = await make_session(event, at="09:00", room=room)
    first, second = await make_session(event, at="10:00", room=room), await make_session(event, at="11:00", room=room)
    other = await make_session(event, at="11:00", room=elsewhere)

    count = await shift(event, event.start, room, time(10), 15, by="Olga")

    assert count == 2
    assert await draft(event) == {
        early.id: public_place(early),
        first.id: later(first, 15),
        second.id: later(second, 15),
        other.id: public_place(other),
    }
    assert await press(event, 0) == "2 sessions"
    assert await draft(event) == {one.id: public_place(one) for one in (early, first, second, other)}


async def test_a_shift_everywhere_and_one_that_finds_nothing() -> None:
    event = await make_event()
    await make_session(event, at="10:00", room=await make_room(event))
    await make_session(event, at="10:00")

    assert await shift(event, event.start, None, time(9), -5, by="Olga", everywhere=True) == 2
    with pytest.raises(NothingThere):
        await shift(event, event.start, None, time(18), 5, by="Olga", everywhere=True)


async def test_a_shift_out_of_the_event_moves_nothing() -> None:
    event = await make_event()
    early, late = await make_session(event, at="10:00"), await make_session(event, at="23:50", minutes=5)

    with pytest.raises(BadPlace):
        await shift(event, event.start, None, time(9), 30, by="Olga", everywhere=True)

    assert await draft(event) == {early.id: public_place(early), late.id: public_place(late)}


async def test_two_sessions_swap_and_keep_their_lengths() -> None:
    event = await make_event()
    room = await make_room(event)
    short, long = await make_session(event, at="10:00", minutes=20), await make_session(event, at="14:00", minutes=60, room=room)

    await swap(event, short, long, by="Olga")

    assert await draft(event) == {
        short.id: place_at(event, event.start, time(14), 20, room),
        long.id: place_at(event, event.start, time(10), 60, None),
    }


async def test_a_session_without_a_time_swaps_in() -> None:
    event = await make_event()
    placed = await make_session(event, at="10:00", minutes=20)
    waiting = await make_session(event, start=None, end=None, extra={"minutes": 45})

    await swap(event, placed, waiting, by="Olga")

    assert await draft(event) == {placed.id: Place(None, None, None), waiting.id: place_at(event, event.start, time(10), 45, None)}


async def test_a_swap_with_itself_or_of_two_without_times_is_refused() -> None:
    event = await make_event()
    placed, waiting = await make_session(event), await make_session(event, start=None, end=None)

    for one, other in ((placed, placed), (waiting, await make_session(event, start=None, end=None))):
        with pytest.raises(NothingThere):
            await swap(event, one, other, by="Olga")


async def test_a_break_waits_in_the_draft() -> None:
    event = await make_event()
    place = place_at(event, event.start, time(15), 20, None)

    made = await add_break(event, "Tea", place, by="Olga")

    assert (made.kind, made.start, await draft(event)) == (BREAK, None, {made.id: place})
