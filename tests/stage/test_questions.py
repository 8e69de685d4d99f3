"""Questions: asked, voted for, moderated, taken back, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventsvc.audit.models import Entry
from eventsvc.core.clock import now, travel
from eventsvc.core.errors import NotFound, TooMany
from eventsvc.stage.forms import QuestionForm
from eventsvc.stage.models import QUESTION_MOVES, Question, QuestionState, Vote
from eventsvc.stage.rules import questions as rules
from tests.make import make_event, make_session
from tests.queries import counted
from tests.stage.conftest import OnStage, on_stage

pytestmark = pytest.mark.usefixtures("rolled_back")


async def asked(stage: OnStage, text: str = "Why?", holder: str = "device:a", shown: bool = True) -> Question:
    question = await rules.ask(stage.event, stage.session, holder, QuestionForm(text=text, name="Ada"))
    if shown:
        await rules.moderate(stage.session, question.code, QuestionState.SHOWN, by="Chris")
    return question


async def votes(question: Question) -> tuple[int, int]:
    """(the number shown, the votes that are there)"""
    return (await Question.get(id=question.id)).votes, await Vote.filter(question=question).count()


async def test_a_question_waits_until_it_is_shown(stage: OnStage) -> None:
    question = await asked(stage, shown=False)
    before = await rules.board(stage.session, None)

    await rules.moderate(stage.session, question.code, QuestionState.SHOWN, by="Chris")

    after = await rules.board(stage.session, None)
    assert (before.shown, [one.id for one in after.shown]) == ([], [question.id])


async def test_the_journal_knows_the_session_and_neither_asker_nor_words(stage: OnStage) -> None:
    await asked(stage, text="Secret words", holder="device:secret")

    entries = await Entry.filter(subject_kind="question").order_by("id")

    assert [(one.action, one.actor) for one in entries] == [("question.asked", ""), ("question.moderated", "Chris")]
    assert [one.facts["session"] for one in entries] == [stage.session.code] * 2
    assert "secret" not in str([one.facts for one in entries]).lower()


async def test_the_asker_sees_their_own_waiting_question_and_nobody_else_does(stage: OnStage) -> None:
    question = await asked(stage, shown=False)

    own, other = await rules.board(stage.session, "device:a"), await rules.board(stage.session, "device:b")

    assert ([one.id for one in own.own], other.own) == ([question.id], [])


async def test_the_same_question_sent_twice_is_one(stage: OnStage) -> None:
    first, second = await asked(stage, shown=False), await asked(stage, shown=False)

    assert first.id == second.id
    assert await Entry.filter(action="question.asked").count() == 1


async def test_most_votes_come_first_then_the_older(stage: OnStage) -> None:
    first, second, third = [await asked(stage, text) for text in ("One?", "Two?", "Three?")]
    await rules.vote(stage.event, stage.session, "device:b", third.code)

    board = await rules.board(stage.session, "device:b")

    assert [one.id for one in board.shown] == [third.id, first.id, second.id]
    assert board.voted == {third.id}


async def test_a_vote_counts_once_and_can_be_taken_back(stage: OnStage) -> None:
    question = await asked(stage)

    for _ in range(2):
        await rules.vote(stage.event, stage.session, "device:b", question.code)
    twice = await votes(question)
    for _ in range(2):
        await rules.vote(stage.event, stage.session, "device:b", question.code, up=False)

    assert twice == (1, 1)
    assert await votes(question) == (0, 0)


async def test_a_question_that_is_not_shown_takes_no_votes(stage: OnStage) -> None:
    question = await asked(stage, shown=False)

    with pytest.raises(rules.Gone):
        await rules.vote(stage.event, stage.session, "device:b", question.code)


async def test_only_one_s_own_question_can_be_taken_back(stage: OnStage) -> None:
    question = await asked(stage)
    await rules.vote(stage.event, stage.session, "device:b", question.code)

    with pytest.raises(NotFound):
        await rules.withdraw(stage.session, "device:b", question.code)
    await rules.withdraw(stage.session, "device:a", question.code)

    assert await Question.filter(session=stage.session).count() == 0
    assert await Vote.all().count() == 0


async def test_a_question_of_another_session_is_not_there(stage: OnStage) -> None:
    other = await on_stage()
    question = await asked(other, shown=False)

    with pytest.raises(rules.Gone):
        await rules.moderate(stage.session, question.code, QuestionState.SHOWN, by="Chris")
    with pytest.raises(NotFound):
        await rules.withdraw(stage.session, "device:a", question.code)


@pytest.mark.parametrize("before", list(QuestionState))
@pytest.mark.parametrize("after", list(QuestionState))
async def test_a_question_goes_only_where_the_table_of_moves_says(stage: OnStage, before: QuestionState, after: QuestionState) -> None:
    question = await asked(stage, shown=False)
    await Question.filter(id=question.id).update(state=before)

    if after in QUESTION_MOVES[before] or after == before:
        await rules.moderate(stage.session, question.code, after, by="Chris")
        expected = after
    else:
        with pytest.raises(rules.Gone):
            await rules.moderate(stage.session, question.code, after, by="Chris")
        expected = before

    assert (await Question.get(id=question.id)).state == expected


async def test_questions_are_for_the_day_of_the_session() -> None:
    event = await make_event()
    session = await make_session(event)

    with pytest.raises(rules.Closed):
        await rules.ask(event, session, "device:a", QuestionForm(text="Too early?"))


async def test_one_browser_asks_a_few_questions_and_a_venue_many(stage: OnStage) -> None:
    for number in range(rules.ASKS):
        await rules.ask(stage.event, stage.session, "device:a", QuestionForm(text=f"Question {number}?"), address="10.0.0.1")

    with pytest.raises(TooMany):
        await rules.ask(stage.event, stage.session, "device:a", QuestionForm(text="One more?"), address="10.0.0.1")
    await rules.ask(stage.event, stage.session, "device:b", QuestionForm(text="Mine?"), address="10.0.0.1")

    assert await Question.filter(session=stage.session).count() == rules.ASKS + 1


async def test_thirty_days_after_the_event_nobody_knows_who_asked_and_voted(stage: OnStage) -> None:
    question = await asked(stage)
    await rules.vote(stage.event, stage.session, "device:b", question.code)

    with travel(now() + timedelta(days=29)):
        early = await rules.forget()
    with travel(now() + timedelta(days=32)):
        late, again = await rules.forget(), await rules.forget()

    kept = await Question.get(id=question.id)
    assert (early, late, again) == (0, 1, 0)
    assert (kept.holder, kept.name, kept.text, kept.votes) == ("", "", "Why?", 1)
    assert await Vote.all().count() == 0


async def test_a_board_costs_the_same_for_one_question_and_for_three(stage: OnStage) -> None:
    await asked(stage)
    with counted() as one:
        await rules.board(stage.session, "device:a")
    await asked(stage, "Two?")
    await asked(stage, "Three?")

    with counted() as three:
        await rules.board(stage.session, "device:a")

    assert int(three) == int(one) == 2


async def test_waiting_questions_are_counted_by_session(stage: OnStage) -> None:
    await asked(stage, "One?", shown=False)
    await asked(stage, "Two?", shown=False)
    await asked(stage, "Shown?")
    other = await make_session(stage.event, at="01:00")

    assert await rules.waiting([stage.session, other]) == {stage.session.id: 2}
