"""On the day: what a speaker's page says from an hour before the first session to its end, and running late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from eventsvc.agenda.models import Session
from eventsvc.core.clock import travel
from eventsvc.website.rules import speaking
from tests.make import make_event, make_room, make_session, make_speaker

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.mark.parametrize(("minutes", "shown"), [(-61, False), (-59, True), (0, True), (29, True), (31, False)])
async def test_today_shows_from_an_hour_before_to_the_end(client: httpx.AsyncClient, minutes: int, shown: bool) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, speakers=[speaker], room=await make_room(event))
    assert session.start is not None

    with travel(session.start + timedelta(minutes=minutes)):
        text = (await client.get(f"/{event.slug}/speaker/{speaker.secret}")).text

    assert ("Running late?" in text) == shown


async def test_a_speaker_says_that_it_runs_late(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, speakers=[speaker])
    assert session.start is not None
    home = f"/{event.slug}/speaker/{speaker.secret}"

    with travel(session.start):
        answer = await client.post(f"{home}/sessions/{session.code}/late", data={"minutes": "10"})
        text = (await client.get(home)).text

    assert answer.status_code == 303
    assert (await Session.get(id=session.id)).late_minutes == 10
    assert "about 10 minutes late" in text


async def test_what_is_no_number_of_minutes_leaves_it_late(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, speakers=[speaker], late_minutes=10)
    assert session.start is not None

    with travel(session.start):
        answer = await client.post(f"/{event.slug}/speaker/{speaker.secret}/sessions/{session.code}/late", data={"minutes": "soon"})

    assert (answer.status_code, (await Session.get(id=session.id)).late_minutes) == (422, 10)


async def test_the_session_of_somebody_else_is_not_made_late(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker, session = await make_speaker(event), await make_session(event, speakers=[await make_speaker(event)])
    assert session.start is not None

    with travel(session.start):
        answer = await client.post(f"/{event.slug}/speaker/{speaker.secret}/sessions/{session.code}/late", data={"minutes": "10"})

    assert (answer.status_code, (await Session.get(id=session.id)).late_minutes) == (404, 0)


async def test_tomorrows_session_is_not_on_today() -> None:
    event = await make_event(end=(datetime.now(UTC) + timedelta(days=3)).date())
    session = await make_session(event)
    assert session.start is not None

    assert speaking.on_now(event, [session], session.start - timedelta(days=1)) == []
