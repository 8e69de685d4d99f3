"""Answers that are files."""

from __future__ import annotations

import io
from datetime import timedelta

import httpx
import pytest
from PIL import Image

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.questions import QuestionForm
from eventsvc.ticketing.models import AnswerFile, AskedWhen, QuestionKind, Ticket
from eventsvc.ticketing.rules import answers, files, questions, tickets
from tests.make import make_event, make_ticket
from tests.people import signed_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (300, 200), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def asked(event: Event, **values: object) -> str:
    form = QuestionForm(label="Student card", kind=QuestionKind.FILE, **values)  # type: ignore[arg-type]
    return (await questions.save(event, None, form, by="Olga")).code


async def sent(client: httpx.AsyncClient, event: Event, ticket: Ticket, code: str, name: str, body: bytes) -> httpx.Response:
    return await client.post(f"/{event.slug}/my/{ticket.secret}/answers/{code}", files={"file": (name, body)})


async def test_a_file_is_asked_for_later_sent_in_my_day_and_taken_by_organisers_alone(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada")
    code = await asked(event, required=True)
    before = (await client.get(f"/{event.slug}/my/{ticket.secret}")).text

    answer = await sent(client, event, ticket, code, "../my card.pdf", PDF)

    async with await signed_in("tara", event) as tara, await signed_in("dev", event) as dev:
        page = (await tara.get(f"/manage/{event.slug}/attendees/{ticket.code}")).text
        got = await tara.get(f"/manage/{event.slug}/attendees/{ticket.code}/files/{code}")
        refused = await dev.get(f"/manage/{event.slug}/attendees/{ticket.code}/files/{code}")
    assert (await questions.question_of(event, code)).asked == AskedWhen.LATER
    assert "1 question for you" in before
    assert answer.status_code == 303
    assert "my card.pdf" in page
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    assert got.headers["content-disposition"].startswith("attachment;")
    assert refused.status_code == 403
    assert await answers.missing(await tickets.by_secret(event, ticket.secret), await questions.questions_of(event)) == []


async def test_a_picture_is_drawn_anew_and_the_other_answers_stay(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    line = (await questions.save(event, None, QuestionForm(label="Team"), by="Olga")).code
    code = await asked(event)
    await client.post(f"/{event.slug}/my/{ticket.secret}/answers", data={f"q_{line}": "Blue"})

    await sent(client, event, ticket, code, "a.png", picture())
    await client.post(f"/{event.slug}/my/{ticket.secret}/answers", data={f"q_{line}": "Green"})

    kept = await AnswerFile.get(ticket=ticket)
    await ticket.refresh_from_db()
    assert (kept.name, kept.media_type) == ("a.jpg", "image/jpeg")
    assert b"secret place" not in bytes(kept.body)
    assert answers.plain(ticket) == {line: "Green", code: "a.jpg"}


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("card.pdf", b"<html><script>alert(1)</script>", "not a PDF or a picture"),
        ("card.png", b"\x89PNG\r\n\x1a\nbroken", "not a PDF or a picture"),
        ("big.pdf", b"%PDF-" + b"x" * files.MOST + b"%%EOF", "larger than 5 MB"),
        ("", b"", "Choose a file first"),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused_beside_its_question(
    client: httpx.AsyncClient, name: str, body: bytes, says: str
) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    code = await asked(event)

    answer = await sent(client, event, ticket, code, name, body)

    assert answer.status_code == 422
    assert says in answer.text
    assert not await AnswerFile.exists()


async def test_a_file_goes_with_its_ticket_and_two_weeks_after_the_event(client: httpx.AsyncClient) -> None:
    event = await make_event()
    code = await asked(event)
    stays, goes = await make_ticket(event), await make_ticket(event)
    for one in (stays, goes):
        await sent(client, event, one, code, "a.pdf", PDF)

    await tickets.cancel(await tickets.by_secret(event, goes.secret), by="Olga")
    await files.sweep()
    left = await AnswerFile.filter(ticket__event=event).count()
    await event.change(start=now().date() - timedelta(days=16), end=now().date() - timedelta(days=16))
    await files.sweep()

    assert left == 1
    assert not await AnswerFile.exists()
