"""Reviews and decisions as JSON, for the organisers' own systems. Reviewers have no token: what they see is on their pages."""

from __future__ import annotations

from pydantic import BaseModel

from eventsvc.accounts.models import ApiToken
from eventsvc.cfp.forms.review import DecisionIn
from eventsvc.cfp.models import Proposal, ProposalState, Review, ScoreCategory
from eventsvc.cfp.rules import decisions
from eventsvc.cfp.rules.scores import Given, Scale, percent, tallies
from eventsvc.core.api import Moment, get, post
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event


class ScoreOut(BaseModel):
    """A score and the scale it is on."""

    category: str
    score: int
    low: int
    high: int
    weight: int


class ReviewOut(BaseModel):
    """`percent` is 0 to 100 by weight; null for who abstained or scored nothing that counts."""

    reviewer: str
    abstained: bool
    percent: float | None
    scores: list[ScoreOut]
    text: str
    changed: Moment


class ReviewsOut(BaseModel):
    """`mean` and `spread` (standard deviation) are 0 to 100; null where there are too few reviews to say."""

    code: str
    state: ProposalState
    pending: ProposalState | None
    mean: float | None
    spread: float | None
    reviews: list[ReviewOut]


class DecisionOut(BaseModel):
    """`pending` becomes the state when an organiser releases decisions."""

    code: str
    state: ProposalState
    pending: ProposalState | None


async def _proposal(event: Event, code: str) -> Proposal:
    proposal = await Proposal.get_or_none(call__event_id=event.id, code=code).select_related("call")
    if proposal is None or proposal.state == ProposalState.DRAFT:
        raise NotFound("There is no such proposal at this event.")
    return proposal


async def proposal_reviews(event: Event, code: str) -> ReviewsOut:
    """What reviewers think of a proposal, each and together."""
    proposal = await _proposal(event, code)
    categories = await ScoreCategory.filter(call_id=proposal.call_id)
    scales = [Scale(str(one.id), one.weight, one.low, one.high) for one in categories]
    rows = await Review.filter(proposal=proposal).select_related("reviewer__user").order_by("id")
    marks = [None if one.abstained else percent(scales, one.scores) for one in rows]
    tally = tallies([Given(proposal.id, one.reviewer_id, mark) for one, mark in zip(rows, marks, strict=True)]).get(proposal.id)
    return ReviewsOut(
        code=proposal.code,
        state=proposal.state,
        pending=proposal.pending,
        mean=tally.mean if tally else None,
        spread=tally.spread if tally else None,
        reviews=[
            ReviewOut(
                reviewer=one.reviewer.user.label,
                abstained=one.abstained,
                percent=mark,
                scores=[
                    ScoreOut(category=scale.name, score=one.scores[str(scale.id)], low=scale.low, high=scale.high, weight=scale.weight)
                    for scale in categories
                    if str(scale.id) in one.scores
                ],
                text=one.text,
                changed=one.modified_at,
            )
            for one, mark in zip(rows, marks, strict=True)
        ],
    )


async def decide_proposal(event: Event, token: ApiToken, code: str, wanted: DecisionIn) -> DecisionOut:
    """Note a decision, pending until an organiser releases it; null takes a pending one back. Nobody is told before."""
    proposal = await _proposal(event, code)
    await decisions.decide([proposal], wanted.decision, by=f"token {token.name}")
    return DecisionOut(code=proposal.code, state=proposal.state, pending=proposal.pending)


routes = [
    get("/events/{event}/proposals/{code}/reviews", proposal_reviews, "programme"),
    post("/events/{event}/proposals/{code}/decision", decide_proposal, "programme", errors={409: "not-possible"}),
]
