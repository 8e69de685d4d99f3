"""Late notices and headcounts: who says so, who is told, when it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from eventsvc.agenda.models import Session
from eventsvc.audit.models import Entry
from eventsvc.core.clock import now, travel
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.stage import jobs
from eventsvc.stage.rules import clear_late, count_heads, room, run_late
from tests.make import make_event, make_session, make_speaker
from tests.stage.conftest import OnStage, on_stage

pytestmark = pytest.mark.usefixtures("rolled_back")


async def version(event: Event) -> int:
    return (await Event.get(id=event.id)).version


async def test_running_late_is_public_at_once_and_the_planned_times_stay(stage: OnStage) -> None:
    before, planned = await version(stage.event), (stage.session.start, stage.session.end, stage.session.sequence)

    await run_late(stage.event, stage.session, 10, "Olga")

    after = await Session.get(id=stage.session.id)
    entry = await Entry.get(action="session.late")
    assert after.late_minutes == 10
    assert (after.start, after.end, after.sequence) == planned
    assert (entry.subject, entry.actor, entry.facts) == (stage.session.code, "Olga", {"minutes": 10})
    assert await version(stage.event) == before + 1


async def test_saying_the_same_again_changes_nothing(stage: OnStage) -> None:
    await run_late(stage.event, stage.session, 10, "Olga")
    before = await version(stage.event)

    await run_late(stage.event, stage.session, 10, "Rita")

    assert await version(stage.event) == before
    assert await Entry.filter(action="session.late").count() == 1


@pytest.mark.parametrize("minutes", [-1, 121])
async def test_only_0_to_120_minutes(stage: OnStage, minutes: int) -> None:
    with pytest.raises(room.OutOfRange):
        await run_late(stage.event, stage.session, minutes, "Olga")


async def test_a_session_of_another_day_cannot_run_late_but_can_be_put_right() -> None:
    event = await make_event()
    session = await make_session(event, late_minutes=5)

    with pytest.raises(room.NotToday):
        await run_late(event, session, 10, "Olga")
    await run_late(event, session, 0, "Olga")

    assert (await Session.get(id=session.id)).late_minutes == 0


async def test_the_chairs_of_it_and_of_what_follows_in_the_room_are_written_to(stage: OnStage) -> None:
    after = await make_speaker(stage.event, email="after@example.org", name="After")
    elsewhere = await make_speaker(stage.event, email="elsewhere@example.org", name="Elsewhere")
    await make_session(stage.event, at="23:59", minutes=1, room=stage.room, chair_id=after.id)
    await make_session(stage.event, at="23:59", minutes=1, chair_id=elsewhere.id)

    await run_late(stage.event, stage.session, 10, "Olga")

    assert {letter.to for letter in await Letter.filter(kind="stage/late")} == {"chris@example.org", "after@example.org"}


async def test_a_chair_who_said_it_is_not_told(stage: OnStage) -> None:
    await run_late(stage.event, stage.session, 10, stage.chair.name)

    assert await Letter.filter(kind="stage/late").count() == 0


async def test_the_letter_says_what_is_so_and_nothing_when_it_is_not_any_more(stage: OnStage) -> None:
    await run_late(stage.event, stage.session, 10, "Olga")
    letter = await Letter.get(kind="stage/late")

    message = await jobs.late(letter)
    await run_late(stage.event, stage.session, 0, "Olga")
    later = await jobs.late(letter)

    assert message is not None
    assert message.subject == f"{stage.session.title} runs about 10 minutes late"
    assert f"/{stage.event.slug}/speaker/{stage.chair.secret}/stage" in message.text
    assert later is None


async def test_the_next_day_nothing_is_late_any_more(stage: OnStage) -> None:
    await run_late(stage.event, stage.session, 10, "Olga")

    same_day = await clear_late()
    with travel(now() + timedelta(days=1)):
        next_day = await clear_late()

    assert (same_day, next_day) == (0, 1)
    assert (await Session.get(id=stage.session.id)).late_minutes == 0


async def test_a_headcount_is_kept_with_who_counted(stage: OnStage) -> None:
    await count_heads(stage.event, stage.session, 42, "Chris")

    entry = await Entry.get(action="session.headcount")
    assert (await Session.get(id=stage.session.id)).headcount == 42
    assert (entry.actor, entry.facts) == ("Chris", {"count": 42})


@pytest.mark.parametrize("count", [-1, 100_001])
async def test_a_headcount_is_a_number_of_people(stage: OnStage, count: int) -> None:
    with pytest.raises(Refused):
        await count_heads(stage.event, stage.session, count, "Chris")


async def test_a_speaker_looks_after_what_they_give_and_chair_and_nothing_else(stage: OnStage) -> None:
    other = await on_stage()
    given = await make_session(stage.event, at="01:00", speakers=[stage.chair])
    await make_session(stage.event, at="02:00", speakers=[stage.speaker])

    found = await room.tools_of(stage.event, stage.chair)

    assert [one.id for one in found] == [stage.session.id, given.id]
    with pytest.raises(room.NotFound):
        await room.own_session(stage.event, stage.chair, other.session.code)


async def test_today_is_a_day_of_the_event_s_zone() -> None:
    """At 23:30 in London in summer it is already tomorrow in Helsinki."""
    event = await make_event(start=date(2027, 7, 1), timezone="Europe/Helsinki")
    session = await make_session(event, at="00:15")
    assert session.start is not None

    assert room.is_today(event, session, session.start - timedelta(minutes=10))
    assert not room.is_today(event, session, session.start - timedelta(minutes=20))
