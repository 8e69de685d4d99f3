"""The programme on pages of others: small, public, readable from any origin; and nothing else of ours is."""

from __future__ import annotations

import brotli
import httpx
import pytest

from eventsvc.agenda.models import BREAK, SessionState
from eventsvc.core.config import FRONTEND
from eventsvc.events.models import EventState
from tests.make import make_event, make_room, make_session, make_speaker, make_track
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_it_says_the_public_programme(client: httpx.AsyncClient) -> None:
    event = await make_event(timezone="Europe/London")
    room, track = await make_room(event, name="Hall"), await make_track(event, name="Imaging", hue=200)
    session = await make_session(
        event, title="A talk", at="10:00", room=room, track=track, speakers=[await make_speaker(event, name="Zoë")]
    )
    pause = await make_session(event, title="Coffee", at="11:00", kind=BREAK)
    gone = await make_session(event, title="Called off", at="12:00", state=SessionState.CANCELLED)
    await make_session(event, title="Hidden plan", state=SessionState.DRAFT)

    data = (await client.get(f"/{event.slug}/widget.json")).json()

    assert session.start is not None
    start = int(session.start.timestamp()) // 60
    assert (data["zone"], data["tracks"], data["rooms"]) == ("Europe/London", [["Imaging", 200]], ["Hall"])
    assert data["sessions"] == [
        [session.code, "A talk", start, 30, 0, 0, "Zoë", 0],
        [pause.code, "Coffee", start + 60, 30, -1, -1, "", 2],
        [gone.code, "Called off", start + 120, 30, -1, -1, "", 1],
    ]


async def test_only_the_widget_may_be_read_from_anywhere(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event)

    for _ in range(2):  # made, then kept
        for path in ("widget.json", "widget.js"):
            headers = (await client.get(f"/{event.slug}/{path}")).headers
            assert headers["access-control-allow-origin"] == "*"
            assert headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
        for path in ("agenda", "favourites.json", "schedule.json"):
            headers = (await client.get(f"/{event.slug}/{path}")).headers
            assert "access-control-allow-origin" not in headers
            assert headers.get_list("cross-origin-resource-policy") == ["same-origin"]


async def test_it_is_light_and_kept(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event)
    first = await client.get(f"/{event.slug}/widget.json")
    script = await client.get(f"/{event.slug}/widget.js")

    again = await client.get(f"/{event.slug}/widget.json", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert len(brotli.compress((FRONTEND / "behaviours" / "widget.js").read_bytes())) < 10_000
    assert script.headers["content-type"].startswith("text/javascript")
    assert "set-cookie" not in script.headers


async def test_a_draft_event_has_none(client: httpx.AsyncClient) -> None:
    event = await make_event(state=EventState.DRAFT)

    answers = [await client.get(f"/{event.slug}/{path}") for path in ("widget.js", "widget.json")]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_the_data_asks_as_often_for_three_as_for_one(client: httpx.AsyncClient) -> None:
    event = await make_event()

    async def another() -> None:
        await make_session(event, speakers=[await make_speaker(event)], room=await make_room(event), track=await make_track(event))

    async def once() -> int:
        with counted() as count:
            await client.get(f"/{event.slug}/widget.json?fresh")
        return int(count)

    await another()
    one = await once()
    await another()
    await another()

    assert one == await once()


async def test_the_organiser_copies_the_tag(client: httpx.AsyncClient) -> None:
    event = await make_event(name='A "quoted" <b>event</b>')
    track = await make_track(event, name='Data & "rules"')

    async with await signed_in("victor", event) as victor:
        text = (await victor.get(f"/manage/{event.slug}/embed", params={"theme": "dark", "hue": "200", "track": track.name})).text
    async with await signed_in("mallory", event) as mallory:
        stranger = await mallory.get(f"/manage/{event.slug}/embed")

    assert (
        f"&lt;script type=&#34;module&#34; src=&#34;http://testserver/{event.slug}/widget.js&#34; data-theme=&#34;dark&#34; data-hue=&#34;200&#34;"
        in text
    )
    assert f'src="/{event.slug}/widget.js" data-theme="dark"' in text
    assert "<b>event" not in text
    assert stranger.status_code == 404
