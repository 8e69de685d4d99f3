"""Who is asked to review what: by hand, by track, or n reviews for each proposal with the work shared out fairly.

`share_out` is pure: the same facts give the same answer, whatever order they come in; what is there already stays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eventsvc.audit.rules import record
from eventsvc.cfp.models import Assignment, Call, ConflictOfInterest, Proposal, ProposalState, Review, Reviewer
from eventsvc.cfp.rules import conflicts
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import Refused

REVIEWED_STATES = (ProposalState.SUBMITTED, ProposalState.WAITLISTED)
"""What is still open to an opinion."""
AUTOMATIC = "automatic"
TRACKS, ABSTAINED = "tracks", "abstained"
REASONS = {**conflicts.WORDS, TRACKS: "looks after other tracks", ABSTAINED: "abstained"}


class Conflicted(Refused):
    kind = "conflict-of-interest"
    title = "This reviewer has a conflict of interest"


@dataclass
class Wanted:
    """One proposal: `taken` are the reviewers who count for it already, `barred` those who cannot, with why."""

    id: int
    taken: set[int] = field(default_factory=set)
    barred: dict[int, str] = field(default_factory=dict)


@dataclass
class Sharing:
    """`added` pairs of (proposal, reviewer); `short`: proposals that lack reviewers, with how many, and what stood in the way."""

    added: list[tuple[int, int]]
    short: list[tuple[int, int, str]]


def share_out(proposals: Iterable[Wanted], loads: Mapping[int, int], each: int) -> Sharing:
    """Give every proposal `each` reviewers, as evenly as can be. `loads`: what each reviewer has on the desk already.

    The hardest to place come first; then work moves from the busy to the free along chains until no chain makes it fairer.
    """
    load = dict(sorted(loads.items()))
    wanted = sorted(proposals, key=lambda one: (len(load.keys() - one.barred.keys()), one.id))
    given: dict[int, set[int]] = {one.id: set() for one in wanted}
    short = []
    for one in wanted:
        free = [who for who in load if who not in one.barred and who not in one.taken]
        missing = max(0, each - len(one.taken))
        for who in sorted(free, key=lambda who: (load[who], (who * 31 + one.id * 17) % 101, who))[:missing]:
            given[one.id].add(who)
            load[who] += 1
        if lacking := missing - len(given[one.id]):
            short.append((one.id, lacking, _why(one, len(load))))
    while _even(wanted, given, load):
        pass
    return Sharing(sorted((proposal, who) for proposal, people in given.items() for who in people), sorted(short))


def _why(one: Wanted, reviewers: int) -> str:
    """“1 has a conflict of interest, 2 look after other tracks”."""
    if not reviewers:
        return "there are no reviewers yet"
    counts = {reason: sum(why == reason for why in one.barred.values()) for reason in REASONS}
    said = [f"{count} × {REASONS[reason]}" for reason, count in counts.items() if count]
    return "; ".join(said) if said else f"there are only {reviewers} reviewers"


def _even(wanted: list[Wanted], given: dict[int, set[int]], load: dict[int, int]) -> bool:
    """Move one piece of work from a busier reviewer to one with at least two less, by others if need be. Says whether it could."""
    for busy in sorted(load, key=lambda who: (-load[who], who)):
        came: dict[int, tuple[int, int]] = {}
        queue, known = deque([busy]), {busy}
        while queue:
            who = queue.popleft()
            if load[busy] - load[who] >= 2:
                load[busy] -= 1
                load[who] += 1
                while who != busy:
                    before, proposal = came[who]
                    given[proposal].remove(before)
                    given[proposal].add(who)
                    who = before
                return True
            for one in wanted:
                if who in given[one.id]:
                    for other in load:
                        if other not in known and other not in given[one.id] and other not in one.taken and other not in one.barred:
                            known.add(other)
                            came[other] = (who, one.id)
                            queue.append(other)
    return False


@dataclass
class Bench:
    """Everything that assignment looks at, loaded once."""

    proposals: list[Proposal]
    reviewers: list[Reviewer]
    assigned: set[tuple[int, int]]
    reviewed: dict[tuple[int, int], bool]
    """(proposal, reviewer) → abstained."""
    declared: set[tuple[int, int]]

    def conflict(self, proposal: Proposal, reviewer: Reviewer) -> str | None:
        declared = (proposal.id, reviewer.id) in self.declared
        return conflicts.between(conflicts.reviewer_known(reviewer), conflicts.authors_known(proposal), declared=declared)

    def counts(self, proposal: int, reviewer: int) -> bool:
        """Does this reviewer count for the proposal: asked, or has said something?"""
        pair = (proposal, reviewer)
        return (pair in self.reviewed and not self.reviewed[pair]) or (pair in self.assigned and pair not in self.reviewed)

    def load(self, reviewer: int) -> int:
        return len({p for p, who in self.assigned if who == reviewer} | {p for p, who in self.reviewed if who == reviewer})


async def bench(call: Call, reviewers: list[Reviewer]) -> Bench:
    """All open proposals and what these reviewers have to do with them."""
    return Bench(
        await Proposal.filter(call=call, state__in=REVIEWED_STATES)
        .order_by("id")
        .select_related("type", "track")
        .prefetch_related("authors__speaker"),
        reviewers,
        {(one.proposal_id, one.reviewer_id) for one in await Assignment.filter(proposal__call_id=call.id)},
        {(one.proposal_id, one.reviewer_id): one.abstained for one in await Review.filter(proposal__call_id=call.id)},
        {(one.proposal_id, one.reviewer_id) for one in await ConflictOfInterest.filter(proposal__call_id=call.id)},
    )


def wanted_of(table: Bench) -> list[Wanted]:
    """The bench as `share_out` takes it. A reviewer who abstained is no longer asked."""
    rows = []
    for proposal in table.proposals:
        row = Wanted(proposal.id)
        for reviewer in table.reviewers:
            if table.counts(proposal.id, reviewer.id):
                row.taken.add(reviewer.id)
            elif why := table.conflict(proposal, reviewer) or outside(proposal, reviewer):
                row.barred[reviewer.id] = why
            elif (proposal.id, reviewer.id) in table.reviewed:
                row.barred[reviewer.id] = ABSTAINED
        rows.append(row)
    return rows


def outside(proposal: Proposal, reviewer: Reviewer) -> str | None:
    """TRACKS where the proposal is on none of this reviewer's tracks."""
    mine = not reviewer.tracks or (proposal.track is not None and proposal.track.code in reviewer.tracks)
    return None if mine else TRACKS


