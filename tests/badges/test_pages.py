"""An attendee's own badge; the organiser's printing page."""

from __future__ import annotations

import httpx
import pytest

from eventsvc.badges.models import Batch, BatchState
from eventsvc.events.models import EventState
from eventsvc.ticketing.models import TicketState
from eventsvc.worker import drain
from tests.badges.paper import sizes, words
from tests.make import make_event, make_ticket, make_ticket_type
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")
OWN = ("badge.pdf", "badge.png", "qr.svg", "ticket.pdf")


async def test_an_attendee_prints_their_own(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace")

    answers = [await client.get(f"/{event.slug}/my/{ticket.secret}/{name}") for name in OWN]

    kinds = ["application/pdf", "image/png", "image/svg+xml", "application/pdf"]
    assert [(answer.status_code, answer.headers["content-type"]) for answer in answers] == [(200, kind) for kind in kinds]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert "Ada Lovelace" in words(answers[0].content)[0]
    assert f'filename="{event.slug}-ticket.pdf"' in answers[3].headers["content-disposition"]


async def test_nobody_prints_anothers(client: httpx.AsyncClient) -> None:
    event, other, draft = await make_event(), await make_event(), await make_event(state=EventState.DRAFT)
    ticket, gone, early = await make_ticket(event), await make_ticket(event, state=TicketState.CANCELLED), await make_ticket(draft)
    assert (await client.get(f"/{event.slug}/my/{ticket.secret}/qr.svg")).status_code == 200

    paths = [f"{other.slug}/my/{ticket.secret}", f"{event.slug}/my/{ticket.code}", f"{event.slug}/my/{gone.secret}"]
    paths.append(f"{draft.slug}/my/{early.secret}")
    answers = [await client.get(f"/{path}/{name}") for path in paths for name in OWN]

    assert {answer.status_code for answer in answers} == {404}


async def test_a_public_code_opens_no_secret_and_no_secret_is_printed(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event)

    printed = [(await client.get(f"/{event.slug}/my/{ticket.secret}/{name}")).content for name in OWN]

    assert ticket.code in words(printed[3])[0].replace(" ", "")
    assert not any(ticket.secret.encode() in body for body in printed)
    assert not any(ticket.secret in page for body in (printed[0], printed[3]) for page in words(body))


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("dev", 403), ("victor", 403), ("mallory", 404)])
async def test_who_may_print(who: str, status: int) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    batch = await Batch.create(event=event, code="x" * 20, design="a6", state=BatchState.DONE, pdf=b"%PDF")
    base = f"/manage/{event.slug}/badges"
    paths = [base, f"{base}/{ticket.code}.pdf", f"{base}/{ticket.code}.png", f"{base}/sheet.png", f"{base}/batches/{batch.code}.pdf"]

    async with await signed_in(who, event) as browser:
        answers = [await browser.get(path) for path in paths]
        made = await browser.post(base, data={"design": "a6"})

    assert [answer.status_code for answer in answers] == [status] * 5
    assert made.status_code == (303 if status == 200 else status)


async def test_badges_are_reached_only_through_their_own_event() -> None:
    event, other = await make_event(), await make_event()
    foreign = await make_ticket(other)
    batch = await Batch.create(event=other, code="x" * 20, design="a6", state=BatchState.DONE, pdf=b"%PDF")
    base = f"/manage/{event.slug}/badges"

    async with await signed_in("olga", event) as olga:
        answers = [await olga.get(f"{base}/{path}") for path in (f"{foreign.code}.pdf", f"{foreign.code}.png", f"batches/{batch.code}.pdf")]

    assert {answer.status_code for answer in answers} == {404}


