"""Questions from the audience: asked, voted for, shown by a moderator, taken back, forgotten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from tortoise.exceptions import IntegrityError
from tortoise.functions import Count

from eventsvc.agenda.models import Session
from eventsvc.audit.rules import record
from eventsvc.core import attempts, signing
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.stage.forms import QuestionForm
from eventsvc.stage.models import QUESTION_MOVES, Question, QuestionState, Vote
from eventsvc.stage.rules.room import is_today

KEPT = timedelta(days=30)
"""For so long after the event it is known which browser asked and voted, and under which name."""
MOST_WAITING = 200
ASKS, VOTES = 6, 120
"""What one holder may do in ten minutes."""
FROM_ADDRESS = 25
"""How many holders' worth one network address may do: a whole venue often has one."""


class Closed(Refused):
    kind = "closed"
    title = "Questions are closed"


class Gone(Refused):
    kind = "gone"
    title = "That question is not here any more"


@dataclass
class Board:
    """A session's questions as one holder sees them: those that are shown, most votes first, and one's own that are not (yet)."""

    shown: list[Question]
    answered: list[Question]
    own: list[Question]
    voted: set[int] = field(default_factory=set)


def are_open(event: Event, session: Session) -> bool:
    """On the day of the session."""
    return is_today(event, session, now())


async def board(session: Session, holder: str | None) -> Board:
    """Three queries at most, however many questions."""
    rows = await Question.filter(session=session).order_by("-votes", "id")
    voted: set[int] = set()
    if holder:
        mine = await Vote.filter(question__session=session, holder=holder).values_list("question_id", flat=True)
        voted = {int(str(number)) for number in mine}
    return Board(
        shown=[one for one in rows if one.state == QuestionState.SHOWN],
        answered=[one for one in rows if one.state == QuestionState.ANSWERED],
        own=[one for one in rows if holder and one.holder == holder and one.state in (QuestionState.WAITING, QuestionState.HIDDEN)],
        voted=voted,
    )


async def sorted_for_moderators(session: Session) -> dict[QuestionState, list[Question]]:
    """A session's questions by state: waiting ones as they came, the others most votes first. One query."""
    found: dict[QuestionState, list[Question]] = {state: [] for state in QuestionState}
    for question in await Question.filter(session=session).order_by("-votes", "id"):
        found[question.state].append(question)
    found[QuestionState.WAITING].sort(key=lambda question: question.id)
    return found


async def _limit(what: str, holder: str, address: str, most: int) -> None:
    per = timedelta(minutes=10)
    await attempts.count(f"{what}:holder", holder, limit=most, per=per)
    await attempts.count(f"{what}:address", address, limit=most * FROM_ADDRESS, per=per)


async def ask(event: Event, session: Session, holder: str, wanted: QuestionForm, *, address: str = "") -> Question:
    """A question waits until a moderator shows it. Raises Closed, TooMany.

    The same text again from the same holder is the same question, also when both arrive at once: its code is made of them.
    """
    if not are_open(event, session):
        raise Closed("Questions can be asked on the day of the session.")
    await _limit("ask", holder, address, ASKS)
    code = signing.mac("question", session.id, holder, wanted.text)[:12]
    async with transaction():
        if await Question.filter(session=session, state=QuestionState.WAITING).count() >= MOST_WAITING:
            raise Closed("There are many questions already. Please look whether yours is among them.")
        new = await fetch(
            """INSERT INTO stage_question (session_id, code, text, name, holder, state, votes, created_at)
               VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6) ON CONFLICT (session_id, code) DO NOTHING RETURNING id""",
            session.id,
            code,
            wanted.text,
            wanted.name,
            holder,
            now(),
        )
        question = await Question.get(session=session, code=code).select_related("session")
        if new:
            await record("question.asked", question, session=session.code)
    return question


async def vote(event: Event, session: Session, holder: str, code: str, *, up: bool = True, address: str = "") -> None:
    """One vote for each holder and question, whoever races; `up=False` takes it back. Voting twice is voting once. Raises Closed, Gone."""
    if not are_open(event, session):
        raise Closed("Votes count on the day of the session.")
    await _limit("vote", holder, address, VOTES)
    question = await Question.get_or_none(session=session, code=code, state=QuestionState.SHOWN)
    if question is None:
        raise Gone("That question is not shown any more.")
    try:
        async with transaction():
            if up:
                changed = await fetch(
                    """INSERT INTO stage_vote (question_id, holder, created_at) VALUES ($1, $2, $3)
                       ON CONFLICT (question_id, holder) DO NOTHING RETURNING id""",
                    question.id,
                    holder,
                    now(),
                )
            else:
                changed = await fetch("DELETE FROM stage_vote WHERE question_id = $1 AND holder = $2 RETURNING id", question.id, holder)
            if changed:
                step = 1 if up else -1
                await fetch("UPDATE stage_question SET votes = votes + $2 WHERE id = $1 RETURNING id", question.id, step)
    except IntegrityError:
        raise Gone("That question was just taken back.") from None


async def withdraw(session: Session, holder: str, code: str) -> None:
    """Take one's own question back: it is gone, with its votes. Raises NotFound for anybody else's."""
    question = await Question.get_or_none(session=session, holder=holder, code=code).select_related("session") if holder else None
    if question is None:
        raise NotFound("That question is not yours, or not here any more.")
    async with transaction():
        await record("question.withdrawn", question, session=session.code)
        await question.delete()


async def moderate(session: Session, code: str, state: QuestionState, *, by: str) -> None:
    """Show, hide, or mark as answered. Raises Gone where it was taken back, or another moderator was quicker and it cannot go there."""
    allowed = [before for before, after in QUESTION_MOVES.items() if state in after]
    async with transaction():
        question = await Question.get_or_none(session=session, code=code).select_related("session")
        if question is None:
            raise Gone("That question was taken back.")
        if not await Question.filter(id=question.id, state__in=allowed).update(state=state):
            await question.refresh_from_db(fields=["state"])
            if question.state == state:
                return
            raise Gone(f"That question is {question.state} meanwhile. Look again.")
        await record("question.moderated", question, by=by, session=session.code, state=state)


async def waiting(sessions: Collection[Session]) -> dict[int, int]:
    """Session number → how many questions wait there. One query."""
    found = Question.filter(session_id__in=[one.id for one in sessions], state=QuestionState.WAITING)
    rows = await found.annotate(count=Count("id")).group_by("session_id").values_list("session_id", "count")
    return {int(str(number)): int(str(count)) for number, count in rows}


async def forget() -> int:
    """KEPT after an event nobody knows any more who asked and who voted; the questions and their counts stay. Returns how many."""
    day = (now() - KEPT).date()
    old = Question.filter(session__event__end__lt=day).exclude(holder="").limit(500)
    by_event: dict[int, list[Question]] = {}
    for question in await old.select_related("session__event"):
        by_event.setdefault(question.session.event_id, []).append(question)
    for questions in by_event.values():
        numbers = [one.id for one in questions]
        async with transaction():
            await Vote.filter(question_id__in=numbers).delete()
            await Question.filter(id__in=numbers).update(holder="", name="")
            await record("questions.forgotten", questions[0].session.event, count=len(numbers))
    return sum(map(len, by_event.values()))
