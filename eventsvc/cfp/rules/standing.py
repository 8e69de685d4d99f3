"""What organisers decide by: all proposals with their scores, progress, and who leans which way. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eventsvc.cfp.models import (
    Assignment,
    Call,
    ConflictOfInterest,
    Proposal,
    ProposalState,
    Review,
    Reviewer,
    ReviewPhase,
    ScoreCategory,
)
from eventsvc.cfp.rules.phases import under_way
from eventsvc.cfp.rules.reviewers import on_duty
from eventsvc.cfp.rules.scores import Given, Leaning, Scale, Tally, leanings, percent, tallies
from eventsvc.core.clock import now
from eventsvc.core.text import as_csv

DECIDABLE = (ProposalState.SUBMITTED, ProposalState.WAITLISTED, ProposalState.REJECTED)
"""What a decision can still be about. An accepted one is a session: it is withdrawn or cancelled there."""


@dataclass
class Standing:
    """One proposal: `asked` reviewers, of whom `waiting` have not answered."""

    proposal: Proposal
    tally: Tally
    asked: int
    waiting: int

    @property
    def track(self) -> str:
        return self.proposal.track.name if self.proposal.track else ""

    @property
    def decidable(self) -> bool:
        return self.proposal.state in DECIDABLE


@dataclass
class Progress:
    """A reviewer's part: asked for, given, abstained, stepped back from."""

    reviewer: Reviewer
    asked: int
    answered: int
    given: int
    abstained: int
    conflicts: int
    leaning: Leaning | None


@dataclass
class Standings:
    rows: list[Standing]
    reviewers: list[Progress]
    phase: ReviewPhase | None
    each: int
    categories: list[ScoreCategory] = field(default_factory=list)

    def by_track(self) -> list[tuple[str, int, int, int]]:
        """(track, hue, reviews there are, reviews wanted): what is over the aim for one proposal does not help another."""
        found: dict[str, tuple[int, int, int]] = {}
        for row in self.rows:
            if row.proposal.state in (ProposalState.SUBMITTED, ProposalState.WAITLISTED):
                hue, have, want = found.get(row.track, (row.proposal.track.hue if row.proposal.track else 0, 0, 0))
                found[row.track] = (hue, have + min(row.tally.count, self.each), want + self.each)
        return [(name or "No track", *numbers) for name, numbers in sorted(found.items())]


async def standings(call: Call) -> Standings:
    """Everything that was submitted, with what its reviews add up to."""
    phases = await ReviewPhase.filter(call=call)
    categories = await ScoreCategory.filter(call=call)
    scales = [Scale(str(one.id), one.weight, one.low, one.high) for one in categories]
    proposals = await Proposal.filter(call=call).exclude(state=ProposalState.DRAFT).order_by("id").select_related("type", "track")
    reviews = await Review.filter(proposal__call_id=call.id).order_by("id")
    assigned = await Assignment.filter(proposal__call_id=call.id)
    stepped_back = Counter([one.reviewer_id for one in await ConflictOfInterest.filter(proposal__call_id=call.id)])
    given = [Given(one.proposal_id, one.reviewer_id, None if one.abstained else percent(scales, one.scores)) for one in reviews]
    added = tallies(given)
    leaning = leanings(given)
    answered = {(one.proposal_id, one.reviewer_id) for one in reviews}
    asked = Counter(one.proposal_id for one in assigned)
    waiting = Counter(one.proposal_id for one in assigned if (one.proposal_id, one.reviewer_id) not in answered)
    phase = under_way(phases, now()) or (phases[-1] if phases else None)
    progress = [
        Progress(
            one,
            sum(row.reviewer_id == one.id for row in assigned),
            sum(row.reviewer_id == one.id and (row.proposal_id, one.id) in answered for row in assigned),
            sum(row.reviewer_id == one.id and not row.abstained for row in reviews),
            sum(row.reviewer_id == one.id and row.abstained for row in reviews),
            stepped_back[one.id],
            leaning.get(one.id),
        )
        for one in await on_duty(call)
    ]
    rows = [Standing(one, added.get(one.id, Tally()), asked[one.id], waiting[one.id]) for one in proposals]
    return Standings(rows, progress, phase, phase.per_proposal if phase else 3, categories)


SORTS: dict[str, Callable[[Standing], Any]] = {
    "title": lambda row: row.proposal.title.casefold(),
    "score": lambda row: row.tally.mean,
    "adjusted": lambda row: row.tally.adjusted,
    "spread": lambda row: row.tally.spread,
    "reviews": lambda row: row.tally.count,
    "abstained": lambda row: row.tally.abstained,
    "track": lambda row: row.track.casefold(),
    "type": lambda row: row.proposal.type.name.casefold(),
    "state": lambda row: list(ProposalState).index(row.proposal.state),
    "pending": lambda row: row.proposal.pending or "",
}
"""By what the table can be put in order; a minus before it turns it round. What has no value comes last either way."""


def in_order(rows: list[Standing], sort: str) -> list[Standing]:
    """Unknown words mean: best first."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    key = SORTS.get(name)
    if key is None:
        return in_order(rows, "-score")
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=down)
    return known + [row for row in rows if key(row) is None]


@dataclass(frozen=True)
class Filter:
    """What the dashboard shows; empty means all. `need`: "few" are those with fewer reviews than wanted, "apart" those in dispute."""

    track: str = ""
    type: str = ""
    state: str = ""
    pending: str = ""
    need: str = ""

    def keeps(self, row: Standing, each: int) -> bool:
        proposal = row.proposal
        return (
            self.track in ("", proposal.track.code if proposal.track else "none")
            and self.type in ("", proposal.type.code)
            and self.state in ("", proposal.state)
            and self.pending in ("", proposal.pending or "none")
            and (self.need != "few" or row.tally.count < each)
            and (self.need != "apart" or (row.tally.spread or 0) >= APART)
        )


APART = 25
"""A standard deviation, in points of 100, from which reviewers are called apart."""


def standings_csv(table: Standings) -> str:
    """The dashboard for a spreadsheet; scores 0 to 100."""
    head = ["code", "title", "track", "type", "state", "pending", "score", "adjusted", "spread", "reviews", "wanted", "abstained"]
    return as_csv(
        head,
        (
            [
                row.proposal.code,
                row.proposal.title,
                row.track,
                row.proposal.type.name,
                row.proposal.state,
                row.proposal.pending or "",
                *("" if value is None else round(value, 1) for value in (row.tally.mean, row.tally.adjusted, row.tally.spread)),
                row.tally.count,
                table.each,
                row.tally.abstained,
            ]
            for row in table.rows
        ),
    )
