"""The doors of publishing: page, API, old versions, and what the public reads."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.agenda.models import Release, Session
from eventsvc.agenda.rules.draft import Place, draft, move, public_place
from eventsvc.agenda.rules.releases import preview, publish
from eventsvc.events.models import Event, EventState
from tests.make import make_event, make_room, make_session
from tests.people import signed_in, system
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


def later(session: Session, minutes: int = 60) -> Place:
    assert session.start is not None
    assert session.end is not None
    return Place(session.room_id, session.start + timedelta(minutes=minutes), session.end + timedelta(minutes=minutes))


async def moved(**values: object) -> tuple[Event, Session]:
    event = await make_event()
    session = await make_session(event, **{"title": "Troponin", **values})
    await move(event, session, later(session), by="Olga")
    return event, session


@pytest.mark.parametrize(
    ("path", "viewer"), [("agenda/publish", 403), ("releases", 200), ("releases/1", 200)], ids=["publish", "list", "one"]
)
async def test_who_gets_in(path: str, viewer: int) -> None:
    event, _ = await moved()
    await publish(event, by="Olga")
    for who, status in (("olga", 200), ("rita", 200), ("victor", viewer), ("dev", 403), ("mallory", 404)):
        async with await signed_in(who, event) as browser:
            assert (await browser.get(f"/manage/{event.slug}/{path}")).status_code == status, who


@pytest.mark.parametrize("who", ["victor", "dev", "mallory"])
async def test_who_may_not_publish(who: str) -> None:
    event, session = await moved()
    async with await signed_in(who, event) as browser:
        assert (await browser.post(f"/manage/{event.slug}/agenda/publish", data={})).status_code in (403, 404)

    assert await draft(event) == {session.id: later(session)}


async def test_the_page_shows_what_changes_and_publishes_it() -> None:
    event, session = await moved()
    async with await signed_in("rita", event) as rita:
        looked = await rita.get(f"/manage/{event.slug}/agenda/publish")
        form = {"name": "Summer", "note": "**Sorry**", "number": "1", "seen": (await preview(event)).seen}
        answers = [await rita.post(f"/manage/{event.slug}/agenda/publish", data=form) for _ in range(2)]
        shown = await rita.get(answers[0].headers["location"])

    assert "Troponin" in looked.text
    assert "10:00–10:30" in looked.text
    assert "11:00–11:30" in looked.text
    assert [answer.headers["location"] for answer in answers] == [f"/manage/{event.slug}/releases/1?done=1"] * 2
    assert "Summer" in shown.text
    assert "<strong>Sorry</strong>" in shown.text
    assert public_place(await Session.get(id=session.id)) == later(session)


async def test_a_draft_that_changed_meanwhile_is_shown_again_with_what_was_typed() -> None:
    event, session = await moved()
    seen = (await preview(event)).seen
    await move(event, session, later(session, 120), by="Olga")
    async with await signed_in("rita", event) as rita:
        form = {"name": "Kept name", "number": "1", "seen": seen}
        answer = await rita.post(f"/manage/{event.slug}/agenda/publish", data=form)

    assert answer.status_code == 409
    assert "Somebody has moved something" in answer.text
    assert "Kept name" in answer.text
    assert "12:00–12:30" in answer.text


async def test_with_nothing_to_publish_there_is_no_button() -> None:
    event, _ = await moved()
    await publish(event, by="Olga")
    async with await signed_in("rita", event) as rita:
        text = (await rita.get(f"/manage/{event.slug}/agenda/publish")).text

    assert "Nothing to publish" in text
    assert 'name="seen"' not in text


async def test_an_old_version_is_readable_as_it_was() -> None:
    event, session = await moved()
    await publish(event, by="Olga", name="Old")
    await move(event, session, later(session, 240), by="Olga")
    await publish(event, by="Olga", name="New")
    async with await signed_in("victor", event) as victor:
        old = (await victor.get(f"/manage/{event.slug}/releases/1")).text
        listed = (await victor.get(f"/manage/{event.slug}/releases")).text
        missing = await victor.get(f"/manage/{event.slug}/releases/9")

    assert "An old version" in old
    assert "11:00–11:30" in old
    assert "14:00–14:30" not in old
    assert listed.index("New") < listed.index("Old")
    assert missing.status_code == 404


async def test_the_list_asks_the_same_for_one_and_for_three() -> None:
    event, session = await moved()
    counts = []
    async with await signed_in("olga", event) as olga:
        for number in range(1, 4):
            await move(event, session, later(session, number * 10), by="Olga")
            await publish(event, by="Olga")
            with counted() as count:
                assert (await olga.get(f"/manage/{event.slug}/releases")).status_code == 200
            counts.append(int(count))

    assert counts[0] == counts[2]


async def test_everybody_reads_what_changed(client: httpx.AsyncClient) -> None:
    event, session = await moved(title="<i>Troponin</i>")
    empty = await client.get(f"/{event.slug}/changes")
    await publish(event, by="Olga", name="Summer", note="Because of the *trains*.")

    shown = await client.get(f"/{event.slug}/changes")
    again = await client.get(f"/{event.slug}/changes", headers={"if-none-match": shown.headers["etag"]})

    assert "Nothing has changed yet" in empty.text
    assert "&lt;i&gt;Troponin&lt;/i&gt;" in shown.text
    assert f"/{event.slug}/sessions/{session.code}" in shown.text
    assert "<em>trains</em>" in shown.text
    assert "Olga" not in shown.text
    assert again.status_code == 304
    assert f"/{event.slug}/changes" in (await client.get(f"/{event.slug}/agenda")).text


async def test_a_draft_events_changes_are_nobodys(client: httpx.AsyncClient) -> None:
    event = await make_event(state=EventState.DRAFT)

    assert (await client.get(f"/{event.slug}/changes")).status_code == 404


async def test_the_api_publishes_once_and_lists_for_everybody(client: httpx.AsyncClient) -> None:
    event, session = await moved(room=None)
    address = f"/api/v1/events/{event.slug}/releases"
    async with await system(event, "programme") as api, await system(event, "read") as reader:
        made = [await api.post(address, json={"name": "Summer", "number": 1}) for _ in range(2)]
        nothing = await api.post(address, json={})
        refused = await reader.post(address, json={})
    listed = await client.get(address)

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert (nothing.status_code, nothing.json()["type"]) == (409, "urn:eventsvc:problem:nothing-to-publish")
    assert (refused.status_code, (await client.post(address, json={})).status_code) == (403, 401)
    assert [(one["number"], one["name"]) for one in listed.json()["items"]] == [(1, "Summer")]
    assert listed.json()["items"][0]["changes"][0]["code"] == session.code
    assert listed.json()["items"][0]["changes"][0]["after"]["start"].endswith("Z")


async def test_the_api_pages_versions(client: httpx.AsyncClient) -> None:
    event, session = await moved()
    room = await make_room(event)
    for number in range(3):
        await move(event, session, Place(room.id, *_times(session, number)), by="Olga")
        await publish(event, by="Olga")
    address = f"/api/v1/events/{event.slug}/releases"

    one = (await client.get(f"{address}?limit=2")).json()
    other = (await client.get(f"{address}?limit=2&after={one['next']}")).json()

    assert [item["number"] for item in one["items"] + other["items"]] == [3, 2, 1]
    assert other["next"] is None
    assert await Release.filter(event=event).count() == 3


def _times(session: Session, number: int) -> tuple[object, object]:
    place = later(session, 10 * number + 200)
    return place.start, place.end  # type: ignore[return-value]
