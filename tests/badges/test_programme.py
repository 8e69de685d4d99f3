"""The printed programme: complete, tagged, in every script, made once for each version, and without what is not public."""

from __future__ import annotations

import io
from datetime import date, timedelta

import httpx
import pytest
from pypdf import PdfReader

from eventsvc.agenda.models import BREAK, SessionState
from eventsvc.agenda.rules import sessions as agenda
from eventsvc.agenda.rules.imports import import_schedule
from eventsvc.badges.render.programme import MOST_COLUMNS
from eventsvc.badges.rules import programme
from eventsvc.core.cache import documents
from eventsvc.demo import big
from eventsvc.events.models import Event, EventState
from tests.make import make_event, make_room, make_session, make_speaker, make_track

pytestmark = pytest.mark.usefixtures("rolled_back")


async def pdf(client: httpx.AsyncClient, event: Event) -> tuple[bytes, str]:
    """The document and its text, white space made single."""
    answer = await client.get(f"/{event.slug}/programme.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return answer.content, " ".join(text.split())


async def test_it_says_what_is_when_where_and_by_whom(client: httpx.AsyncClient) -> None:
    event = await make_event()
    rooms = [await make_room(event, name=name) for name in ("Great Hall", "Small Room")]
    speaker = await make_speaker(event, name="Zoë Łukasz")
    await make_session(
        event, title="First talk", at="09:30", room=rooms[0], track=await make_track(event, name="Imaging"), speakers=[speaker]
    )
    await make_session(event, title="Second talk", at="09:30", room=rooms[1])
    await make_session(event, title="Coffee", at="10:30", kind=BREAK)
    await make_session(event, title="Called off", at="11:00", room=rooms[0], state=SessionState.CANCELLED)

    body, text = await pdf(client, event)

    wanted = [
        "Great Hall",
        "Small Room",
        "First talk",
        "Second talk",
        "09:30–10:00",
        "Imaging",
        "Zoë Łukasz",
        "Coffee",
        "Called off",
        "cancelled",
    ]
    assert [word for word in wanted if word not in text] == []
    assert b"pdfuaid" in body
    assert PdfReader(io.BytesIO(body)).metadata.title == f"Programme: {event.name}"  # type: ignore[union-attr]


async def test_drafts_are_not_in_it(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event, title="Open secret")
    await make_session(event, title="Hidden plan", state=SessionState.DRAFT)

    _, text = await pdf(client, event)

    assert ("Open secret" in text, "Hidden plan" in text) == (True, False)


async def test_many_rooms_are_a_list(client: httpx.AsyncClient) -> None:
    event = await make_event()
    for number in range(MOST_COLUMNS + 1):
        await make_session(event, title=f"Talk {number}", room=await make_room(event, name=f"Room of {number}"))

    _, text = await pdf(client, event)

    assert "Time Session Room Track" in text
    assert all(f"Room of {number}" in text for number in range(MOST_COLUMNS + 1))


async def test_every_script_long_words_and_typst_code_are_only_text(client: httpx.AsyncClient) -> None:
    event = await make_event(name="#panic(1) “$x$”")
    titles = [
        "برنامج المؤتمر الطبي",
        "चिकित्सा सम्मेलन",
        "医療診断の未来",
        "בדיקות מהירות",
        "ครั้งแรก",
        "*bold* #eval(`1`) <a> @b \\ 😀",
        "Ω" * 200,
        "word " * 75,
    ]
    for title in titles:
        await make_session(
            event, title=title.strip(), room=await make_room(event, name=title[:30]), speakers=[await make_speaker(event, name=title[:60])]
        )

    body, text = await pdf(client, event)

    assert b"pdfuaid" in body
    assert "#panic(1)" in text
    assert "#eval(`1`)" in text


async def test_it_is_kept_until_something_changes(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event, title="Old title")
    first = await client.get(f"/{event.slug}/programme.pdf")
    documents.hits = 0

    second = await client.get(f"/{event.slug}/programme.pdf", headers={"if-none-match": first.headers["etag"]})
    await agenda.change_session(event, session, {"title": "New title"}, by="test")
    _, text = await pdf(client, event)

    assert (second.status_code, documents.hits) == (304, 1)
    assert "New title" in text


async def test_before_there_is_a_programme_and_of_a_draft_event_there_is_none(client: httpx.AsyncClient) -> None:
    empty, draft = await make_event(), await make_event(state=EventState.DRAFT)
    await make_session(draft)

    answers = [await client.get(f"/{event.slug}/programme.pdf") for event in (empty, draft)]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_900_sessions_are_one_document(client: httpx.AsyncClient) -> None:
    await import_schedule(big.schedule(date.today() + timedelta(days=20)), slug="big", create=True)

    body, text = await pdf(client, await Event.get(slug="big"))

    assert b"pdfuaid" in body
    assert text.count("Room ") > 900
    assert programme._last["big"][1] == body
