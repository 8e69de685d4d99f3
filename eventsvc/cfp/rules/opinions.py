"""What organisers read about one proposal: every review with its author, who has not answered, who stepped back, what was said."""

from __future__ import annotations

from dataclasses import dataclass

from eventsvc.accounts.models import User
from eventsvc.audit.rules import record
from eventsvc.cfp.models import Assignment, Call, Comment, ConflictOfInterest, Field, FieldTarget, Proposal, ProposalState, Review
from eventsvc.cfp.models import ScoreCategory as Category
from eventsvc.cfp.rules.scores import Given, Scale, Tally, percent, tallies
from eventsvc.cfp.rules.seen import words
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound


@dataclass
class Read:
    """A review as organisers read it. `scores`: (category, score, highest, label); `answers`: (label, words)."""

    review: Review
    percent: float | None
    scores: list[tuple[str, int, int, str]]
    answers: list[tuple[str, str]]


@dataclass
class Opinions:
    """All that is known of one proposal; `waiting` are asked and have not answered."""

    reads: list[Read]
    tally: Tally
    waiting: list[Assignment]
    conflicts: list[ConflictOfInterest]
    comments: list[Comment]


async def find(call: Call, code: str) -> Proposal:
    """A proposal that was submitted. Raises NotFound."""
    proposal = await Proposal.get_or_none(call=call, code=code).select_related("type", "track").prefetch_related("authors__speaker")
    if proposal is None or proposal.state == ProposalState.DRAFT:
        raise NotFound("There is no such proposal at this event.")
    proposal.call = call
    return proposal


async def opinions(call: Call, proposal: Proposal) -> Opinions:
    """Names of reviewers and all their words."""
    categories = await Category.filter(call=call)
    asked = await Field.filter(call=call, target=FieldTarget.REVIEWER)
    scales = [Scale(str(one.id), one.weight, one.low, one.high) for one in categories]
    reviews = await Review.filter(proposal=proposal).select_related("reviewer__user").order_by("id")
    reads = [
        Read(
            one,
            None if one.abstained else percent(scales, one.scores),
            [
                (scale.name, one.scores[str(scale.id)], scale.high, scale.labels.get(str(one.scores[str(scale.id)]), ""))
                for scale in categories
                if str(scale.id) in one.scores
            ],
            [(field.label, words(one.answers[field.key])) for field in asked if field.key in one.answers],
        )
        for one in reviews
    ]
    answered = {one.reviewer_id for one in reviews}
    assigned = await Assignment.filter(proposal=proposal).select_related("reviewer__user").order_by("id")
    return Opinions(
        reads,
        tallies([Given(proposal.id, one.review.reviewer_id, one.percent) for one in reads]).get(proposal.id, Tally()),
        [one for one in assigned if one.reviewer_id not in answered],
        await ConflictOfInterest.filter(proposal=proposal).select_related("reviewer__user").order_by("id"),
        await Comment.filter(proposal=proposal).select_related("user"),
    )


async def remark(proposal: Proposal, user: User, text: str, *, by: str) -> None:
    """An organiser's word to the reviewers, in any phase."""
    async with transaction():
        await Comment.create(proposal=proposal, user=user, text=text)
        await record("review.commented", proposal, by=by)
