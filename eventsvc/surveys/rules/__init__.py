"""Making a survey, inviting people, taking each reply once, adding up the answers. Ratings of sessions are in `feedback`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from eventsvc.agenda.models import BREAK, Session, SessionState
from eventsvc.audit.rules import record
from eventsvc.checkin.models import Scan
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.text import as_csv
from eventsvc.events.models import Event, EventState
from eventsvc.mail import rules as mail
from eventsvc.surveys.forms import SurveyForm, judge
from eventsvc.surveys.models import Question, QuestionKind, Reply, Survey
from eventsvc.ticketing.models import Ticket, TicketState

OPEN_FOR = timedelta(days=30)
FIRST_INVITATION = time(17, 0)

DEFAULT_QUESTIONS: list[dict[str, Any]] = [
    {
        "kind": QuestionKind.SCALE,
        "text": "How likely are you to recommend this event to a colleague?",
        "hint": "0 is not at all, 10 is very likely.",
        "required": True,
    },
    {"kind": QuestionKind.SESSION, "text": "Which session did you like best?"},
    {"kind": QuestionKind.TEXT, "text": "What one thing should we change next time?"},
    {"kind": QuestionKind.TEXT, "text": "Is there anything else you want to tell us?"},
]


class Answered(Refused):
    kind = "already-answered"
    title = "You have answered this survey already"


class NotOpen(Refused):
    kind = "not-open"
    title = "This survey is not open"


async def add_default_survey(event: Event, *, by: str = "") -> Survey:
    """The survey every event starts with; it opens at five in the afternoon of the last day."""
    opens = datetime.combine(event.end, FIRST_INVITATION, event.zone).astimezone(UTC)
    async with transaction():
        survey = await Survey.create(
            event=event,
            title="How was it?",
            intro="Four short questions. Your answers are shown to the organisers without your name.",
            opens_at=opens,
            closes_at=opens + OPEN_FOR,
        )
        await Question.bulk_create(
            Question(survey=survey, position=position, **values) for position, values in enumerate(DEFAULT_QUESTIONS)
        )
        await record("survey.added", survey, by=by)
    return survey


async def change_survey(event: Event, survey: Survey, wanted: SurveyForm, *, by: str) -> None:
    """Change its words and when it is open. Times without a zone are the event's."""
    values = wanted.model_dump()
    for name in ("opens_at", "closes_at"):
        if values[name]:
            values[name] = event.aware(values[name])
    async with transaction():
        await survey.change(**values)
        await record("survey.changed", survey, by=by)


def link(event: Event, survey: Survey, ticket: Ticket) -> str:
    """The address at which this ticket's owner answers."""
    return f"{settings().base_url}/{event.slug}/survey/{signing.signed('survey', survey.id, ticket.id)}"


async def by_link(event: Event, token: str) -> tuple[Survey, Ticket]:
    """Whose survey link this is. Raises NotFound."""
    parts = signing.unsigned("survey", token) or []
    if len(parts) == 2 and all(part.isdecimal() for part in parts):
        survey = await Survey.get_or_none(event=event, id=int(parts[0])).prefetch_related("questions")
        ticket = await Ticket.get_or_none(event=event, id=int(parts[1]))
        if survey and ticket:
            return survey, ticket
    raise NotFound("This link does not open a survey. Check that all of it was copied.")


async def has_answered(survey: Survey, ticket: Ticket) -> bool:
    """Has this ticket replied? What it said is not found that way."""
    return await Reply.exists(survey=survey, key=_key(survey, ticket))


async def reply(survey: Survey, ticket: Ticket, given: dict[str, Any]) -> None:
    """Take one reply. Raises Invalid (with what is wrong by question), NotOpen, Answered (also for the second of two at once)."""
    if not survey.is_open(now()):
        raise NotOpen("This survey is not open at the moment.")
    questions = list(survey.questions)
    form = judge(questions, given, [session.code for session in await sessions_of(survey.event_id)])
    if form.errors:
        raise Invalid(list(form.errors.items()))
    answers = {
        str(question.id): int(value) if question.kind == QuestionKind.SCALE else value
        for question in questions
        if (value := form.values[f"q{question.id}"])
    }
    async with transaction():
        taken = await fetch(
            """INSERT INTO survey_reply (survey_id, key, answers, created_at) VALUES ($1, $2, '{}', $3)
               ON CONFLICT (survey_id, key) DO NOTHING RETURNING id""",
            survey.id,
            _key(survey, ticket),
            now(),
        )
        if not taken:
            raise Answered("You have answered this survey already. Thank you: every answer counts once.")
        await Reply.filter(id=taken[0]["id"]).update(answers=answers)


