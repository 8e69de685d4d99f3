"""The public programme: what it shows, what it hides, how it is kept."""

from __future__ import annotations

import re
from datetime import date, timedelta

import httpx
import pytest

from eventsvc.agenda.models import BREAK, SessionState
from eventsvc.agenda.rules import sessions as rules
from eventsvc.agenda.rules.imports import import_schedule
from eventsvc.core.cache import documents
from eventsvc.demo import big
from eventsvc.events.models import EventState
from tests.make import make_event, make_room, make_session, make_speaker, make_track
from tests.queries import counted

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def bare(text: str) -> str:
    """A page without its tags."""
    return re.sub("<[^>]+>", "", text)


async def test_the_agenda_shows_sessions_by_time_with_room_track_and_speakers(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Zoë Łukasz")
    room, track = await make_room(event, name="Great Hall"), await make_track(event, name="Imaging")
    await make_session(event, title="Later", at="11:00", room=room)
    await make_session(event, title="Sooner", at="09:30", room=room, track=track, speakers=[speaker])
    await make_session(event, title="Coffee", at="10:30", kind=BREAK)

    text = bare((await client.get(f"/{event.slug}/agenda")).text)

    assert text.index("Sooner") < text.index("Coffee") < text.index("Later")
    assert all(word in text for word in ("Zoë Łukasz", "Great Hall", "Imaging", "09:30–10:00"))


async def test_a_draft_session_is_nowhere_public(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event, title="Open secret")
    draft = await make_session(event, title="Hidden plan", state=SessionState.DRAFT)

    pages = [(await client.get(f"/{event.slug}/{path}")).text for path in ("agenda", "calendar.ics", "schedule.xml", "schedule.json")]

    assert all("Open secret" in page and "Hidden plan" not in page for page in pages)
    assert (await client.get(f"/{event.slug}/sessions/{draft.code}")).status_code == 404


async def test_a_draft_event_is_nowhere_public(client: httpx.AsyncClient) -> None:
    event = await make_event(state=EventState.DRAFT)

    answers = [await client.get(f"/{event.slug}/{path}") for path in ("", "agenda", "speakers", "tickets", "calendar.ics")]

    assert {answer.status_code for answer in answers} == {404}


async def test_a_sessions_times_are_the_events_not_the_servers(client: httpx.AsyncClient) -> None:
    event = await make_event(timezone="Asia/Kolkata")
    session = await make_session(event, at="10:00")

    text = (await client.get(f"/{event.slug}/sessions/{session.code}")).text

    assert "10:00–10:30" in bare(text)


async def test_text_from_strangers_is_only_text(client: httpx.AsyncClient) -> None:
    event = await make_event(name=HOSTILE, tagline=HOSTILE)
    speaker = await make_speaker(event, name=HOSTILE, biography=HOSTILE, organisation=HOSTILE)
    session = await make_session(event, title=HOSTILE, abstract=HOSTILE, speakers=[speaker], room=await make_room(event, name=HOSTILE))
    paths = ["", "agenda", "speakers", f"speakers/{speaker.code}", f"sessions/{session.code}", "tickets", "privacy"]

    for path in paths:
        answer = await client.get(f"/{event.slug}/{path}")

        assert answer.status_code == 200
        assert "<script>alert" not in answer.text, path
        assert not re.search(r"<img[^>]*onerror", answer.text), path


async def test_pages_carry_an_etag_and_answer_304(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event)

    for path in ("agenda", "speakers", "calendar.ics", "schedule.xml", "schedule.json"):
        first = await client.get(f"/{event.slug}/{path}")
        second = await client.get(f"/{event.slug}/{path}", headers={"if-none-match": first.headers["etag"]})

        assert (first.status_code, second.status_code, second.content) == (200, 304, b"")
        assert first.headers["last-modified"]


async def test_a_kept_page_costs_no_query_and_shows_a_change_at_once(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event, title="Old title")
    await client.get(f"/{event.slug}/agenda")
    documents.hits = 0

    await client.get(f"/{event.slug}/agenda")
    kept = documents.hits
    await rules.change_session(event, session, {"title": "New title"}, by="test")
    changed = await client.get(f"/{event.slug}/agenda")

    assert kept == 1
    assert "New title" in changed.text
    assert "Old title" not in changed.text


async def test_the_agenda_asks_as_often_for_three_sessions_as_for_one(client: httpx.AsyncClient) -> None:
    event = await make_event()

    async def once() -> int:
        documents.clear()
        with counted() as count:
            assert (await client.get(f"/{event.slug}/agenda")).status_code == 200
        return int(count)

    await make_session(event, speakers=[await make_speaker(event)], room=await make_room(event), track=await make_track(event))
    one = await once()
    for _ in range(2):
        await make_session(event, speakers=[await make_speaker(event)], room=await make_room(event), track=await make_track(event))
    three = await once()

    assert one == three


async def test_overlapping_sessions_in_one_room_stand_side_by_side(client: httpx.AsyncClient) -> None:
    event = await make_event()
    room = await make_room(event)
    await make_session(event, title="First", at="10:00", minutes=60, room=room)
    await make_session(event, title="Second", at="10:30", minutes=60, room=room)

    text = (await client.get(f"/{event.slug}/agenda")).text

    assert "--rooms:2" in text
    assert {"--c:2", "--c:3"} <= set(re.findall(r"--c:\d", text))


async def test_900_sessions_fit_into_300_kilobytes(client: httpx.AsyncClient) -> None:
    await import_schedule(big.schedule(date.today() + timedelta(days=20)), slug="big", create=True)

    answer = await client.get("/big/agenda", headers={"accept-encoding": "gzip"})

    assert answer.text.count('class="session ') > 900
    assert int(answer.headers["content-length"]) < 300_000


@pytest.mark.parametrize(
    "path", ["sessions/NOPE", "speakers/NOPE", "speakers/NOPE/portrait.webp", "sessions/NOPE.ics", "speakers/NOPE.ics"]
)
async def test_what_is_not_there_is_a_friendly_404(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()

    answer = await client.get(f"/{event.slug}/{path}")

    assert answer.status_code == 404
    assert "Go to the front page" in answer.text


async def test_a_session_of_another_event_is_not_here(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    session = await make_session(other)
    assert (await client.get(f"/{other.slug}/sessions/{session.code}")).status_code == 200

    assert (await client.get(f"/{event.slug}/sessions/{session.code}")).status_code == 404


async def test_who_is_only_in_drafts_is_not_told(client: httpx.AsyncClient) -> None:
    event = await make_event()
    shown, hidden, free = [await make_speaker(event, name=name) for name in ("Shown Speaker", "Hidden Speaker", "Free Speaker")]
    await make_session(event, speakers=[shown])
    await make_session(event, speakers=[shown, hidden], state=SessionState.DRAFT)

    listed = (await client.get(f"/{event.slug}/speakers")).text
    alone = [(await client.get(f"/{event.slug}/speakers/{one.code}")).status_code for one in (shown, hidden, free)]

    assert [one.name in listed for one in (shown, hidden, free)] == [True, False, True]
    assert alone == [200, 404, 200]
