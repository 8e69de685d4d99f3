"""Questions at registration: which are asked, what is an answer, what becomes of old answers, and the organiser's pages for them."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.forms.questions import QuestionForm, judge
from eventsvc.ticketing.models import Ticket, TicketQuestion
from eventsvc.ticketing.rules import answers, placing, questions
from tests.make import make_event, make_question, make_ticket, make_ticket_type
from tests.people import signed_in, system


def _typed(ticket_type: str, **answers: Any) -> dict[str, Any]:
    said = {f"tickets-0-q_{code}": value for code, value in answers.items()}
    return {"do": "order", "email": "ada@example.org", "tickets-0-name": "Ada", "tickets-0-ticket_type": ticket_type, **said}


async def _saved(event: Event, known: TicketQuestion | None = None, **values: Any) -> TicketQuestion:
    return await questions.save(event, known, QuestionForm.model_validate(values), by="olga")


@pytest.mark.parametrize(
    ("sort", "given", "kept"),
    [
        ("line", " a  b ", "a b"),
        ("number", "3,5", 3.5),
        ("date", "2027-05-14", "2027-05-14"),
        ("yes_no", "false", False),
        ("one_of", "tea", "tea"),
        ("many_of", ["tea", "coffee"], ["coffee", "tea"]),
        ("country", "gb", "GB"),
        ("consent", "on", True),
    ],
)
async def test_each_kind_keeps_a_clean_answer(sort: str, given: Any, kept: Any) -> None:
    question = TicketQuestion(code="it", label="It", kind=sort, choices=["coffee", "tea"])

    answers, wrong = judge([question], "any", {"it": given})

    assert answers == {"it": kept}
    assert wrong == []


@pytest.mark.parametrize(
    ("sort", "given", "said"),
    [
        ("line", "x" * 301, "Use at most 300 characters; it has 301."),
        ("number", "many", "Enter a number."),
        ("number", "nan", "Enter a smaller number."),
        ("date", "14 May", "Enter a date, such as 2027-05-14."),
        ("one_of", "milk", "Choose one of the answers."),
        ("many_of", ["tea", "milk"], "Choose among the answers."),
        ("country", "XX", "Choose a country."),
        ("consent", "", "“It” needs an answer."),
    ],
)
async def test_what_is_no_answer_is_said(sort: str, given: Any, said: str) -> None:
    question = TicketQuestion(code="it", label="It", kind=sort, choices=["coffee", "tea"], required=True)

    answers, wrong = judge([question], "any", {"it": given})

    assert answers == {}
    assert wrong == [("it", said)]


@pytest.mark.parametrize(
    ("joined", "dinner", "days", "asked"),
    [("all", "true", ["two"], True), ("all", "true", [], False), ("any", "false", ["two"], True), ("any", "false", ["one"], False)],
)
async def test_a_condition_is_and_or_or(joined: str, dinner: str, days: list[str], asked: bool) -> None:
    rows = [{"question": "dinner", "is": "yes"}, {"question": "days", "is": "two"}]
    form = [
        TicketQuestion(code="dinner", label="Dinner", kind="yes_no"),
        TicketQuestion(code="days", label="Days", kind="many_of", choices=["one", "two"]),
        TicketQuestion(code="dish", label="Dish", kind="line", required=True, shown_if={joined: rows}),
    ]

    _, wrong = judge(form, "any", {"dinner": dinner, "days": days})

    assert bool(wrong) == asked


async def test_registration_keeps_answers_with_their_version_and_drops_what_was_not_asked(client: httpx.AsyncClient) -> None:
    event = await make_event()
    mine, other = await make_ticket_type(event), await make_ticket_type(event)
    await make_question(event, "Heard", version=3)
    await make_question(event, "Only others", ticket_types=[other.code], required=True)
    await make_question(event, "Later", asked="later", required=True)

    await client.post(f"/{event.slug}/tickets", data=_typed(mine.code, heard="A friend", only_others="x", made_up="y"))

    assert (await Ticket.get(event=event)).answers == {"heard": {"answer": "A friend", "version": 3}}


async def test_what_is_wrong_is_beside_its_field_and_what_was_typed_stays(client: httpx.AsyncClient) -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await make_question(event, "Guests", kind="number")
    await make_question(event, "Role", required=True)
    await make_question(event, "Days", kind="many_of", choices=["Monday", "Tuesday"])

    answer = await client.post(f"/{event.slug}/tickets", data=_typed(free.code, guests="several", days=["Monday", "Tuesday"]))

    assert answer.status_code == 422
    assert 'id="tickets-0-q_guests-e"' in answer.text
    assert "“Role” needs an answer." in answer.text
    assert 'value="several"' in answer.text
    assert answer.text.count("checked><span>Monday") + answer.text.count("checked><span>Tuesday") == 2
    assert not await Ticket.exists(event=event)


async def test_each_person_of_an_order_has_answers_of_their_own(client: httpx.AsyncClient) -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await make_question(event, "Role")
    second = {"tickets-1-name": "Bo", "tickets-1-ticket_type": free.code, "tickets-1-q_role": "Nurse"}

    await client.post(f"/{event.slug}/tickets", data={**_typed(free.code, role="Chemist"), **second})

    kept = {one.name: one.answers["role"]["answer"] for one in await Ticket.filter(event=event)}
    assert kept == {"Ada": "Chemist", "Bo": "Nurse"}


async def test_systems_are_judged_where_they_answer_and_may_keep_codes_of_their_own(client: httpx.AsyncClient) -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await make_question(event, "Role", required=True)
    await make_question(event, "Guests", kind="number")
    ticket = {"ticket_type": free.code, "name": "Ada"}

    async with await system(event, "orders") as api:
        where = f"/api/v1/events/{event.slug}/orders"
        wrong = await api.post(where, json={"email": "a@example.org", "tickets": [{**ticket, "answers": {"guests": "several"}}]})
        strange = await api.post(where, json={"email": "a@example.org", "tickets": [{**ticket, "answers": {"x": {"deep": 1}}}]})
        right = await api.post(where, json={"email": "a@example.org", "tickets": [{**ticket, "answers": {"guests": 2, "crm": "77"}}]})

    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "tickets.0.answers.guests")
    assert strange.status_code == 422
    assert right.status_code == 201
    assert (await Ticket.get(event=event)).answers == {"crm": "77", "guests": {"answer": 2, "version": 1}}


async def test_the_api_says_what_is_asked(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_question(event, "Dinner", kind="yes_no")
    await make_question(event, "Dish", shown_if={"all": [{"question": "dinner", "is": "yes"}]})
    await make_question(event, "Gone", retired_at=event.created_at)

    items = (await client.get(f"/api/v1/events/{event.slug}/questions")).json()["items"]

    assert [one["code"] for one in items] == ["dinner", "dish"]
    assert items[1]["shown_if"] == {"all": [{"question": "dinner", "is": "yes"}]}


async def test_another_wording_is_another_version_and_old_answers_keep_theirs(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket_type(event, code="standard")
    question = await _saved(event, label="Tea?", kind="one_of", choices="green\nblack")
    wanted = {"email": "a@example.org", "tickets": [{"ticket_type": "standard", "name": "Ada", "answers": {"tea": "green"}}]}
    await placing.place_order(event, OrderForm.model_validate(wanted), letter=False)
    hinted = await _saved(event, question, label="Tea?", kind="one_of", choices="green\nblack", hint="Any")

    renamed = await _saved(event, question, label="Coffee?", kind="one_of", choices="green\nblack")

    ticket = await Ticket.get(event=event)
    async with await signed_in("olga", event) as olga:
        page = (await olga.get(f"/manage/{event.slug}/attendees/{ticket.code}")).text
        counts = (await olga.get(f"/manage/{event.slug}/answers")).text
        table = list(csv.reader(io.StringIO((await olga.get(f"/manage/{event.slug}/attendees.csv")).text)))
    assert (hinted.version, renamed.version) == (1, 2)
    assert "Tea?" in page
    assert "earlier wording" in page
    assert "Coffee?" in counts
    assert "under an earlier wording" in counts
    assert (table[0][-2:], table[1][-2:]) == (["tea", "tea (version 1)"], ["", "green"])


async def test_answers_are_counted_for_those_who_come(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_question(event, "Days", kind="many_of", choices=["Monday", "Tuesday"])
    await make_question(event, "Photos", kind="consent")
    for state, days in (("valid", ["Monday"]), ("unpaid", ["Monday", "Tuesday"]), ("cancelled", ["Tuesday"])):
        await make_ticket(event, state=state, answers={"days": {"answer": days, "version": 1}, "photos": {"answer": True, "version": 1}})
    await make_ticket(event)

    days, photos = await answers.counts(event)

    assert (days.count, days.bars) == (2, [("Monday", 2), ("Tuesday", 1)])
    assert (photos.count, photos.bars) == (2, [("Agreed", 2), ("Not ticked", 1)])


async def test_a_question_depends_only_on_what_comes_before_it(client: httpx.AsyncClient) -> None:
    event = await make_event()
    dinner = await _saved(event, label="Dinner", kind="yes_no")
    dish = await _saved(event, label="Dish", conditions=["dinner=yes"])
    secret = await _saved(event, label="Allergic", kind="yes_no", sensitive=True)

    refused = []
    for attempt in (
        _saved(event, dinner, label="Dinner", kind="line"),
        _saved(event, dinner, label="Dinner", kind="yes_no", asked="later"),
        _saved(event, dinner, label="Dinner", kind="yes_no", conditions=["allergic=yes"]),
        _saved(event, label="To what", conditions=["allergic=yes"]),
        _saved(event, label="Which", conditions=["dinner=perhaps"]),
        questions.retire(event, dinner, by="olga"),
        questions.move(event, dish, -1, by="olga"),
    ):
        with pytest.raises(questions.BadQuestion) as refusal:
            await attempt
        refused.append(refusal.value.status)

    assert refused == [422] * 7
    assert (await TicketQuestion.get(id=dinner.id)).kind == "yes_no"
    assert (await _saved(event, label="To what", sensitive=True, conditions=["allergic=yes"])).shown_if == {
        "all": [{"question": secret.code, "is": "yes"}]
    }


async def test_organisers_add_order_and_retire_questions(client: httpx.AsyncClient) -> None:
    event = await make_event()
    where = f"/manage/{event.slug}/questions"

    async with await signed_in("olga", event) as olga:
        few = await olga.post(f"{where}/new", data={"label": "Which?", "kind": "one_of", "choices": "one"})
        for label in ("First", "Second", "Third"):
            await olga.post(f"{where}/new", data={"label": label, "kind": "line", "asked": "now", "joined": "all"})
        await olga.post(where, data={"do": "up", "question": "third"})
        await olga.post(where, data={"do": "retire", "question": "first"})
        page = await olga.get(where)

    assert few.status_code == 422
    assert "Write between two and sixty answers" in few.text
    assert [one.label for one in await questions.questions_of(event)] == ["Third", "Second"]
    assert page.status_code == 200


async def test_an_answered_question_is_retired_and_can_be_asked_again(client: httpx.AsyncClient) -> None:
    event = await make_event()
    question = await make_question(event, "Role")
    await make_ticket(event, answers={"role": {"answer": "Nurse", "version": 1}})

    await questions.retire(event, question, by="olga")
    gone = await questions.questions_of(event)
    await questions.restore(event, question, by="olga")

    assert gone == []
    assert [one.code for one in await questions.questions_of(event)] == ["role"]


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("tara", 403), ("dev", 403), ("stranger", 404)])
async def test_only_those_who_run_the_event_change_its_questions(client: httpx.AsyncClient, who: str, status: int) -> None:
    event = await make_event()

    async with await signed_in(who, event) as here:
        answer = await here.get(f"/manage/{event.slug}/questions")

    assert answer.status_code == status


async def test_questions_of_another_event_are_not_found(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    await make_question(other, "Role")

    async with await signed_in("olga", event) as olga:
        seen = await olga.get(f"/manage/{event.slug}/questions/role")
        retired = await olga.post(f"/manage/{event.slug}/questions", data={"do": "retire", "question": "role"})

    assert (seen.status_code, retired.status_code) == (404, 404)
    assert len(await questions.questions_of(other)) == 1