def _key(survey: Survey, ticket: Ticket) -> str:
    return signing.mac("reply", survey.id, ticket.id)


async def sessions_of(event_id: int) -> list[Session]:
    """What "which session" offers: confirmed sessions that are not breaks, in order."""
    return await Session.filter(event_id=event_id, state=SessionState.CONFIRMED).exclude(kind=BREAK).order_by("start", "title")


async def invite_due() -> int:
    """Invite for every survey that has opened: who came, or everybody with a valid ticket where nobody was scanned."""
    moment = now()
    due = await Survey.filter(opens_at__lte=moment, invited_at=None, event__state=EventState.PUBLISHED).select_related("event")
    return sum([await invite(survey) for survey in due if survey.is_open(moment)])


async def invite(survey: Survey) -> int:
    """Send the invitations of one survey, once, however often this runs. Returns how many letters were written. Raises NotOpen."""
    if not survey.is_open(now()):
        raise NotOpen("The survey has to be open before people are invited. It opens by itself, and invites them then.")
    async with transaction():
        if not await Survey.filter(id=survey.id, invited_at=None).update(invited_at=now()):
            return 0
        tickets = Ticket.filter(event_id=survey.event_id, state=TicketState.VALID)
        came = set(await Scan.filter(ticket__event_id=survey.event_id, admits=True).values_list("ticket_id", flat=True))
        people = [ticket for ticket in await tickets if not came or ticket.id in came]
        for ticket in people:
            await mail.queue(
                "surveys/invitation",
                ticket.email,
                event_id=survey.event_id,
                dedupe=f"survey:{survey.id}:{ticket.id}",
                survey=survey.id,
                ticket=ticket.id,
            )
        await record("survey.invited", survey, invitations=len(people))
    return len(people)


@dataclass
class Result:
    """One question's answers added up: bars as (label, count); texts as they were written; `score` for 0–10 questions."""

    question: Question
    count: int
    bars: list[tuple[str, int]]
    texts: list[str]
    average: float | None = None
    score: int | None = None


async def results(survey: Survey) -> list[Result]:
    """All questions in order. `score` is promoters (9–10) minus detractors (0–6) in percent of the answers."""
    replies = await Reply.filter(survey=survey).order_by("id")
    titles = {session.code: session.title for session in await sessions_of(survey.event_id)}
    return [
        _add_up(question, [r.answers[str(question.id)] for r in replies if str(question.id) in r.answers], titles)
        for question in survey.questions
    ]


def _add_up(question: Question, values: list[Any], titles: dict[str, str]) -> Result:
    counts = Counter(values)
    if question.kind == QuestionKind.SCALE:
        total = len(values)
        score = round(100 * (sum(v >= 9 for v in values) - sum(v <= 6 for v in values)) / total) if total else None
        bars = [(str(n), counts[n]) for n in range(11)]
        return Result(question, total, bars, [], sum(values) / total if total else None, score)
    if question.kind == QuestionKind.TEXT:
        return Result(question, len(values), [], values)
    names = titles if question.kind == QuestionKind.SESSION else {choice: choice for choice in question.choices}
    return Result(question, len(values), [(names.get(value, value), n) for value, n in counts.most_common(12)], [])


async def replies_csv(survey: Survey) -> str:
    """One line a reply, one column a question; no names, no times finer than a day."""
    replies = await Reply.filter(survey=survey).order_by("key")
    questions = list(survey.questions)
    return as_csv(
        ["day", *(question.text for question in questions)],
        ([r.created_at.date(), *(r.answers.get(str(question.id), "") for question in questions)] for r in replies),
    )
