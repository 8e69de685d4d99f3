"""The draft: moving what the public does not see yet, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from eventsvc.agenda.models import Session, SessionState, Slot
from eventsvc.agenda.rules import draft as rules
from eventsvc.agenda.rules.draft import BadPlace, MovedMeanwhile, Place, draft, move, move_many, undo
from eventsvc.agenda.rules.imports import import_schedule
from eventsvc.agenda.rules.places import InUse, remove_place
from eventsvc.agenda.rules.sessions import change_session
from eventsvc.audit.models import Entry
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event
from tests.make import make_event, make_room, make_session

pytestmark = pytest.mark.usefixtures("rolled_back")
HALF = timedelta(minutes=30)


def later(session: Session, minutes: int = 60, room: int | None = None) -> Place:
    assert session.start is not None
    assert session.end is not None
    by = timedelta(minutes=minutes)
    return Place(session.room_id if room is None else room, session.start + by, session.end + by)


async def last_move(event: Event) -> Entry:
    entry = await Entry.filter(event_id=event.id, action="session.moved").order_by("-id").first()
    assert entry is not None
    return entry


async def test_a_move_is_in_the_draft_and_nowhere_else() -> None:
    event = await make_event()
    session, other = await make_session(event), await make_session(event)
    place = later(session)

    await move(event, session, place, by="Olga")

    after = await Session.get(id=session.id)
    assert await draft(event) == {session.id: place, other.id: rules.public_place(other)}
    assert (after.start, after.sequence) == (session.start, 0)
    version = event.version
    await event.refresh_from_db()
    assert event.version == version


async def test_a_move_is_in_the_journal_with_before_and_after() -> None:
    event = await make_event()
    room = await make_room(event)
    session = await make_session(event, room=room)

    await move(event, session, Place(None, None, None), by="Olga", why="no time")

    entry = await last_move(event)
    assert (entry.subject, entry.actor, entry.facts["why"]) == (session.code, "Olga", "no time")
    assert entry.facts["before"]["room"] == room.code
    assert datetime.fromisoformat(entry.facts["before"]["start"]) == session.start
    assert entry.facts["after"] == {"room": None, "start": None, "end": None}


async def test_moving_back_to_the_public_place_leaves_no_slot() -> None:
    event = await make_event()
    session = await make_session(event)
    await move(event, session, later(session), by="Olga")

    await move(event, session, rules.public_place(session), by="Olga")

    assert await Slot.filter(session=session).count() == 0


async def test_moving_to_where_it_is_says_nothing() -> None:
    event = await make_event()
    session = await make_session(event)

    step = await move(event, session, rules.public_place(session), by="Olga")

    assert step == ""
    assert await Entry.filter(event_id=event.id, action="session.moved").count() == 0


async def test_many_are_moved_together_or_not_at_all() -> None:
    event = await make_event()
    first, second = await make_session(event), await make_session(event)
    foreign = await make_room(await make_event())

    with pytest.raises(BadPlace):
        await move_many(event, [(first, later(first)), (second, later(second, room=foreign.id))], by="Olga")

    assert await Slot.filter(session__event=event).count() == 0
    assert await Entry.filter(event_id=event.id, action="session.moved").count() == 0


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(0, None, "start"), (None, 30, "start"), (30, 30, "minutes"), (60, 30, "minutes"), (0, 25 * 60, "minutes"), (5000, 5030, "day")],
)
async def test_a_place_where_nothing_can_be_is_refused(start: int | None, end: int | None, field: str) -> None:
    event = await make_event()
    session = await make_session(event)
    assert session.start is not None
    place = Place(
        None,
        None if start is None else session.start + timedelta(minutes=start),
        None if end is None else session.start + timedelta(minutes=end),
    )

    with pytest.raises(BadPlace) as refusal:
        await move(event, session, place, by="Olga")

    assert refusal.value.field == field


async def test_a_cancelled_session_is_not_in_the_draft_and_does_not_move() -> None:
    event = await make_event()
    session = await make_session(event, state=SessionState.CANCELLED)

    with pytest.raises(BadPlace):
        await move(event, session, later(session), by="Olga")

    assert await draft(event) == {}


async def test_another_events_session_is_not_moved() -> None:
    event, other = await make_event(), await make_event()
    session = await make_session(other)

    with pytest.raises(BadPlace):
        await move(event, session, later(session), by="Olga")

    assert await draft(other) == {session.id: rules.public_place(session)}


async def test_a_move_from_where_it_no_longer_is_says_who_moved_it() -> None:
    event = await make_event()
    room = await make_room(event, name="Foundry")
    session = await make_session(event, title="Troponin")
    seen = rules.public_place(session)
    await move(event, session, later(session, 30, room.id), by="Rita")

    with pytest.raises(MovedMeanwhile) as refusal:
        await move(event, session, later(session), by="Olga", seen=seen)

    assert "Rita has moved “Troponin” to" in refusal.value.sentence
    assert "10:30, Foundry meanwhile" in refusal.value.sentence
    assert refusal.value.sessions == [session.id]
    assert (await draft(event))[session.id] == later(session, 30, room.id)


async def test_undo_goes_back_and_undoing_that_goes_forth() -> None:
    event = await make_event()
    sessions = [await make_session(event) for _ in range(3)]
    await move_many(event, [(one, later(one)) for one in sessions], by="Olga", why="shift")

    await undo(event, (await last_move(event)).id, "Olga")
    back = await draft(event)
    await undo(event, (await last_move(event)).id, "Olga")

    assert back == {one.id: rules.public_place(one) for one in sessions}
    assert await draft(event) == {one.id: later(one) for one in sessions}
    assert (await last_move(event)).facts["why"] == "redo"


async def test_undo_stops_where_somebody_else_has_moved_it_since() -> None:
    event = await make_event()
    first, second = await make_session(event), await make_session(event)
    await move_many(event, [(first, later(first)), (second, later(second))], by="Olga")
    entry = await last_move(event)
    await move(event, first, later(first, 90), by="Rita")

    with pytest.raises(MovedMeanwhile) as refusal:
        await undo(event, entry.id, "Olga")

    assert "Rita has moved" in refusal.value.sentence
    assert await draft(event) == {first.id: later(first, 90), second.id: later(second)}


async def test_undo_knows_only_moves_of_this_event() -> None:
    event, other = await make_event(), await make_event()
    session = await make_session(other)
    await move(other, session, later(session), by="Olga")

    with pytest.raises(NotFound):
        await undo(event, (await last_move(other)).id, "Olga")


async def test_a_direct_change_of_the_time_throws_the_planned_place_away() -> None:
    event = await make_event()
    session = await make_session(event)
    await move(event, session, later(session), by="Olga")
    await change_session(event, session, {"title": "Other"}, by="Olga")
    assert await Slot.filter(session=session).count() == 1

    await change_session(event, session, {"start": later(session, 120).start, "end": later(session, 120).end}, by="Olga")

    assert await Slot.filter(session=session).count() == 0


async def test_an_import_that_moves_a_session_throws_the_planned_place_away() -> None:
    schedule = """{"schedule": {"conference": {"acronym": "x", "title": "X", "start": "2099-01-01", "end": "2099-01-01",
    "time_zone_name": "Europe/London", "days": [{"date": "2099-01-01", "rooms": {"Hall": [{"id": 1,
    "guid": "11111111-1111-4111-8111-111111111111", "title": "T", "date": "2099-01-01T%s:00+00:00", "duration": "00:30"}]}}]}}}"""
    await import_schedule((schedule % "10:00").encode(), slug="x", create=True)
    event = await Event.get(slug="x")
    session = await Session.get(event=event)
    await move(event, session, later(session), by="Olga")
    await import_schedule((schedule % "10:00").encode(), slug="x")
    assert await Slot.filter(session=session).count() == 1

    await import_schedule((schedule % "12:00").encode(), slug="x")

    assert await Slot.filter(session=session).count() == 0


async def test_a_room_that_the_draft_uses_stays() -> None:
    event = await make_event()
    room = await make_room(event)
    session = await make_session(event)
    await move(event, session, later(session, 0, room.id), by="Olga")

    with pytest.raises(InUse):
        await remove_place(event, room, by="Olga")
