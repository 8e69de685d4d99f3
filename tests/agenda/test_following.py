"""Favourites without an account: kept once, merged into a ticket, forgotten in time, never part of a page that is kept for everybody."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from eventsvc.agenda.models import Favourite, SessionState
from eventsvc.agenda.rules import following, signups
from eventsvc.core.cache import documents
from tests.make import make_event, make_room, make_session, make_speaker, make_ticket, make_track
from tests.people import browser, signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


async def keep(client: httpx.AsyncClient, event: object, session: object, on: str = "true") -> httpx.Response:
    return await client.post(f"/{event.slug}/favourites", data={"session": session.code, "on": on})  # type: ignore[attr-defined]


async def test_keeping_twice_is_kept_once_and_dropping_twice_is_gone() -> None:
    event = await make_event()
    session = await make_session(event)

    await following.keep(event, session, "device:a")
    await following.keep(event, session, "device:a")
    kept = await following.kept(event, "device:a")
    await following.drop(session, "device:a")
    await following.drop(session, "device:a")

    assert kept == {session.id}
    assert await following.kept(event, "device:a") == set()


async def test_a_holder_keeps_a_sane_number(monkeypatch: pytest.MonkeyPatch) -> None:
    event = await make_event()
    monkeypatch.setattr(following, "MOST", 1)
    await following.keep(event, await make_session(event), "device:a")

    with pytest.raises(following.EnoughKept):
        await following.keep(event, await make_session(event), "device:a")


async def test_a_form_without_a_script_keeps_and_lists(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session, other = await make_session(event, title="Kept one"), await make_session(event, title="Not kept by me")

    posted = await keep(client, event, session)
    listed = (await client.get(posted.headers["location"])).text

    assert (posted.status_code, posted.headers["location"]) == (303, f"/{event.slug}/favourites?done=kept")
    assert "httponly" in posted.headers["set-cookie"].lower()
    assert "Kept one" in listed
    assert other.title not in listed
    assert await Favourite.filter(session=session).count() == 1


async def test_the_list_is_the_browsers_own_and_kept_by_nobody(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await keep(client, event, await make_session(event, title="Mine alone"))

    async with browser() as stranger:
        theirs = await stranger.get(f"/{event.slug}/favourites")
        state = await stranger.get(f"/{event.slug}/favourites.json")
    mine = await client.get(f"/{event.slug}/favourites.json")

    assert "Mine alone" not in theirs.text
    assert theirs.headers["cache-control"] == "no-store"
    assert "set-cookie" not in state.headers
    assert state.json() == {"sessions": [], "going": [], "ticket": False}
    assert (len(mine.json()["sessions"]), mine.headers["cache-control"]) == (1, "no-store")


async def test_a_draft_or_another_events_session_cannot_be_kept(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    draft, foreign = await make_session(event, state=SessionState.DRAFT), await make_session(other)

    answers = [await keep(client, event, draft), await keep(client, event, foreign)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await Favourite.all().count() == 0


async def test_a_form_from_another_site_changes_nothing(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event)

    answer = await client.post(f"/{event.slug}/favourites", data={"session": session.code}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert await Favourite.all().count() == 0


async def test_what_overlaps_is_told(client: httpx.AsyncClient) -> None:
    event = await make_event()
    first, second = await make_session(event, at="10:00", minutes=60), await make_session(event, at="10:30", minutes=60)
    await keep(client, event, first)
    before = (await client.get(f"/{event.slug}/favourites")).text
    await keep(client, event, second)

    after = (await client.get(f"/{event.slug}/favourites")).text

    assert "two places at once" not in before
    assert "two places at once" in after


async def test_remembering_a_ticket_takes_the_devices_favourites_along(client: httpx.AsyncClient) -> None:
    event, ticket = await make_event(), None
    ticket = await make_ticket(event)
    early, late = await make_session(event), await make_session(event)
    await keep(client, event, early)

    answer = await client.post(f"/{event.slug}/my/{ticket.secret}/remember", data={"do": "remember"})
    await keep(client, event, late)

    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in (f"Path=/{event.slug}", "HttpOnly", "SameSite=lax"))
    assert "Max-Age" not in cookie
    assert ticket.secret not in cookie
    assert await following.kept(event, f"ticket:{ticket.id}") == {early.id, late.id}
    assert await Favourite.filter(holder__startswith="device:").count() == 0


async def test_a_forgotten_ticket_keeps_what_it_has(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, session = await make_ticket(event), await make_session(event)
    await client.post(f"/{event.slug}/my/{ticket.secret}/remember", data={"do": "remember"})
    await keep(client, event, session)

    await client.post(f"/{event.slug}/favourites/forget")

    assert (await client.get(f"/{event.slug}/favourites.json")).json()["sessions"] == []
    assert await following.kept(event, f"ticket:{ticket.id}") == {session.id}


async def test_a_made_up_or_foreign_ticket_cookie_is_nobody(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ticket, session = await make_ticket(other), await make_session(event)
    await following.keep(event, session, f"ticket:{ticket.id}")
    posted = await client.post(f"/{other.slug}/my/{ticket.secret}/remember", data={"do": "remember"})
    value = posted.headers["set-cookie"].split(";")[0].partition("=")[2]

    async with browser() as mallory:
        mallory.cookies.set("ticket", value)
        foreign = (await mallory.get(f"/{event.slug}/favourites.json")).json()
        mallory.cookies.set("ticket", f"{event.id}.{ticket.id}.x")
        made_up = (await mallory.get(f"/{event.slug}/favourites.json")).json()

    assert (foreign["ticket"], foreign["sessions"], made_up["ticket"]) == (False, [], False)


async def test_ones_own_programme_is_favourites_and_places_in_order() -> None:
    event, ticket = await make_event(), 7
    late, early, waits = [await make_session(event, at=at, signup_places=1) for at in ("15:00", "09:00", "11:00")]
    draft = await make_session(event, state=SessionState.DRAFT)
    for one in (late, draft):
        await following.keep(event, one, "ticket:7")
    await signups.sign_up(early, ticket, by="test")
    await signups.sign_up(waits, 1, by="test")
    await signups.sign_up(waits, ticket, by="test")

    mine = await following.sessions_of(event, "ticket:7", ticket)

    assert [one.id for one in mine] == [early.id, late.id]


async def test_favourites_are_forgotten_thirty_days_after_the_event() -> None:
    old, fresh = [await make_event(start=date.today() - timedelta(days=ago)) for ago in (31, 29)]
    for event in (old, fresh):
        await following.keep(event, await make_session(event), "device:a")

    gone = await following.sweep()

    assert gone == 1
    assert await following.kept(fresh, "device:a") != set()


async def test_a_session_page_shows_what_belongs_to_it(client: httpx.AsyncClient) -> None:
    event, room, track = await make_event(), await make_room(await make_event()), None
    room, track = await make_room(event), await make_track(event, name="Imaging")
    chair = await make_speaker(event, name="Carla Chair")
    await make_session(event, title="The one before", at="09:00", room=room)
    await make_session(event, title="The one after", at="11:00", room=room)
    await make_session(event, title="A sibling", at="14:00", track=track)
    session = await make_session(
        event,
        at="10:00",
        room=room,
        track=track,
        chair=chair,
        late_minutes=10,
        signup_places=12,
        links=[{"title": "Slides", "url": "https://example.org/slides"}],
        extra={"answers": [{"label": "Level", "value": "Beginners"}]},
    )

    text = (await client.get(f"/{event.slug}/sessions/{session.code}")).text

    wanted = ["The one before", "The one after", "A sibling", "Carla Chair", "10 minutes late", "https://example.org/slides", "Beginners"]
    assert [word for word in wanted if word not in text] == []
    assert f"/sessions/{session.code}/places" in text


async def test_a_session_page_is_the_same_bytes_for_everybody(client: httpx.AsyncClient) -> None:
    event, ticket = await make_event(), None
    ticket = await make_ticket(event)
    session = await make_session(event, signup_places=3)
    first = await client.get(f"/{event.slug}/sessions/{session.code}")
    await client.post(f"/{event.slug}/my/{ticket.secret}/remember", data={"do": "remember"})
    await keep(client, event, session)
    await signups.sign_up(session, ticket.id, by="test")
    documents.hits = 0

    second = await client.get(f"/{event.slug}/sessions/{session.code}")

    assert (second.content, second.headers["etag"], documents.hits) == (first.content, first.headers["etag"], 1)


async def test_the_list_asks_as_often_for_three_as_for_one(client: httpx.AsyncClient) -> None:
    event = await make_event()

    async def another() -> None:
        session = await make_session(
            event, speakers=[await make_speaker(event)], room=await make_room(event), track=await make_track(event)
        )
        await keep(client, event, session)

    async def once() -> int:
        with counted() as count:
            assert (await client.get(f"/{event.slug}/favourites")).status_code == 200
        return int(count)

    await another()
    one = await once()
    await another()
    await another()

    assert one == await once()


async def test_text_from_strangers_is_only_text_on_the_list(client: httpx.AsyncClient) -> None:
    event = await make_event(name=HOSTILE)
    await keep(client, event, await make_session(event, title=HOSTILE, speakers=[await make_speaker(event, name=HOSTILE)]))

    text = (await client.get(f"/{event.slug}/favourites")).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


async def test_only_organisers_see_how_many_keep_a_session(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event)
    for holder in ("device:a", "device:b", "device:c"):
        await following.keep(event, session, holder)

    public = (await client.get(f"/{event.slug}/sessions/{session.code}")).text
    async with await signed_in("olga", event) as olga:
        own = (await olga.get(f"/manage/{event.slug}/sessions/{session.code}")).text

    assert "3 people keep this session" in own
    assert "3 people" not in public
