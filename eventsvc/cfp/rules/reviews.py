"""A reviewer's desk: what is left to do, giving a review, abstaining, stepping back, commenting, and what others said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from eventsvc.audit.rules import record
from eventsvc.cfp.forms.review import Opinion
from eventsvc.cfp.models import (
    Assignment,
    Call,
    Comment,
    ConflictOfInterest,
    Field,
    FieldTarget,
    Proposal,
    Review,
    Reviewer,
    ReviewPhase,
    ScoreCategory,
    SeeOthers,
)
from eventsvc.cfp.rules import conflicts
from eventsvc.cfp.rules.assignment import REVIEWED_STATES, TRACKS, Bench, bench, outside
from eventsvc.cfp.rules.fields import asked, fields_of
from eventsvc.cfp.rules.scores import Scale, percent
from eventsvc.cfp.rules.seen import Cover, Seen, seen
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused

FIRM = (conflicts.AUTHOR, conflicts.DECLARED)
"""Conflicts that no assignment overrules."""


class NotNow(Refused):
    kind = "not-now"
    title = "This phase does not include that"


@dataclass(frozen=True)
class Todo:
    """One proposal on a reviewer's desk. `mine`: None, "given" or "abstained"."""

    seen: Seen
    assigned: bool
    reviews: int
    mine: str | None


@dataclass
class Desk:
    """`todo` in the order of need, `done` by title; `asked` and `answered` count what was assigned."""

    todo: list[Todo] = field(default_factory=list)
    done: list[Todo] = field(default_factory=list)
    asked: int = 0
    answered: int = 0

    @property
    def next(self) -> str | None:
        """The code of the next one to do."""
        return self.todo[0].seen.code if self.todo else None


def may_review(table: Bench, proposal: Proposal, reviewer: Reviewer, phase: ReviewPhase) -> bool:
    """Is this proposal on this reviewer's desk? An organiser's assignment overrules tracks and a shared house, nothing overrules FIRM."""
    why = table.conflict(proposal, reviewer)
    if why in FIRM:
        return False
    if (proposal.id, reviewer.id) in table.assigned or (proposal.id, reviewer.id) in table.reviewed:
        return True
    return not why and not phase.assigned_only and outside(proposal, reviewer) != TRACKS


async def desk(call: Call, reviewer: Reviewer, phase: ReviewPhase) -> Desk:
    """Assigned first, then those with the fewest reviews; among equals an order of each reviewer's own, that says nothing."""
    table = await bench(call, [reviewer])
    mine = [one for one in table.proposals if may_review(table, one, reviewer, phase)]
    shown = await seen(mine, phase, brief=True)
    counts = Counter(number for (number, _), abstained in table.reviewed.items() if not abstained)
    found = Desk()
    for proposal in mine:
        pair = (proposal.id, reviewer.id)
        said = None if pair not in table.reviewed else "abstained" if table.reviewed[pair] else "given"
        one = Todo(shown[proposal.id], pair in table.assigned, counts[proposal.id], said)
        (found.done if said else found.todo).append(one)
        found.asked += one.assigned
        found.answered += bool(one.assigned and said)
    found.todo.sort(key=lambda one: (not one.assigned, one.reviews, signing.mac("review-order", reviewer.id, one.seen.code)))
    found.done.sort(key=lambda one: one.seen.title)
    return found


async def find(call: Call, reviewer: Reviewer, phase: ReviewPhase, code: str) -> Proposal:
    """A proposal that is on this reviewer's desk. Raises NotFound for any other: that it exists is not said."""
    proposal = (
        await Proposal.get_or_none(call=call, code=code, state__in=REVIEWED_STATES)
        .select_related("type", "track")
        .prefetch_related("authors__speaker")
    )
    if proposal is not None:
        pair = (proposal.id, reviewer.id)
        table = Bench(
            [proposal],
            [reviewer],
            {pair} if await Assignment.exists(proposal=proposal, reviewer=reviewer) else set(),
            {pair: False} if await Review.exists(proposal=proposal, reviewer=reviewer) else {},
            {pair} if await ConflictOfInterest.exists(proposal=proposal, reviewer=reviewer) else set(),
        )
        proposal.call = call
        if may_review(table, proposal, reviewer, phase):
            return proposal
    raise NotFound("There is no such proposal for you to review. It may have been decided or withdrawn meanwhile.")


async def scales_of(call: Call, proposal: Proposal) -> list[ScoreCategory]:
    """What is scored for this proposal: the call's categories for all tracks, or for its own."""
    track = proposal.track.code if proposal.track else ""
    return [one for one in await ScoreCategory.filter(call=call) if not one.tracks or track in one.tracks]


async def asked_of(call: Call, proposal: Proposal) -> list[Field]:
    """What reviewers are asked beyond scores."""
    track = proposal.track.code if proposal.track else ""
    return asked(await fields_of(call, FieldTarget.REVIEWER), FieldTarget.REVIEWER, proposal.type.code, track)


