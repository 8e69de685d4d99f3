"""Ratings of sessions: one of each person, without a name, from the start until two weeks after the event."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.agenda.models import SessionState
from eventsvc.core import device
from eventsvc.core.clock import now, travel
from eventsvc.surveys.models import Feedback
from eventsvc.surveys.rules import feedback
from tests.make import make_event, make_session, make_speaker
from tests.people import browser, signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")
BEGUN = {"start": now() - timedelta(minutes=5), "end": now() + timedelta(minutes=90)}
OVER = {"start": now() - timedelta(minutes=50), "end": now() - timedelta(minutes=20)}


async def test_one_person_rates_once_and_may_change_their_mind(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event, **BEGUN)
    address = f"/{event.slug}/sessions/{session.code}/feedback"
    assert "How was it?" in (await client.get(f"/{event.slug}/sessions/{session.code}")).text

    first = await client.post(address, data={"stars": "2", "comment": "Hm"})
    second = await client.post(address, data={"stars": "5", "comment": "Better than I thought"})
    async with browser() as another:
        await another.post(address, data={"stars": "4"})

    kept = await Feedback.filter(session=session).order_by("stars")
    assert (first.status_code, second.status_code) == (303, 303)
    assert [(row.stars, row.comment) for row in kept] == [(4, ""), (5, "Better than I thought")]
    assert "Better than I thought" in (await client.get(address)).text


async def test_a_rating_does_not_say_whose_it_is() -> None:
    event = await make_event()
    session = await make_session(event, **BEGUN)

    await feedback.give(event, session, device.ticket(4711), 5, "")

    assert "4711" not in (await Feedback.get(session=session)).key


@pytest.mark.parametrize(
    ("data", "said"),
    [({}, "Choose one to five stars."), ({"stars": "6"}, "Choose one to five"), ({"stars": "5", "comment": "x" * 1001}, "at most 1000")],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(client: httpx.AsyncClient, data: dict[str, str], said: str) -> None:
    event = await make_event()
    session = await make_session(event, **BEGUN)

    answer = await client.post(f"/{event.slug}/sessions/{session.code}/feedback", data={"comment": "Kept", **data})

    assert (answer.status_code, said in answer.text) == (422, True)
    assert await Feedback.filter(session=session).count() == 0


async def test_it_opens_with_the_session_and_closes_two_weeks_after_the_event() -> None:
    event = await make_event()
    session = await make_session(event)
    assert session.start is not None

    moments = [session.start - timedelta(seconds=1), session.start, event.ends_at + timedelta(days=13), event.ends_at + timedelta(days=14)]

    assert [feedback.is_open(event, session, moment) for moment in moments] == [False, True, True, False]


@pytest.mark.parametrize("values", [{"kind": "break"}, {"state": SessionState.CANCELLED}, {"start": None, "end": None}])
async def test_some_things_are_not_rated(client: httpx.AsyncClient, values: dict[str, object]) -> None:
    event = await make_event()
    session = await make_session(event, **{**BEGUN, **values})

    answer = await client.post(f"/{event.slug}/sessions/{session.code}/feedback", data={"stars": "5"})

    assert answer.status_code == 409
    assert await Feedback.filter(session=session).count() == 0


async def test_a_draft_and_another_events_session_are_not_found(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    draft, theirs = await make_session(event, state=SessionState.DRAFT), await make_session(other, **BEGUN)

    answers = [await client.get(f"/{event.slug}/sessions/{one.code}/feedback") for one in (draft, theirs)]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_speaker_reads_words_after_the_session_and_stars_from_three_on(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, speakers=[speaker], **OVER)
    address = f"/{event.slug}/speaker/{speaker.secret}/sessions/{session.code}"
    for number in range(2):
        await feedback.give(event, session, f"device:{number}", 5, "A fine talk")
    two = (await client.get(address)).text

    await feedback.give(event, session, "device:3", 2, "")
    three = (await client.get(address)).text

    assert ("A fine talk" in two, "4.0" in two, "4.0" in three) == (True, False, True)


async def test_a_speaker_reads_nothing_before_the_session_is_over(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, speakers=[speaker], **BEGUN)
    await feedback.give(event, session, "device:1", 5, "A fine talk")
    address = f"/{event.slug}/speaker/{speaker.secret}/sessions/{session.code}"

    during = (await client.get(address)).text
    with travel(now() + timedelta(hours=2)):
        after = (await client.get(address)).text

    assert ("A fine talk" in during, "A fine talk" in after) == (False, True)


async def test_organisers_see_all_and_take_it_as_csv() -> None:
    event = await make_event()
    session = await make_session(event, title="A talk", **OVER)
    await feedback.give(event, session, "device:1", 4, "=1+1")
    async with await signed_in("rita", event) as rita:
        page = (await rita.get(f"/manage/{event.slug}/feedback")).text
        csv = (await rita.get(f"/manage/{event.slug}/feedback.csv")).text

    assert ("A talk" in page, "4.0" in page, "=1+1" in page) == (True, True, True)
    assert csv.splitlines()[1] == f"{session.code},A talk,4,'=1+1"


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("dev", 403), ("mallory", 404)])
async def test_who_sees_ratings(who: str, status: int) -> None:
    event = await make_event()
    async with await signed_in(who, event) as here:
        answers = [await here.get(f"/manage/{event.slug}/{path}") for path in ("feedback", "feedback.csv")]

    assert [answer.status_code for answer in answers] == [status, status]


async def test_the_page_asks_as_often_for_three_sessions_as_for_one() -> None:
    event = await make_event()

    async def another() -> None:
        await feedback.give(event, await make_session(event, speakers=[await make_speaker(event)], **OVER), "device:1", 4, "Words")

    await another()
    async with await signed_in("rita", event) as rita:
        with counted() as one:
            await rita.get(f"/manage/{event.slug}/feedback")
        await another()
        await another()
        with counted() as three:
            await rita.get(f"/manage/{event.slug}/feedback")

    assert int(three) == int(one)
