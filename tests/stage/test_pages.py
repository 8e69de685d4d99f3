"""The pages of the stage: what each shows, who gets in, and what a form does without a script."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.agenda.models import Session
from eventsvc.core.clock import now
from eventsvc.events.models import EventState
from eventsvc.stage.forms import QuestionForm
from eventsvc.stage.models import Question, QuestionState
from eventsvc.stage.rules import questions as rules
from eventsvc.stage.rules import run_late
from tests.make import make_event, make_room, make_session, make_speaker
from tests.people import browser, signed_in
from tests.queries import counted
from tests.stage.conftest import OnStage, on_stage

pytestmark = pytest.mark.usefixtures("rolled_back")
HOSTILE = "<script>alert(1)</script>"


async def asked(stage: OnStage, text: str = "Why is that?", holder: str = "device:a", shown: bool = False) -> Question:
    question = await rules.ask(stage.event, stage.session, holder, QuestionForm(text=text))
    if shown:
        await rules.moderate(stage.session, question.code, QuestionState.SHOWN, by="Chris")
    return question


@pytest.mark.parametrize("path", ["now", "screen", "rooms/{room}/screen", "rooms/{room}/timer"])
async def test_displays_show_what_is_on_and_that_it_runs_late(client: httpx.AsyncClient, stage: OnStage, path: str) -> None:
    await run_late(stage.event, stage.session, 10, "Olga")

    page = await client.get(f"/{stage.event.slug}/{path.format(room=stage.room.code)}")

    assert page.status_code == 200
    assert stage.session.title in page.text
    assert "About 10 minutes late" in page.text
    assert page.headers["etag"]


@pytest.mark.parametrize("path", ["rooms/{room}/screen", "rooms/{room}/timer", "screen", "rooms/{room}/questions"])
async def test_a_display_without_a_script_looks_again_by_itself(client: httpx.AsyncClient, stage: OnStage, path: str) -> None:
    page = await client.get(f"/{stage.event.slug}/{path.format(room=stage.room.code)}")

    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page.text


@pytest.mark.parametrize("path", ["now", "screen", "rooms/{room}/screen"])
async def test_before_the_first_day_a_display_says_when_it_begins(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()
    room = await make_room(event)
    await make_session(event, at="09:15", room=room)

    page = await client.get(f"/{event.slug}/{path.format(room=room.code)}")

    assert f"We begin on {event.start:%A}, {event.start.day} {event.start:%B} at 09:15" in page.text


async def test_after_the_last_session_a_screen_says_thank_you(client: httpx.AsyncClient) -> None:
    event = await make_event(start=now().date() - timedelta(days=1))
    room = await make_room(event)
    await make_session(event, room=room)

    page = await client.get(f"/{event.slug}/rooms/{room.code}/screen")

    assert "That was all. Thank you for coming" in page.text


@pytest.mark.parametrize(
    "path", ["now", "screen", "rooms/{room}/screen", "rooms/{room}/timer", "rooms/{room}/questions", "sessions/{session}/questions"]
)
async def test_nobody_sees_the_stage_of_a_draft_or_of_another_event(client: httpx.AsyncClient, stage: OnStage, path: str) -> None:
    draft, other = await on_stage(state=EventState.DRAFT), await make_event()

    hidden = await client.get(f"/{draft.event.slug}/" + path.format(room=draft.room.code, session=draft.session.code))
    foreign = await client.get(f"/{other.slug}/" + path.format(room=stage.room.code, session=stage.session.code))

    assert hidden.status_code == 404
    assert foreign.status_code == (200 if path in ("now", "screen") else 404)
    assert stage.session.title not in foreign.text


async def test_a_question_is_asked_voted_for_and_taken_back_without_a_script(stage: OnStage) -> None:
    async with browser() as ada, browser() as ben:
        sent = await ada.post(stage.asking, data={"do": "ask", "text": "How much?", "name": "Ada"})
        mine = await ada.get(stage.asking)
        question = await Question.get(session=stage.session)
        hidden = await ben.get(stage.asking)
        await rules.moderate(stage.session, question.code, QuestionState.SHOWN, by="Chris")
        voted = await ben.post(stage.asking, data={"do": "vote", "question": question.code})
        shown = await ben.get(stage.asking)

        assert (sent.status_code, voted.status_code) == (303, 303)
        assert "Waiting for the chair" in mine.text
        assert "How much?" not in hidden.text
        assert 'data-voted="yes"' in shown.text
        assert (await Question.get(id=question.id)).votes == 1
        assert (await ben.post(stage.asking, data={"do": "withdraw", "question": question.code})).status_code == 404


async def test_a_question_that_is_too_long_or_empty_stays_and_is_told_why(client: httpx.AsyncClient, stage: OnStage) -> None:
    long = await client.post(stage.asking, data={"do": "ask", "text": "x" * 281, "name": "Ada"})
    empty = await client.post(stage.asking, data={"do": "ask", "text": " ", "name": "Ada"})

    assert (long.status_code, empty.status_code) == (422, 422)
    assert "Use at most 280 characters." in long.text
    assert "x" * 281 in long.text
    assert 'value="Ada"' in empty.text
    assert await Question.filter(session=stage.session).count() == 0


async def test_only_who_keeps_something_gets_a_cookie(client: httpx.AsyncClient, stage: OnStage) -> None:
    looked = await client.get(stage.asking)
    sent = await client.post(stage.asking, data={"do": "ask", "text": "Why?"})

    assert "set-cookie" not in looked.headers
    assert "HttpOnly" in sent.headers["set-cookie"]


async def test_strangers_words_are_text_everywhere(client: httpx.AsyncClient, stage: OnStage) -> None:
    await asked(stage, HOSTILE, shown=True)
    async with await signed_in("olga", stage.event) as olga:
        pages = [
            await client.get(stage.asking),
            await client.get(f"/{stage.event.slug}/rooms/{stage.room.code}/questions"),
            await client.get(f"/{stage.event.slug}/speaker/{stage.chair.secret}/sessions/{stage.session.code}/questions"),
            await olga.get(f"/manage/{stage.event.slug}/stage/{stage.session.code}"),
        ]

    assert all("&lt;script&gt;" in page.text for page in pages)
    assert all(HOSTILE not in page.text for page in pages)


async def test_the_wall_shows_what_was_let_through_and_nothing_else(client: httpx.AsyncClient, stage: OnStage) -> None:
    await asked(stage, "Shown one?", shown=True)
    await asked(stage, "Waiting one?")

    wall = await client.get(f"/{stage.event.slug}/rooms/{stage.room.code}/questions")

    assert "Shown one?" in wall.text
    assert "Waiting one?" not in wall.text


async def test_chair_and_speaker_moderate_by_their_link_and_no_other_speaker(client: httpx.AsyncClient, stage: OnStage) -> None:
    question, stranger = await asked(stage), await make_speaker(stage.event)
    path = f"/{stage.event.slug}/speaker/{{}}/sessions/{stage.session.code}/questions"

    seen = [
        (await client.get(path.format(secret))).status_code for secret in (stage.chair.secret, stage.speaker.secret, stranger.secret, "x")
    ]
    shown = await client.post(path.format(stage.chair.secret), data={"do": "state", "question": question.code, "state": "shown"})
    wrong = await client.post(path.format(stranger.secret), data={"do": "state", "question": question.code, "state": "hidden"})

    assert seen == [200, 200, 404, 404]
    assert (shown.status_code, wrong.status_code) == (303, 404)
    assert (await Question.get(id=question.id)).state == QuestionState.SHOWN


async def test_a_chair_says_late_and_counts_heads_by_their_link(client: httpx.AsyncClient, stage: OnStage) -> None:
    path = f"/{stage.event.slug}/speaker/{stage.chair.secret}/stage"
    data = {"session": stage.session.code}
    before = await client.get(path)

    late = await client.post(path, data={**data, "do": "late", "minutes": "15"})
    heads = await client.post(path, data={**data, "do": "heads", "headcount": "42"})
    wrong = await client.post(path, data={**data, "do": "late", "minutes": "500"})

    after = await Session.get(id=stage.session.id)
    assert stage.session.title in before.text
    assert (late.status_code, heads.status_code, wrong.status_code) == (303, 303, 422)
    assert (after.late_minutes, after.headcount) == (15, 42)


async def test_a_speaker_acts_on_no_session_of_others(client: httpx.AsyncClient, stage: OnStage) -> None:
    stranger = await make_speaker(stage.event)

    answer = await client.post(
        f"/{stage.event.slug}/speaker/{stranger.secret}/stage", data={"session": stage.session.code, "do": "late", "minutes": "15"}
    )

    assert answer.status_code == 404
    assert (await Session.get(id=stage.session.id)).late_minutes == 0


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("tara", 403), ("dev", 403), ("victor", 403), ("mallory", 404)])
async def test_who_runs_the_stage(stage: OnStage, who: str, status: int) -> None:
    async with await signed_in(who, stage.event) as person:
        overview = await person.get(f"/manage/{stage.event.slug}/stage")
        one = await person.get(f"/manage/{stage.event.slug}/stage/{stage.session.code}")

    assert (overview.status_code, one.status_code) == (status, status)


async def test_an_organiser_of_one_event_runs_no_other_stage(stage: OnStage) -> None:
    other = await on_stage()
    async with await signed_in("olga", stage.event) as olga:
        elsewhere = await olga.get(f"/manage/{other.event.slug}/stage")
        foreign = await olga.get(f"/manage/{stage.event.slug}/stage/{other.session.code}")
        posted = await olga.post(f"/manage/{stage.event.slug}/stage", data={"session": other.session.code, "do": "late", "minutes": "5"})

    assert (elsewhere.status_code, foreign.status_code, posted.status_code) == (404, 404, 404)


async def test_the_organiser_s_stage_says_late_and_shows_what_waits(stage: OnStage) -> None:
    await asked(stage)
    async with await signed_in("olga", stage.event) as olga:
        done = await olga.post(f"/manage/{stage.event.slug}/stage", data={"session": stage.session.code, "do": "late", "minutes": "5"})
        page = await olga.get(f"/manage/{stage.event.slug}/stage")

    assert done.status_code == 303
    assert "About 5 minutes late" in page.text
    assert "(1 waiting)" in page.text


@pytest.mark.parametrize("path", ["now", "screen", "rooms/{room}/screen"])
async def test_a_display_asks_as_often_for_three_sessions_as_for_one(client: httpx.AsyncClient, path: str) -> None:
    async def cost(stage: OnStage) -> int:
        with counted() as count:
            assert (await client.get(f"/{stage.event.slug}/{path.format(room=stage.room.code)}")).status_code == 200
        return int(count)

    one, three = await on_stage(), await on_stage()
    for hour in (1, 2):
        await make_session(
            three.event, at=f"0{hour}:00", room=await make_room(three.event), speakers=[three.speaker], chair_id=three.chair.id
        )

    assert await cost(three) == await cost(one)