async def give(proposal: Proposal, reviewer: Reviewer, phase: ReviewPhase, opinion: Opinion, *, by: str) -> None:
    """Keep this reviewer's review, instead of the one they gave before. Raises NotNow outside a phase for scoring."""
    if not phase.can_score or not phase.is_on(now()):
        raise NotNow("Reviews are not taken in this phase. What you wrote is still on this page: copy it if you need it later.")
    async with transaction():
        values = {
            "phase": phase,
            "scores": {} if opinion.abstained else opinion.scores,
            "answers": {} if opinion.abstained else opinion.answers,
            "text": opinion.text,
            "abstained": opinion.abstained,
            "modified_at": now(),
        }
        await Review.update_or_create(proposal=proposal, reviewer=reviewer, defaults=values)
        await record("review.given", proposal, by=by, abstained=opinion.abstained)


async def declare_conflict(proposal: Proposal, reviewer: Reviewer, reason: str, *, by: str) -> None:
    """They must not review it: it leaves their desk, and what they said about it goes."""
    async with transaction():
        await ConflictOfInterest.get_or_create(proposal=proposal, reviewer=reviewer, defaults={"reason": reason[:300]})
        await Assignment.filter(proposal=proposal, reviewer=reviewer).delete()
        await Review.filter(proposal=proposal, reviewer=reviewer).delete()
        await record("review.conflict", proposal, by=by, reviewer=reviewer.id)


async def comment(proposal: Proposal, reviewer: Reviewer, phase: ReviewPhase, text: str, *, by: str) -> None:
    """A word to the other reviewers and the organisers. Raises NotNow where the phase has no comments."""
    if not phase.can_comment or not phase.is_on(now()):
        raise NotNow("Comments are closed in this phase.")
    async with transaction():
        await Comment.create(proposal=proposal, user=reviewer.user, text=text)
        await record("review.commented", proposal, by=by)


@dataclass(frozen=True)
class Said:
    """A review or a comment as another reviewer sees it: under a letter in a blind phase, never with an address."""

    who: str
    text: str
    abstained: bool = False
    percent: float | None = None
    scores: tuple[tuple[str, int, int, str], ...] = ()
    """(category, score, highest, label)."""


def sees_others(phase: ReviewPhase, mine: Review | None) -> bool:
    """May a reviewer read what others said? `mine`: their own review of it, if there is one."""
    return phase.see_others == SeeOthers.ALWAYS or (phase.see_others == SeeOthers.AFTER_OWN and mine is not None)


async def others(
    proposal: Proposal, reviewer: Reviewer, phase: ReviewPhase, scales: Sequence[ScoreCategory], *, all_of_it: bool
) -> tuple[list[Said], list[Said]]:
    """What others said: reviews and comments. Without `all_of_it` only this reviewer's own comments."""
    reviews = await Review.filter(proposal=proposal).select_related("reviewer__user").order_by("id")
    comments = await Comment.filter(proposal=proposal).select_related("user")
    panel = {one.user_id for one in await Reviewer.filter(call_id=proposal.call_id).only("id", "user_id")}
    organisers = {one.user.id: (not phase.blind and one.user.name) or "Organiser" for one in comments if one.user.id not in panel}
    named = _names(reviews, comments, phase, {**organisers, reviewer.user_id: "You"})
    cover = Cover.of(proposal) if phase.blind else str
    counted = [Scale(str(one.id), one.weight, one.low, one.high) for one in scales]
    told = [
        Said(
            named[one.reviewer.user_id],
            cover(one.text),
            one.abstained,
            percent(counted, one.scores),
            tuple(
                (scale.name, one.scores[str(scale.id)], scale.high, scale.labels.get(str(one.scores[str(scale.id)]), ""))
                for scale in scales
                if str(scale.id) in one.scores
            ),
        )
        for one in reviews
        if all_of_it and one.reviewer_id != reviewer.id
    ]
    words = [Said(named[one.user_id], cover(one.text)) for one in comments if all_of_it or one.user_id == reviewer.user_id]
    return told, words


def _names(reviews: Sequence[Review], comments: Sequence[Comment], phase: ReviewPhase, names: dict[int, str]) -> dict[int, str]:
    """Who is called what, by user: letters in the order in which they first spoke here, so that a letter means nothing elsewhere."""
    spoke = sorted(
        [(one.created_at, one.reviewer.user) for one in reviews] + [(one.created_at, one.user) for one in comments],
        key=lambda pair: (pair[0], pair[1].id),
    )
    letters = 0
    for _, user in spoke:
        if user.id not in names:
            letter = f"Reviewer {chr(ord('A') + letters % 26)}{letters // 26 or ''}"
            names[user.id] = letter if phase.blind or not user.name else user.name
            letters += 1
    return names