@dataclass
class Outcome:
    """What an automatic assignment did, for the page: (proposal, how many are missing, why)."""

    added: int
    short: list[tuple[Proposal, int, str]]


async def assign_automatically(call: Call, reviewers: list[Reviewer], each: int, *, by: str) -> Outcome:
    """Ask `each` reviewers for every open proposal; adds only what is missing, so that doing it again changes nothing."""
    async with transaction():
        await fetch(f"SELECT id FROM cfp_call WHERE id = $1 {locked()}", call.id)  # noqa: S608  two at once: one after the other
        table = await bench(call, reviewers)
        shared = share_out(wanted_of(table), {one.id: table.load(one.id) for one in reviewers}, each)
        await Assignment.bulk_create(Assignment(proposal_id=p, reviewer_id=who, by=AUTOMATIC) for p, who in shared.added)
        if shared.added:
            await record("review.assigned", call, by=by, count=len(shared.added), each=each)
    found = {one.id: one for one in table.proposals}
    return Outcome(len(shared.added), [(found[number], lacking, why) for number, lacking, why in shared.short])


async def assign_track(call: Call, reviewer: Reviewer, track: str, *, by: str) -> int:
    """Ask one reviewer for every open proposal of a track (its code) without a conflict. Returns how many are new."""
    async with transaction():
        table = await bench(call, [reviewer])
        new = [
            proposal
            for proposal in table.proposals
            if proposal.track is not None
            and proposal.track.code == track
            and (proposal.id, reviewer.id) not in table.assigned | table.reviewed.keys()
            and not table.conflict(proposal, reviewer)
        ]
        await Assignment.bulk_create(Assignment(proposal=proposal, reviewer=reviewer, by=by[:120]) for proposal in new)
        if new:
            await record("review.assigned", call, by=by, count=len(new), track=track)
    return len(new)


async def assign(call: Call, proposal: Proposal, reviewer: Reviewer, *, by: str) -> str | None:
    """Ask this reviewer for this proposal. Raises Conflicted for its author and for whoever declared a conflict.

    Of the same organisation or mail domain: it is the organiser's word that counts; returns what to tell them.
    """
    async with transaction():
        declared = await ConflictOfInterest.exists(proposal=proposal, reviewer=reviewer)
        why = conflicts.between(conflicts.reviewer_known(reviewer), conflicts.authors_known(proposal), declared=declared)
        if why in (conflicts.AUTHOR, conflicts.DECLARED):
            raise Conflicted(f"{reviewer.user.label} {conflicts.WORDS[why]}. Choose somebody else.", field="reviewer")
        _, new = await Assignment.get_or_create(proposal=proposal, reviewer=reviewer, defaults={"by": by[:120]})
        if new:
            await record("review.assigned", call, by=by, count=1, proposal=proposal.code)
    return f"Note: {reviewer.user.label} {conflicts.WORDS[why]}." if why else None


async def take_back(call: Call, proposal: Proposal, reviewer: Reviewer, *, by: str) -> None:
    """They need not review it any more; what they said already stays."""
    async with transaction():
        if await Assignment.filter(proposal=proposal, reviewer=reviewer).delete():
            await record("review.unassigned", call, by=by, proposal=proposal.code)
