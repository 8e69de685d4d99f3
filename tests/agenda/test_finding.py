"""Finding sessions without a script: words, track, room, day, kind, language; and the page that everybody has stays as it is."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from eventsvc.agenda.models import BREAK
from eventsvc.core.cache import documents
from eventsvc.events.models import Event
from tests.make import make_event, make_room, make_session, make_speaker, make_track

TITLES = ("Café à la carte", "Łódź lessons", "Imaging at dawn")


async def programme() -> Event:
    event = await make_event(start=date.today() + timedelta(days=1), end=date.today() + timedelta(days=2))
    first, second = await make_room(event, code="hall"), await make_room(event, code="barn")
    pathways, imaging = await make_track(event, code="paths", name="Pathways"), await make_track(event, code="img", name="Imaging")
    await make_session(event, title=TITLES[0], room=first, track=pathways, kind="workshop", language="fr")
    await make_session(
        event, title=TITLES[1], room=second, track=imaging, speakers=[await make_speaker(event, name="Zoë O’Brien")], language="en"
    )
    late = await make_session(event, title=TITLES[2], room=first, track=pathways, language="en")
    await late.change(start=late.start + timedelta(days=1), end=late.end + timedelta(days=1))
    await make_session(event, title="Coffee for all", kind=BREAK, at="12:00")
    return event


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=cafe", [0]),
        ("q=lodz", [1]),
        ("q=zoe+obrien", [1]),
        ("q=imaging", [1, 2]),
        ("q=nothing+like+it", []),
        ("room=barn", [1]),
        ("kind=workshop", [0]),
        ("language=en", [1, 2]),
        ("track=img", [1]),
        ("q=imaging&room=hall", [2]),
    ],
)
async def test_the_server_finds(client: httpx.AsyncClient, query: str, found: list[int]) -> None:
    event = await programme()

    text = (await client.get(f"/{event.slug}/agenda?{query}")).text

    assert [number for number, title in enumerate(TITLES) if title in text] == found
    assert ("Nothing matches" in text) == (found == [])
    assert "Coffee for all" not in text


async def test_a_day_is_shown_with_its_breaks(client: httpx.AsyncClient) -> None:
    event = await programme()

    text = (await client.get(f"/{event.slug}/agenda?day={event.start}")).text

    assert [title in text for title in (*TITLES, "Coffee for all")] == [True, True, False, True]


async def test_what_was_asked_stays_in_the_form(client: httpx.AsyncClient) -> None:
    event = await programme()

    text = (await client.get(f"/{event.slug}/agenda", params={"q": '"><b>café', "view": "list"})).text

    assert 'value="&#34;&gt;&lt;b&gt;café"' in text
    assert 'id="view-list" checked' in text


async def test_a_search_is_kept_for_nobody_else(client: httpx.AsyncClient) -> None:
    event = await programme()
    await client.get(f"/{event.slug}/agenda?q=cafe")
    whole = await client.get(f"/{event.slug}/agenda")
    documents.hits = 0

    again = await client.get(f"/{event.slug}/agenda")

    assert all(title in whole.text for title in TITLES)
    assert (documents.hits, again.headers["etag"]) == (1, whole.headers["etag"])


async def test_the_page_holds_nothing_of_the_visitor(client: httpx.AsyncClient) -> None:
    event = await programme()
    before = await client.get(f"/{event.slug}/agenda")
    code = before.text.partition('name="session" value="')[2].partition('"')[0]
    await client.post(f"/{event.slug}/favourites", data={"session": code})

    after = await client.get(f"/{event.slug}/agenda")

    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])


async def test_a_late_session_says_so(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event, late_minutes=15)

    assert "About 15 min late" in (await client.get(f"/{event.slug}/agenda")).text
