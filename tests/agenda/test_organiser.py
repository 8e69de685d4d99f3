"""Organisers and speakers working on the programme; the API doing the same."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from eventsvc.agenda.models import Session, SessionState
from eventsvc.speakers.models import Portrait
from eventsvc.speakers.rules import reencode
from tests.make import make_event, make_room, make_session, make_speaker, make_track
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_an_organiser_makes_a_session() -> None:
    event = await make_event()
    speaker, room = await make_speaker(event), await make_room(event)
    async with await signed_in("rita", event) as rita:
        day = event.start.isoformat()
        values = {"title": "New talk", "kind": "talk", "state": "confirmed", "start": f"{day}T10:00", "end": f"{day}T10:30"}

        answer = await rita.post(f"/manage/{event.slug}/sessions/new", data={**values, "room": room.code, "speakers": [speaker.code]})

    made = await Session.get(event=event).prefetch_related("speakers")
    assert answer.status_code == 303
    assert (made.title, made.minutes, made.room_id, len(made.speakers)) == ("New talk", 30, room.id, 1)
    assert event.local(made.start).hour == 10  # type: ignore[arg-type]


async def test_a_bad_session_form_says_what_to_do_and_keeps_what_was_typed() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        day = event.start.isoformat()
        values = {"title": "Kept title", "kind": "talk", "state": "draft", "start": f"{day}T10:00", "end": f"{day}T09:00"}

        answer = await rita.post(f"/manage/{event.slug}/sessions/new", data=values)

    assert answer.status_code == 422
    assert "The end is not after the start" in answer.text
    assert "Kept title" in answer.text
    assert await Session.filter(event=event).count() == 0


async def test_a_clash_is_told_and_not_refused() -> None:
    event = await make_event()
    room = await make_room(event)
    await make_session(event, title="Already here", at="10:00", room=room)
    second = await make_session(event, at="10:15", room=room)
    async with await signed_in("rita", event) as rita:
        text = (await rita.get(f"/manage/{event.slug}/sessions/{second.code}")).text

    assert "The room also has “Already here” then." in text


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("dev", 403), ("mallory", 404)])
async def test_who_may_edit_a_session(who: str, status: int) -> None:
    event = await make_event()
    session = await make_session(event)
    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/sessions/{session.code}")).status_code == status


@pytest.mark.parametrize(
    "path",
    ["sessions", "sessions/new", "speakers", "speakers/new", "rooms", "rooms/new", "tracks", "tracks/new", "sessions/import", "exchange"],
)
async def test_every_page_opens_empty_and_full(path: str) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        assert (await olga.get(f"/manage/{event.slug}/{path}")).status_code == 200
        await make_session(event, speakers=[await make_speaker(event)], room=await make_room(event), track=await make_track(event))

        assert (await olga.get(f"/manage/{event.slug}/{path}")).status_code == 200


async def test_search_ignores_accents_and_case() -> None:
    event = await make_event()
    await make_session(event, title="Größe and naïveté", speakers=[await make_speaker(event, name="Zoë Łukasz")])
    await make_session(event, title="Something else")
    async with await signed_in("olga", event) as olga:
        for words in ("grosse", "NAIVETE", "lukasz zoe"):
            text = (await olga.get(f"/manage/{event.slug}/sessions", params={"search": words})).text
            assert "Größe and naïveté" in text
            assert "Something else" not in text


async def test_a_room_in_use_stays() -> None:
    event = await make_event()
    room = await make_room(event)
    await make_session(event, room=room)
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/rooms/{room.code}", data={"name": room.name, "do": "remove"})

    assert answer.status_code == 422
    assert "Move it first" in answer.text


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "#336699").save(out, kind)
    return out.getvalue()


async def test_a_speaker_changes_their_page_without_a_password(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Sam Speaker")
    address = f"/{event.slug}/speaker/{speaker.secret}"
    assert "Sam Speaker" in (await client.get(address)).text

    answer = await client.post(address, data={"name": "Sam Speaker", "biography": "New words"}, files={"portrait": ("me.png", picture())})

    shown = await client.get(f"/{event.slug}/speakers/{speaker.code}")
    face = await client.get(f"/{event.slug}/speakers/{speaker.code}/portrait.webp")
    assert answer.status_code == 303
    assert "New words" in shown.text
    assert Image.open(io.BytesIO(face.content)).size == (480, 480)


@pytest.mark.parametrize("raw", [b"", b"GIF89a not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture("GIF")])
async def test_a_file_that_is_no_picture_is_refused(client: httpx.AsyncClient, raw: bytes) -> None:
    event = await make_event()
    speaker = await make_speaker(event)

    answer = await client.post(
        f"/{event.slug}/speaker/{speaker.secret}", data={"name": "Kept"}, files={"portrait": ("me.png", raw or b"x")}
    )

    assert answer.status_code == 422
    assert "not a JPEG, PNG or WebP picture" in answer.text
    assert await Portrait.filter(speaker=speaker).count() == 0


async def test_a_wrong_speaker_link_opens_nothing(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    speaker = await make_speaker(other)

    assert (await client.get(f"/{event.slug}/speaker/{speaker.secret}")).status_code == 404


async def test_the_api_changes_what_is_sent_and_leaves_the_rest() -> None:
    event = await make_event()
    room = await make_room(event)
    session = await make_session(event, title="Kept", room=room)
    async with await system(event, "programme") as api:
        moved = await api.put(f"/api/v1/events/{event.slug}/sessions/{session.code}", json={"abstract": "New", "room": None})

    after = await Session.get(id=session.id)
    assert moved.status_code == 200
    assert (after.title, after.abstract, after.room_id, after.sequence) == ("Kept", "New", None, 1)
    assert moved.json()["state"] == "confirmed"


async def test_the_api_makes_a_session_with_a_title() -> None:
    event = await make_event()
    async with await system(event, "programme") as api:
        made = await api.put(f"/api/v1/events/{event.slug}/sessions/NEW1", json={"title": "Made", "state": "draft"})
        nothing = await api.put(f"/api/v1/events/{event.slug}/sessions/NEW2", json={"abstract": "no title"})

    assert (made.status_code, made.json()["code"], nothing.status_code) == (200, "NEW1", 404)
    assert (await Session.get(event=event, code="NEW1")).state == SessionState.DRAFT


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"track": "nope"}, "track"),
        ({"speakers": ["nope"]}, "speakers"),
        ({"start": "2027-05-14T10:00:00"}, "start"),
        ({"title": ""}, "title"),
    ],
)
async def test_the_api_names_the_field_that_is_wrong(sent: dict[str, object], field: str) -> None:
    event = await make_event()
    session = await make_session(event)
    async with await system(event, "programme") as api:
        answer = await api.put(f"/api/v1/events/{event.slug}/sessions/{session.code}", json=sent)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_lists_are_paged(client: httpx.AsyncClient) -> None:
    event = await make_event()
    for _ in range(3):
        await make_session(event)
        await make_speaker(event)

    for what in ("sessions", "speakers"):
        first = (await client.get(f"/api/v1/events/{event.slug}/{what}?limit=2")).json()
        second = (await client.get(f"/api/v1/events/{event.slug}/{what}", params={"limit": 2, "after": first["next"]})).json()
        assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)


async def test_an_email_of_a_speaker_is_never_public(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, email="private@example.org", name="Visible Name")
    await make_session(event, speakers=[speaker])
    paths = [
        f"/{event.slug}/speakers",
        f"/{event.slug}/speakers/{speaker.code}",
        f"/{event.slug}/schedule.json",
        f"/api/v1/events/{event.slug}/speakers",
    ]

    for path in paths:
        text = (await client.get(path)).text
        assert "Visible Name" in text
        assert "private@example.org" not in text


@pytest.mark.parametrize("suffix", ["JPEG", "PNG", "WEBP"])
async def test_a_large_picture_from_a_phone_stands_upright(suffix: str) -> None:
    """Orientation 6 (Exif 2.32 §4.6.4): what was shot left is up."""
    shot, out, turned = Image.new("RGB", (4000, 3000), "red"), io.BytesIO(), Image.Exif()
    shot.paste("blue", (2000, 0, 4000, 3000))
    turned[0x0112] = 6
    shot.save(out, suffix, exif=turned)

    with Image.open(io.BytesIO(reencode(out.getvalue()))) as kept:
        up, down = kept.getpixel((240, 20)), kept.getpixel((240, 460))
        size = kept.size

    assert isinstance(up, tuple)
    assert isinstance(down, tuple)
    assert size == (480, 480)
    assert up[0] > 200 > up[2]
    assert down[2] > 200 > down[0]