async def test_an_organiser_makes_a_pdf_of_one_type_and_opens_it() -> None:
    event = await make_event()
    speaker = await make_ticket_type(event, name="Speaker", places=None)
    await make_ticket(event, ticket_type=speaker, name="Ada Lovelace")
    await make_ticket(event, name="Ben Visitor")
    base = f"/manage/{event.slug}/badges"

    async with await signed_in("olga", event) as olga:
        before = await olga.get(base)
        made = await olga.post(base, data={"design": "label-86x54", "types": speaker.code})
        waiting = await olga.get(made.headers["location"])
        await drain()
        ready = await olga.get(base)
        batch = await Batch.get(event=event)
        pdf = await olga.get(f"{base}/batches/{batch.code}.pdf")

    assert "everybody's, 2 badges" in before.text
    assert made.headers["location"] == f"{base}?design=label-86x54&done=ordered"
    assert "Being made" in waiting.text
    assert "Look again" in waiting.text
    assert 'data-behaviour="refresh"' in waiting.text
    assert f"{base}/batches/{batch.code}.pdf" in ready.text
    assert 'data-behaviour="refresh"' not in ready.text
    assert sizes(pdf.content) == [(86.0, 54.0)]
    assert "Ada Lovelace" in words(pdf.content)[0]


async def test_a_design_that_is_not_there_is_refused_beside_the_sizes() -> None:
    event = await make_event()
    ticket = await make_ticket(event)

    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/badges", data={"design": "poster", "types": "standard"})
        looked = await olga.get(f"/manage/{event.slug}/badges?design=poster")
        drawn = await olga.get(f"/manage/{event.slug}/badges/{ticket.code}.png?design=poster")

    assert answer.status_code == 422
    assert "There is no design “poster”. Choose from: a6, a6-4up, label-86x54," in answer.text
    assert 'value="standard" checked' in answer.text
    assert looked.status_code == 200
    assert drawn.status_code == 422
    assert await Batch.all().count() == 0


@pytest.mark.parametrize(("design", "pictures"), [("a6", 4), ("a6-4up", 1), ("label-86x54", 4)])
async def test_the_preview_shows_the_longest_names_in_the_chosen_size(design: str, pictures: int) -> None:
    event = await make_event()
    for length in (3, 30, 8, 40, 50):
        await make_ticket(event, name="N" * length)

    async with await signed_in("olga", event) as olga:
        shown = await olga.get(f"/manage/{event.slug}/badges?design={design}")
        sheet = await olga.get(f"/manage/{event.slug}/badges/sheet.png")

    assert shown.text.count('class="proof"') == pictures
    assert "N" * 50 in shown.text
    assert f'value="{design}" checked' in shown.text
    assert sheet.headers["content-type"] == "image/png"


async def test_an_event_without_tickets_says_what_to_do() -> None:
    event = await make_event()
    await make_ticket(event, state=TicketState.CANCELLED)

    async with await signed_in("olga", event) as olga:
        answer = await olga.get(f"/manage/{event.slug}/badges")
        sheet = await olga.get(f"/manage/{event.slug}/badges/sheet.png")

    assert "No badges yet" in answer.text
    assert sheet.status_code == 409


async def test_the_page_asks_as_often_for_three_as_for_one() -> None:
    event = await make_event()
    asked = []
    async with await signed_in("olga", event) as olga:
        for _ in range(2):
            await make_ticket(event, ticket_type=await make_ticket_type(event, places=None))
            await Batch.create(event=event, code=f"batch-{len(asked)}", design="a6")
            with counted() as count:
                answer = await olga.get(f"/manage/{event.slug}/badges")
            asked.append((answer.status_code, int(count)))
            await make_ticket(event, ticket_type=await make_ticket_type(event, places=None))
            await Batch.create(event=event, code=f"more-{len(asked)}", design="a6")

    assert asked[0] == asked[1]


async def test_a_pdf_in_a_design_of_any_name_can_be_opened() -> None:
    event = await make_event()
    batch = await Batch.create(event=event, code="0123456789", design='Gäste “Gold” – "A6"', state=BatchState.DONE, pdf=b"%PDF-", count=1)
    async with await signed_in("olga", event) as olga:
        answer = await olga.get(f"/manage/{event.slug}/badges/batches/{batch.code}.pdf")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'inline; filename="{event.slug}-badges-0123456789.pdf"'
