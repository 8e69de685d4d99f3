"""One survey after the event: a link for everybody who came, answered once, added up without names."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.surveys import rules
from eventsvc.surveys.models import Reply, Survey
from eventsvc.ticketing.models import Ticket, TicketState
from tests.make import make_event, make_list, make_scan, make_session, make_ticket
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def open_survey(event: Event) -> Survey:
    survey = await rules.add_default_survey(event)
    await survey.change(opens_at=now() - timedelta(minutes=1), closes_at=now() + timedelta(days=1))
    await survey.fetch_related("questions")
    return survey


def path_of(event: Event, survey: Survey, ticket: Ticket) -> str:
    return rules.link(event, survey, ticket).removeprefix("http://testserver")


def names(survey: Survey) -> list[str]:
    return [f"q{question.id}" for question in survey.questions]


async def test_a_reply_is_taken_once(client: httpx.AsyncClient) -> None:
    event = await make_event()
    survey, ticket, session = await open_survey(event), await make_ticket(event), await make_session(event, title="Best one")
    address, (scale, best, change, _) = path_of(event, survey, ticket), names(survey)
    assert "Best one" in (await client.get(address)).text

    first = await client.post(address, data={scale: "9", best: session.code, change: "More tea"})
    second = await client.post(address, data={scale: "1"})

    reply = await Reply.get(survey=survey)
    assert (first.status_code, second.status_code) == (303, 200)
    assert "Thank you" in second.text
    assert sorted(map(str, reply.answers.values())) == sorted(["9", session.code, "More tea"])


async def test_a_reply_does_not_say_whose_it_is() -> None:
    event = await make_event()
    survey, ticket = await open_survey(event), await make_ticket(event)
    await rules.reply(survey, ticket, {names(survey)[0]: "9"})

    reply = await Reply.get(survey=survey)

    assert str(ticket.id) != reply.key
    assert ticket.code not in reply.key
    assert ticket.name not in await rules.replies_csv(survey)


async def test_what_is_missing_or_wrong_is_told_beside_its_question(client: httpx.AsyncClient) -> None:
    event = await make_event()
    survey, ticket = await open_survey(event), await make_ticket(event)
    scale, best, change, _ = names(survey)

    answer = await client.post(path_of(event, survey, ticket), data={scale: "11", best: "NOPE", change: "My long words stay"})

    assert answer.status_code == 422
    assert "Choose a number from 0 to 10." in answer.text
    assert "Choose one of the sessions." in answer.text
    assert "My long words stay" in answer.text
    assert await Reply.filter(survey=survey).count() == 0


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: "1.1.x", lambda token: "9" + token]
)
async def test_a_link_that_was_made_up_opens_nothing(client: httpx.AsyncClient, spoil: object) -> None:
    event = await make_event()
    survey, ticket = await open_survey(event), await make_ticket(event)
    base, _, token = path_of(event, survey, ticket).rpartition("/")
    assert (await client.get(f"{base}/{token}")).status_code == 200

    assert (await client.get(f"{base}/{spoil(token)}")).status_code == 404  # type: ignore[operator]


async def test_a_survey_that_is_not_open_yet_says_when(client: httpx.AsyncClient) -> None:
    event = await make_event()
    survey, ticket = await rules.add_default_survey(event), await make_ticket(event)

    answer = await client.get(path_of(event, survey, ticket))

    assert "This survey opens on" in answer.text


async def test_those_who_came_are_invited_once() -> None:
    event = await make_event()
    survey, came = await open_survey(event), await make_ticket(event, email="came@example.org")
    await make_ticket(event, email="stayed@example.org")
    await make_scan(await make_list(event), came)

    first, second = await rules.invite_due(), await rules.invite_due()

    assert (first, second) == (1, 0)
    assert [letter.to for letter in await Letter.filter(kind="surveys/invitation")] == ["came@example.org"]
    assert (await Survey.get(id=survey.id)).invited_at is not None


async def test_without_a_door_everybody_with_a_valid_ticket_is_invited() -> None:
    event = await make_event()
    await open_survey(event)
    await make_ticket(event, email="one@example.org")
    await make_ticket(event, state=TicketState.CANCELLED, email="gone@example.org")

    assert await rules.invite_due() == 1


async def test_results_add_up() -> None:
    event = await make_event()
    survey, session = await open_survey(event), await make_session(event, title="Favourite")
    scale, best, change, _ = names(survey)
    for mark in ("10", "9", "7", "3"):
        await rules.reply(survey, await make_ticket(event), {scale: mark, best: session.code, change: f"Because {mark}"})

    recommend, liked, changes, _ = await rules.results(survey)

    assert (recommend.count, recommend.average, recommend.score) == (4, 7.25, 25)
    assert dict(recommend.bars)["9"] == 1
    assert liked.bars == [("Favourite", 4)]
    assert changes.texts == ["Because 10", "Because 9", "Because 7", "Because 3"]


async def test_the_results_page_shows_bars_and_the_same_numbers_as_a_table() -> None:
    event = await make_event()
    survey = await open_survey(event)
    await rules.reply(survey, await make_ticket(event), {names(survey)[0]: "10", names(survey)[2]: "<b>Hostile</b>"})
    async with await signed_in("rita", event) as rita:
        page = await rita.get(f"/manage/{event.slug}/surveys/{survey.id}")
        csv = await rita.get(f"/manage/{event.slug}/surveys/{survey.id}/replies.csv")

    assert "<svg" in page.text
    assert "Show as a table" in page.text
    assert "<b>Hostile</b>" not in page.text
    assert csv.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("tara", 403), ("dev", 403), ("mallory", 404)])
async def test_who_may_see_answers(who: str, status: int) -> None:
    event = await make_event()
    survey = await open_survey(event)
    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/surveys/{survey.id}")).status_code == status


async def test_the_api_takes_a_reply_for_a_ticket_once() -> None:
    event, other = await make_event(), await make_event()
    survey, ticket, foreign = await open_survey(event), await make_ticket(event), await make_ticket(other)
    number = survey.questions[0].id  # type: ignore[index]
    address = f"/api/v1/events/{event.slug}/surveys/{survey.id}"
    async with await system(event, "surveys") as api:
        first = await api.post(f"{address}/replies", json={"ticket": ticket.code, "answers": {str(number): 8}})
        second = await api.post(f"{address}/replies", json={"ticket": ticket.code, "answers": {str(number): 8}})
        wrong = await api.post(f"{address}/replies", json={"ticket": foreign.code, "answers": {str(number): 8}})
        results = (await api.get(f"{address}/results")).json()

    assert (first.status_code, second.status_code, wrong.status_code) == (201, 409, 422)
    assert (results["replies"], results["results"][0]["average"]) == (1, 8.0)


async def test_an_organiser_moves_the_opening_and_a_wrong_order_is_told() -> None:
    event = await make_event()
    survey = await rules.add_default_survey(event)
    async with await signed_in("olga", event) as olga:
        address = f"/manage/{event.slug}/surveys/{survey.id}"
        moved = await olga.post(address, data={"do": "save", "title": "How was it?", "opens_at": "2027-05-14T18:30", "closes_at": ""})
        wrong = await olga.post(address, data={"do": "save", "title": "x", "opens_at": "2027-05-14T18:30", "closes_at": "2027-05-13T18:30"})

    after = await Survey.get(id=survey.id)
    assert (moved.status_code, wrong.status_code) == (303, 422)
    assert event.local(after.opens_at).strftime("%H:%M") == "18:30"
    assert "The survey closes before it opens" in wrong.text
