"""What happens to a session, as every feed that has it tells it, read by every parser: moved, cancelled, back, taken off, back again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.agenda.models import Favourite, Session, SessionState
from eventsvc.agenda.rules import sessions as rules
from eventsvc.agenda.rules.draft import Place, move
from eventsvc.agenda.rules.releases import publish
from eventsvc.core import device
from eventsvc.events.models import Event
from tests.calendars.parsers import Fact, read
from tests.make import make_event, make_room, make_session, make_speaker, make_ticket

Change = Callable[[Event, Session], Awaitable[Any]]


class Stage:
    """A session, and every feed that has it."""

    def __init__(self, client: httpx.AsyncClient, event: Event, session: Session, feeds: dict[str, str]) -> None:
        self.client, self.event, self.session, self.feeds = client, event, session, feeds

    async def told(self) -> dict[str, list[Fact]]:
        """What each feed says of the session."""
        found = {}
        for name, path in self.feeds.items():
            answer = await self.client.get(f"/{self.event.slug}/{path}.ics")
            facts = read(answer.content) if answer.status_code == 200 else []
            found[name] = [one for one in facts if one.uid == f"{self.session.guid}@testserver"]
        return found

    async def change(self, **values: Any) -> None:
        session = await rules.find(self.event, self.session.code)
        await rules.change_session(self.event, session, values, by="test")


@pytest.fixture
async def stage(client: httpx.AsyncClient) -> Stage:
    event = await make_event(timezone="Europe/London")
    speaker, room = await make_speaker(event), await make_room(event, code="hall", name="Hall")
    session = await make_session(event, title="The talk, 🚀; one", at="10:00", room=room, speakers=[speaker])
    ticket = await make_ticket(event)
    for holder in (device.ticket(ticket.id), "device:abc"):
        await Favourite.create(session=session, holder=holder)
    feeds = {
        "event": "calendar",
        "session": f"sessions/{session.code}",
        "speaker": f"speakers/{speaker.code}",
        "room": "rooms/hall",
        "attendee": f"my/{ticket.secret}",
        "favourites": f"favourites/{device.token(event.id, 'device:abc')}",
        "speaker's own": f"speaker/{speaker.secret}",
    }
    return Stage(client, event, session, feeds)


def states(told: dict[str, list[Fact]]) -> set[tuple[tuple[int, str], ...]]:
    """(SEQUENCE, STATUS) of the session, the different ones among the feeds."""
    return {tuple((one.sequence, one.status) for one in facts) for facts in told.values()}


async def test_a_moved_session_is_moved_in_every_feed(stage: Stage) -> None:
    start = stage.session.start + timedelta(hours=2)  # type: ignore[operator]
    before = states(await stage.told())

    await stage.change(start=start, end=start + timedelta(minutes=30))

    told = await stage.told()
    assert (before, states(told)) == ({((0, "CONFIRMED"),)}, {((1, "CONFIRMED"),)})
    assert {one.start for facts in told.values() for one in facts} == {start}


async def test_a_cancelled_session_is_cancelled_and_can_come_back(stage: Stage) -> None:
    await stage.change(state=SessionState.CANCELLED)
    cancelled = states(await stage.told())
    await stage.change(state=SessionState.CONFIRMED)
    back = states(await stage.told())

    assert (cancelled, back) == ({((1, "CANCELLED"),)}, {((2, "CONFIRMED"),)})


async def test_a_session_taken_off_the_agenda_is_cancelled_where_it_was_and_comes_back_under_the_same_uid(stage: Stage) -> None:
    start, end = stage.session.start, stage.session.end

    await stage.change(start=None, end=None)
    off = await stage.told()
    await stage.change(start=start + timedelta(hours=3), end=end + timedelta(hours=3))  # type: ignore[operator]
    back = await stage.told()

    assert states(off) == {((1, "CANCELLED"),)}
    assert {(one.start, one.end, one.summary) for facts in off.values() for one in facts} == {(start, end, "The talk, 🚀; one")}
    assert states(back) == {((2, "CONFIRMED"),)}


async def test_a_published_draft_moves_a_session_in_every_feed_and_takes_it_off(stage: Stage) -> None:
    start, end = stage.session.start, stage.session.end
    assert start is not None
    assert end is not None
    hour = timedelta(hours=1)

    for place in (Place(stage.session.room_id, start + hour, end + hour), Place(None, None, None)):
        await move(stage.event, await rules.find(stage.event, stage.session.code), place, by="test")
        unseen = await stage.told()
        await publish(stage.event, by="test")
        if place.start:
            moved = await stage.told()
    off = await stage.told()

    assert states(moved) == states(unseen) == {((1, "CONFIRMED"),)}
    assert {one.start for facts in moved.values() for one in facts} == {start + hour}
    assert states(off) == {((2, "CANCELLED"),)}
    assert {one.start for facts in off.values() for one in facts} == {start + hour}


async def test_a_session_that_is_a_draft_again_says_no_more_than_was_public(stage: Stage) -> None:
    await stage.change(state=SessionState.DRAFT)
    await stage.change(title="A secret new title", abstract="Secret", room=None)

    told = await stage.told()

    own = told.pop("speaker's own")
    assert states(told) == {((2, "CANCELLED"),)}
    assert {one.summary for facts in told.values() for one in facts} == {"The talk, 🚀; one"}
    assert [(one.status, one.summary) for one in own] == [("TENTATIVE", "A secret new title")]


async def test_a_session_that_never_was_public_is_in_no_public_feed(stage: Stage) -> None:
    speaker = await make_speaker(stage.event)
    hidden = await make_session(stage.event, state=SessionState.DRAFT, speakers=[speaker])
    await stage.change(state=SessionState.DRAFT)

    whole = read((await stage.client.get(f"/{stage.event.slug}/calendar.ics")).content)
    alone = await stage.client.get(f"/{stage.event.slug}/sessions/{hidden.code}.ics")

    assert [one.uid for one in whole] == [f"{stage.session.guid}@testserver"]
    assert alone.status_code == 404


async def test_a_feed_of_900_sessions_is_read_by_everybody(client: httpx.AsyncClient) -> None:
    event = await make_event()
    template = await make_session(event)
    rows = [
        Session(event=event, code=f"X{n}", guid=f"guid-{n}", title=f"Größe {n}, 🚀", start=template.start, end=template.end)
        for n in range(899)
    ]
    await Session.bulk_create(rows)

    facts = read((await client.get(f"/{event.slug}/calendar.ics")).content)

    assert len(facts) == len({one.uid for one in facts}) == 900
