"""Decisions: pending while organisers think, released all at once. Nothing leaves the house before, and each letter leaves once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tortoise.expressions import Q

from eventsvc.agenda.models import SessionState
from eventsvc.audit.models import Entry
from eventsvc.audit.rules import record
from eventsvc.cfp.models import DECISIONS, Author, Call, Proposal, ProposalState
from eventsvc.cfp.rules import acceptance, letters
from eventsvc.cfp.rules.scores import Tally
from eventsvc.cfp.rules.standing import DECIDABLE, Standing, Standings, in_order
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker


class Undecidable(Refused):
    kind = "not-possible"
    title = "That cannot be decided"


async def decide(proposals: Sequence[Proposal], state: ProposalState | None, *, by: str) -> int:
    """Note a decision for each, pending until the release; None takes it back. Returns how many changed. Load them with their call.

    Raises Undecidable, and changes nothing, when one of them is a draft, withdrawn or accepted already. A decision that is the state
    already takes a pending one back.
    """
    if state is not None and state not in DECISIONS:
        raise Undecidable("A decision is accepted, waitlisted or rejected.", field="decision")
    changed = 0
    async with transaction():
        for proposal in sorted(proposals, key=lambda one: one.id):
            await acceptance.hold(proposal)
            if state is not None and proposal.state not in DECIDABLE:
                raise Undecidable(f"“{proposal.title}” is {proposal.state}, so there is nothing to decide.", field="decision")
            wanted = None if state == proposal.state else state
            if proposal.pending != wanted:
                await proposal.change(pending=wanted, pending_by=by[:120] if wanted else "")
                await record("proposal.decided", proposal, by=by, pending=wanted)
                changed += 1
    return changed


def best(table: Standings, sort: str, codes: Iterable[str], count: int) -> list[Proposal]:
    """The first `count` of these, in this order, that can still be decided and have no decision yet."""
    free = [row.proposal for row in in_order(table.rows, sort) if _undecided(row, set(codes))]
    return free[:count]


def _undecided(row: Standing, codes: set[str]) -> bool:
    return row.proposal.code in codes and row.decidable and not row.proposal.pending


def at_least(table: Standings, codes: Iterable[str], percent: float, *, adjusted: bool, below: bool) -> list[Proposal]:
    """Those of these without a decision whose score is at least so much (or `below`: less); without reviews they are neither."""
    found = []
    for row in table.rows:
        value = row.tally.adjusted if adjusted else row.tally.mean
        if _undecided(row, set(codes)) and value is not None and (value < percent) == below:
            found.append(row.proposal)
    return found


@dataclass(frozen=True)
class Draft:
    """A letter as its reader will get it."""

    to: str
    name: str
    subject: str
    text: str


@dataclass
class Awaiting:
    """A pending decision and the letters that its release sends."""

    proposal: Proposal
    letters: list[Draft] = field(default_factory=list)


async def awaiting(event: Event, call: Call) -> list[Awaiting]:
    """Every pending decision with the real text of its letters, accepted first, then by title."""
    rows = (
        await Proposal.filter(call=call)
        .exclude(pending=None)
        .select_related("type", "track")
        .prefetch_related("authors__speaker")
        .order_by("title", "id")
    )
    rows.sort(key=lambda one: DECISIONS.index(one.pending or ProposalState.REJECTED))
    return [Awaiting(one, [_draft(event, call, one, author.speaker) for author in _readers(one)]) for one in rows]


def _readers(proposal: Proposal) -> list[Author]:
    return [author for author in proposal.authors if author.joined_at and author.speaker.email]


def _draft(event: Event, call: Call, proposal: Proposal, speaker: Speaker) -> Draft:
    return Draft(speaker.email, speaker.name, *letters.preview(event, call, speaker, proposal, str(proposal.pending)))


@dataclass
class Released:
    """How many went out by decision, and the titles of those that could not."""

    counts: dict[ProposalState, int] = field(default_factory=dict)
    letters: int = 0
    left: list[str] = field(default_factory=list)


async def release(event: Event, call: Call, seen: Mapping[str, str], *, by: str) -> Released:
    """Make pending decisions real and send their letters. `seen` is what the organiser saw: decision by proposal code.

    All or nothing, in one transaction. Whatever was released, decided otherwise or withdrawn since it was seen is left as it is, so that
    two who press the button at once send each letter once.
    """
    done = Released()
    async with transaction():
        for proposal in await Proposal.filter(call=call, code__in=list(seen)).order_by("id"):
            proposal.call = call
            await acceptance.hold(proposal)
            pending = proposal.pending
            if pending is None or pending != seen[proposal.code]:
                continue
            try:
                await _make_real(event, proposal, pending, by=by)
            except acceptance.CannotMove:
                await proposal.change(pending=None, pending_by="")
                done.left.append(proposal.title)
                continue
            done.counts[pending] = done.counts.get(pending, 0) + 1
            done.letters += await letters.tell_decision(event, proposal)
        if done.counts:
            await record("decisions.released", call, by=by, **{str(state): count for state, count in done.counts.items()})
    return done


async def _make_real(event: Event, proposal: Proposal, pending: ProposalState, *, by: str) -> None:
    if pending == ProposalState.ACCEPTED:
        await acceptance.accept(event, proposal, by=by)
        return
    acceptance.check_move(proposal, pending)
    await proposal.change(state=pending, pending=None, pending_by="", decided_at=now(), modified_at=now())
    await record("proposal.released", proposal, by=by, state=pending)


@dataclass
class Waiting:
    """Accepted places that were given back and not yet passed on, and who is next on the waiting list by score."""

    free: int
    given_back: list[Proposal]
    next: Proposal | None
    tally: Tally | None


async def waiting(call: Call, table: Standings) -> Waiting:
    """A place is given back when an accepted proposal is withdrawn, its session is cancelled, or the last speaker of its draft declines.

    Each promotion takes one.
    """
    entries = await Entry.filter(event_id=call.event_id, action__in=("proposal.accepted", "session.declined")).only(
        "id", "action", "subject"
    )
    taken = {entry.subject for entry in entries if entry.action == "proposal.accepted"}
    declined = [entry.subject for entry in entries if entry.action == "session.declined"]
    empty = Q(session__state=SessionState.DRAFT, session__speakers=None, session__code__in=declined)
    gone = [row.proposal for row in table.rows if row.proposal.state == ProposalState.WITHDRAWN and row.proposal.code in taken]
    gone += await Proposal.filter(Q(session__state=SessionState.CANCELLED) | empty, call=call, state=ProposalState.ACCEPTED).order_by("id")
    promoted = await Entry.filter(event_id=call.event_id, action="proposal.promoted").count()
    queue = [row for row in in_order(table.rows, "-score") if row.proposal.state == ProposalState.WAITLISTED and not row.proposal.pending]
    first = queue[0] if queue else None
    return Waiting(max(0, len(gone) - promoted), gone, first.proposal if first else None, first.tally if first else None)


async def promote(event: Event, call: Call, code: str, *, by: str) -> Proposal:
    """Give a free place to somebody on the waiting list: accepted and told at once. Twice is once. Raises NotFound, Undecidable."""
    async with transaction():
        proposal = await Proposal.get_or_none(call=call, code=code)
        if proposal is None:
            raise NotFound("There is no such proposal at this event.")
        proposal.call = call
        await acceptance.hold(proposal)
        if proposal.state != ProposalState.WAITLISTED:
            raise Undecidable(f"“{proposal.title}” is {proposal.state}, and not on the waiting list.")
        await acceptance.accept(event, proposal, by=by)
        await letters.tell_decision(event, proposal)
        await record("proposal.promoted", proposal, by=by)
    return proposal
