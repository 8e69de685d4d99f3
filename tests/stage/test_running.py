"""What runs in a room: the same cases as the displays' own script."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eventsvc.stage.render.running import lines, place, running
from tests.make import make_event, make_room, make_session

CASES = json.loads((Path(__file__).parent / "running_cases.json").read_text())
MIDNIGHT = datetime(2027, 5, 14, tzinfo=UTC)


@dataclass
class Row:
    own: bool
    begins: datetime
    ends: datetime


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_what_runs_now_and_next(case: dict[str, Any]) -> None:
    rows = [Row(bool(own), at(begins), at(ends)) for own, begins, ends in case["lines"]]

    assert running(rows, at(case["at"])) == (case["now"], case["next"])


@pytest.mark.usefixtures("rolled_back")
async def test_a_late_session_ends_later_and_the_next_in_its_room_may_begin_later() -> None:
    event = await make_event()
    room, other = await make_room(event), await make_room(event)
    first = await make_session(event, at="10:00", minutes=30, room=room, late_minutes=10)
    second = await make_session(event, at="10:35", minutes=30, room=room)
    elsewhere = await make_session(event, at="10:30", minutes=30, room=other)
    assert first.start is not None

    found = lines(event, [first, second, elsewhere], room.id, first.start)

    assert [(one.session, one.after) for one in found] == [(first, 0), (second, 5)]
    assert found[0].begins == first.start + timedelta(minutes=10)
    assert lines(event, [first, second, elsewhere], other.id, first.start)[0].after == 0


@pytest.mark.usefixtures("rolled_back")
async def test_a_room_shows_its_own_day_only_with_what_is_for_everybody() -> None:
    event = await make_event()
    room, other = await make_room(event), await make_room(event)
    mine = await make_session(event, at="10:00", room=room)
    lunch = await make_session(event, at="12:00", kind="break")
    there = await make_session(event, at="10:00", room=other)
    assert mine.start is not None
    assert mine.end is not None
    tomorrow = await make_session(event, at="10:00", room=room)
    tomorrow.start, tomorrow.end = mine.start + timedelta(days=1), mine.end + timedelta(days=1)

    found = place(event, [mine, lunch, there, tomorrow], room, mine.start)
    own = place(event, [mine, lunch, there, tomorrow], room, mine.start, own_only=True)

    assert [one.session for one in found.lines] == [mine, lunch]
    assert [mark for _, mark in found.marked()] == ["now", "next"]
    assert [one.session for one in own.lines] == [mine]
