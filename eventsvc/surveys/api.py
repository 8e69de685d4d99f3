"""Surveys as JSON."""

from __future__ import annotations

from pydantic import BaseModel

from eventsvc.core.api import After, Items, Limit, Moment, get, post
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid, NotFound
from eventsvc.core.signing import read_code
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.surveys import rules
from eventsvc.surveys.forms import ReplyIn
from eventsvc.surveys.models import QuestionKind, Reply, Survey
from eventsvc.ticketing.models import HOLDING, Ticket


class QuestionOut(BaseModel):
    id: int
    kind: QuestionKind
    text: str
    required: bool


class SurveyOut(BaseModel):
    id: int
    title: str
    opens_at: Moment
    open: bool
    replies: int
    questions: list[QuestionOut]


class Bar(BaseModel):
    label: str
    count: int


class ResultOut(BaseModel):
    question: QuestionOut
    count: int
    average: float | None
    score: int | None
    bars: list[Bar]
    texts: list[str]


class ResultsOut(BaseModel):
    id: int
    title: str
    replies: int
    results: list[ResultOut]


class Taken(BaseModel):
    accepted: bool


async def _survey(event: Event, survey_id: int) -> Survey:
    survey = await Survey.get_or_none(event=event, id=survey_id).prefetch_related("questions")
    if survey is None:
        raise NotFound("There is no such survey at this event.")
    return survey


async def list_surveys(event: Event, limit: Limit = 50, after: After = None) -> Items[SurveyOut]:
    """Surveys of the event."""
    start = int(after) if after and is_number(after) else 0
    rows = await Survey.filter(event=event, id__gt=start).order_by("id").limit(limit + 1).prefetch_related("questions", "replies")
    items = [
        SurveyOut(
            id=one.id,
            title=one.title,
            opens_at=one.opens_at,
            open=one.is_open(now()),
            replies=len(one.replies),
            questions=[QuestionOut.model_validate(q, from_attributes=True) for q in one.questions],
        )
        for one in rows[:limit]
    ]
    return Items(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def survey_results(event: Event, id: int) -> ResultsOut:
    """The answers added up, question by question."""
    survey = await _survey(event, id)
    return ResultsOut(
        id=survey.id,
        title=survey.title,
        replies=await Reply.filter(survey=survey).count(),
        results=[
            ResultOut(
                question=QuestionOut.model_validate(r.question, from_attributes=True),
                count=r.count,
                average=r.average,
                score=r.score,
                bars=[Bar(label=label, count=count) for label, count in r.bars],
                texts=r.texts,
            )
            for r in await rules.results(survey)
        ],
    )


async def add_reply(event: Event, id: int, reply: ReplyIn) -> Taken:
    """Take a reply for a ticket; a second one for the same ticket is refused."""
    survey = await _survey(event, id)
    ticket = await Ticket.get_or_none(event=event, code=read_code(reply.ticket) or "", state__in=HOLDING)
    if ticket is None:
        raise Invalid([("ticket", "There is no such ticket at this event.")])
    await rules.reply(survey, ticket, reply.answers)
    return Taken(accepted=True)


routes = [
    get("/events/{event}/surveys", list_surveys, "surveys"),
    get("/events/{event}/surveys/{id}/results", survey_results, "surveys"),
    post("/events/{event}/surveys/{id}/replies", add_reply, "surveys", 201, errors={409: "already-answered, not-open"}),
]
