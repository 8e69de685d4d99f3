"""Sensitive answers: sealed, on two pages only, gone after the event. And My day: what is asked later, and one's own answers."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from eventsvc.audit.models import Entry
from eventsvc.core import sealed
from eventsvc.core.clock import now, travel
from eventsvc.core.db import fetch
from eventsvc.ticketing.forms.questions import QuestionForm
from eventsvc.ticketing.models import SensitiveAnswer, Ticket
from eventsvc.ticketing.rules import needs, questions, tickets
from eventsvc.worker import drain
from tests.make import make_event, make_question, make_ticket, make_ticket_type
from tests.people import signed_in, system

MARKER = "Zwieback-Unverträglichkeit"


async def test_what_is_sealed_opens_only_where_it_was_put() -> None:
    words = sealed.seal(MARKER, "answer:1:2")

    assert MARKER not in words
    assert sealed.unseal(words, "answer:1:2") == MARKER
    for ciphertext, place in ((words, "answer:1:3"), ("AAAA" + words[4:], "answer:1:2"), ("nonsense!", "answer:1:2"), ("", "answer:1:2")):
        with pytest.raises(sealed.Unreadable):
            sealed.unseal(ciphertext, place)


async def test_a_sensitive_answer_is_on_two_pages_and_nowhere_else(client: httpx.AsyncClient, outbox: Path) -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await make_question(event, "Dietary", sensitive=True)
    typed = {"do": "order", "email": "ada@example.org", "tickets-0-name": "Ada", "tickets-0-ticket_type": free.code}
    await client.post(f"/{event.slug}/tickets", data={**typed, "tickets-0-q_dietary": MARKER})
    await drain()

    ticket = await Ticket.get(event=event).select_related("order")
    base, my = f"/manage/{event.slug}", f"/{event.slug}/my/{ticket.secret}"
    pages = [
        "attendees",
        f"attendees/{ticket.code}",
        "attendees.csv",
        "orders.csv",
        "answers",
        f"orders/{ticket.order.code}",
        "history",
        "mail",
    ]
    async with await signed_in("olga", event) as olga, await system(event, "orders", "read") as api:
        theirs = [(await olga.get(f"{base}/{page}")).text for page in pages]
        own = [
            (await client.get(where)).text
            for where in (my, f"{my}/answers", f"/{event.slug}/orders/{ticket.order.code}/{ticket.order.secret}")
        ]
        sent = [
            (await api.get(f"/api/v1/events/{event.slug}/{what}")).text for what in ("tickets", f"orders/{ticket.order.code}", "questions")
        ]
        needed = (await olga.get(f"{base}/needs")).text
        named = (await olga.post(f"{base}/needs", data={"question": "dietary"})).text
    data = (await client.get(f"{my}/data.json")).json()
    letters = [file.read_text("utf-8", "replace") for file in outbox.rglob("*") if file.is_file()]
    kept = [json.dumps(await fetch(f"SELECT * FROM {table}"), default=str, ensure_ascii=False) for table in TABLES]
    assert [MARKER in text for text in (*theirs, *own, *sent, *letters, *kept)] == [False] * (len(pages) + 6 + len(letters) + len(TABLES))
    assert MARKER in needed
    assert '<td data-label="Name">Ada</td>' not in needed
    assert '<td data-label="Name">Ada</td>' in named
    assert data["sensitive_answers"] == [{"question": "Dietary", "answer": MARKER}]
    assert await Entry.filter(event_id=event.id, action="needs.read").count() == 1


TABLES = ["ticket", "sensitive_answer", "order_key", "entry", "letter", "webhook_delivery"]


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("tara", 200), ("dev", 403), ("victor", 403), ("stranger", 404)])
async def test_only_those_who_manage_orders_see_needs(client: httpx.AsyncClient, who: str, status: int) -> None:
    event = await make_event()

    async with await signed_in(who, event) as here:
        answers = [await here.get(f"/manage/{event.slug}/{page}") for page in ("needs", "answers")]

    assert [one.status_code for one in answers] == [status] * 2


async def test_needs_are_counted_for_those_who_come(client: httpx.AsyncClient) -> None:
    event = await make_event()
    question = await make_question(event, "Dietary", kind="many_of", choices=["Vegan", "Halal"], sensitive=True)
    people = [await make_ticket(event) for _ in range(3)]
    for ticket, said in zip(people, (["Vegan"], ["Vegan", "Halal"], ["Halal"]), strict=True):
        await needs.keep(ticket, [(question, said)])

    await tickets.cancel(await tickets.by_secret(event, people[2].secret), by="olga")

    (one,) = await needs.counted(event)
    assert (one.count, one.rows) == (2, [("Vegan", 2), ("Halal", 1)])
    assert await SensitiveAnswer.all().count() == 2


async def test_whether_it_is_sensitive_stays_once_answered(client: httpx.AsyncClient) -> None:
    event = await make_event()
    question = await make_question(event, "Dietary", sensitive=True)
    await needs.keep(await make_ticket(event), [(question, "x")])

    with pytest.raises(questions.Fixed) as refusal:
        await questions.save(event, question, QuestionForm(label="Dietary"), by="olga")

    assert refusal.value.field == "sensitive"


async def test_sensitive_answers_go_two_weeks_after_the_event(client: httpx.AsyncClient) -> None:
    event, later = await make_event(), await make_event(start=now().date() + timedelta(days=30))
    for one in (event, later):
        await needs.keep(await make_ticket(one), [(await make_question(one, "Dietary", sensitive=True), "x")])

    with travel(event.ends_at + timedelta(days=14, minutes=-1)):
        await needs.sweep()
        before = await SensitiveAnswer.all().count()
    with travel(event.ends_at + timedelta(days=14)):
        await needs.sweep()

    assert before == 2
    assert await SensitiveAnswer.filter(question__event_id=later.id).count() == await SensitiveAnswer.all().count() == 1


async def test_my_day_reminds_of_what_is_asked_later_and_takes_it(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_question(event, "Arrival", kind="date", asked="later", required=True)
    await make_question(event, "Access", sensitive=True, asked="later")
    ticket = await make_ticket(event, answers={"crm": "77"})
    my = f"/{event.slug}/my/{ticket.secret}"

    before = (await client.get(my)).text
    wrong = await client.post(f"{my}/answers", data={"q_arrival": "soon", "q_access": "Ramp"})
    right = await client.post(f"{my}/answers", data={"q_arrival": "2027-05-14", "q_access": "Ramp"})

    after = (await client.get(my)).text
    assert "1 question for you" in before
    assert (wrong.status_code, 'value="soon"' in wrong.text) == (422, True)
    assert right.headers["location"] == f"{my}?done=answers"
    assert "for you" not in after
    assert (await Ticket.get(id=ticket.id)).answers == {"crm": "77", "arrival": {"answer": "2027-05-14", "version": 1}}
    assert await needs.of(ticket) == {"access": "Ramp"}


async def test_a_sensitive_answer_stays_when_left_empty_and_goes_when_asked_to(client: httpx.AsyncClient) -> None:
    event = await make_event()
    question = await make_question(event, "Access", sensitive=True, required=True)
    optional = await make_question(event, "Dietary", sensitive=True)
    ticket = await make_ticket(event)
    await needs.keep(ticket, [(question, "Ramp"), (optional, "Vegan")])
    where = f"/{event.slug}/my/{ticket.secret}/answers"

    await client.post(where, data={"q_access": "", "q_dietary": ""})
    same = await needs.of(ticket)
    await client.post(where, data={"q_access": "Lift", "q_dietary": "", "drop": "dietary"})

    assert same == {"access": "Ramp", "dietary": "Vegan"}
    assert await needs.of(ticket) == {"access": "Lift"}


async def test_nothing_is_asked_where_there_is_nothing_to_answer(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ticket = await make_ticket(event)
    await make_question(other, "Role")

    answers = [await client.get(f"/{one.slug}/my/{ticket.secret}/answers") for one in (event, other)]

    assert [one.status_code for one in answers] == [404, 404]
    assert "Your answers" not in (await client.get(f"/{event.slug}/my/{ticket.secret}")).text
