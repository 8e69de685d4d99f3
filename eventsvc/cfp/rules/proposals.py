"""A proposal once it is there: found, edited until it is locked, submitted, withdrawn, moved by hand, redacted for blind review."""

from __future__ import annotations

from datetime import datetime

from eventsvc.audit.rules import record
from eventsvc.cfp.forms.answers import judge
from eventsvc.cfp.forms.entry import Entry
from eventsvc.cfp.models import Author, FieldTarget, Proposal, ProposalState, SpeakerAnswers
from eventsvc.cfp.rules import codes, letters
from eventsvc.cfp.rules.acceptance import accept, check_move, hold, undo
from eventsvc.cfp.rules.calls import Closed, is_open
from eventsvc.cfp.rules.entries import asked, columns, keep_person
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.mail.rules import queue
from eventsvc.speakers.models import Speaker

State = ProposalState


class Locked(Refused):
    kind = "locked"
    title = "This can no longer be changed"


class Enough(Refused):
    kind = "too-many-proposals"
    title = "That is as many as one person may propose"


class Incomplete(Refused):
    status = 422
    kind = "incomplete"
    title = "Something is still missing"


async def proposals_of(speaker: Speaker) -> list[Proposal]:
    """Everything somebody proposes or is asked to join, newest first; with type, track, call and authors."""
    rows = Proposal.filter(authors__speaker=speaker).select_related("type", "track", "call", "session")
    return await rows.prefetch_related("authors__speaker").order_by("-id")


async def find(event: Event, code: str, speaker: Speaker | None = None) -> Proposal:
    """One proposal of the event (and of this speaker), with all its page needs. Raises NotFound."""
    rows = Proposal.filter(call__event=event, code=code)
    if speaker is not None:
        rows = rows.filter(authors__speaker=speaker)
    found = await rows.select_related("type", "track", "call", "session", "access_code").prefetch_related("authors__speaker").first()
    if found is None:
        raise NotFound("There is no such proposal here.")
    return found


def can_edit(proposal: Proposal, moment: datetime) -> bool:
    """A draft always; what was submitted until it is decided, or until the call's moment for that. A pending decision shows nothing."""
    if proposal.state == State.DRAFT:
        return True
    until = proposal.call.edits_until
    return proposal.state == State.SUBMITTED and (until is None or moment < until)


def can_submit(proposal: Proposal, moment: datetime) -> bool:
    """Is it a draft, and still in time? (Whether its code has a use left is known when it is used.)"""
    return proposal.state == State.DRAFT and is_open(proposal.call, proposal.type, moment, proposal.access_code)


async def edit(event: Event, proposal: Proposal, entry: Entry, *, by: str) -> None:
    """Change what it says. Raises Locked."""
    assert entry.proposal is not None
    async with transaction():
        await hold(proposal)
        if not can_edit(proposal, now()):
            raise Locked("This proposal can no longer be changed. Write to the organisers if something is wrong in it.")
        await rewrite(event, proposal, entry, by=by)


async def save(event: Event, proposal: Proposal, speaker: Speaker, entry: Entry, *, by: str, submit: bool = False) -> None:
    """Change it with what is said about the person, and send it in when asked to; all or nothing."""
    async with transaction():
        await edit(event, proposal, entry, by=by)
        await keep_person(event, speaker, entry)
        if submit and proposal.state == State.DRAFT:
            await submit_draft(event, proposal, by=by)


async def submit_complete(event: Event, proposal: Proposal, *, by: str) -> None:
    """Send in a draft as it is. Raises Incomplete when the form would ask for more."""
    first = next(one for one in proposal.authors if one.position == 0)
    about = await SpeakerAnswers.get_or_none(speaker_id=first.speaker_id)
    form = await asked(event, proposal.call, proposal.access_code, proposal)
    track = proposal.track.code if proposal.track else ""
    _, missing = judge(form.fitting(FieldTarget.SESSION, proposal.type.code, track), proposal.answers)
    _, also = judge(form.of(FieldTarget.SPEAKER), about.answers if about else {})
    if missing or also or not proposal.abstract:
        raise Incomplete("Something is still missing. Choose Edit: the form says what.")
    await submit_draft(event, proposal, by=by)


async def rewrite(event: Event, proposal: Proposal, entry: Entry, *, by: str) -> None:
    """Change what it says, whatever its state: for organisers."""
    assert entry.proposal is not None
    async with transaction():
        values = {**await columns(event, proposal.call, entry.proposal), "answers": {**proposal.answers, **entry.answers}}
        for gone in entry.form.values.keys() & proposal.answers.keys() - entry.answers.keys():
            values["answers"].pop(gone)  # emptied on the page
        changed = [name for name, value in values.items() if getattr(proposal, name) != value]
        if changed:
            await proposal.change(**values, modified_at=now())
            await record("proposal.edited", proposal, by=by, fields=changed)


async def submit_draft(event: Event, proposal: Proposal, *, by: str) -> None:
    """Send a draft in. Raises Closed, Enough, CannotMove, CodeSpent. Load it with call, type and access code."""
    async with transaction():
        await fetch(f"SELECT id FROM cfp_call WHERE id = $1 {locked()}", proposal.call_id)  # noqa: S608
        await hold(proposal)
        await proposal.fetch_related("call", "type", "access_code")
        if proposal.state != State.DRAFT:
            check_move(proposal, State.SUBMITTED)
        if not is_open(proposal.call, proposal.type, now(), proposal.access_code):
            raise Closed(f"“{proposal.type.name}” can no longer be proposed. Your draft is kept; ask the organisers for a code.")
        first = await Author.filter(proposal=proposal).order_by("position", "id").select_related("speaker").first()
        assert first is not None
        await _check_count(proposal, first.speaker)
        if proposal.access_code_id is not None and proposal.submitted_at is None:
            await codes.claim(proposal.access_code_id)
        await proposal.change(state=State.SUBMITTED, submitted_at=now(), modified_at=now())
        await letters.promise("acknowledged", event, proposal, [first])
        await record("proposal.submitted", proposal, by=by)


async def _check_count(proposal: Proposal, speaker: Speaker) -> None:
    most = proposal.call.max_per_person
    if most is None:
        return
    counted = Proposal.filter(call_id=proposal.call_id, authors__speaker=speaker, authors__position=0)
    if await counted.exclude(state__in=[State.DRAFT, State.WITHDRAWN]).count() >= most:
        raise Enough(f"One person may propose {most} at most. Withdraw another one first; this one is kept as a draft.")


async def withdraw(event: Event, proposal: Proposal, *, by: str) -> None:
    """Take it back. The organisers hear of it when it had been submitted; an accepted one leaves the programme. Raises CannotMove."""
    async with transaction():
        await hold(proposal)
        check_move(proposal, State.WITHDRAWN)
        heard = proposal.state != State.DRAFT
        if proposal.state == State.ACCEPTED:
            await undo(event, proposal, by=by)
        await proposal.change(state=State.WITHDRAWN, pending=None, modified_at=now())
        contact = event.contact_email or event.organiser.contact_email
        if heard and contact:
            await queue("cfp/withdrawn", contact, event_id=event.id, proposal=proposal.id)
        await record("proposal.withdrawn", proposal, by=by)


async def set_state(event: Event, proposal: Proposal, state: ProposalState, *, by: str, tell: bool = False) -> None:
    """An organiser's move by hand, at once; `tell`: with the letter that belongs to it. Raises CannotMove."""
    async with transaction():
        await hold(proposal)
        if proposal.state == state:
            return
        check_move(proposal, state)
        if state == State.ACCEPTED:
            await accept(event, proposal, by=by)
        else:
            if proposal.state == State.ACCEPTED:
                await undo(event, proposal, by=by)
            decided = {"decided_at": now()} if state in (State.WAITLISTED, State.REJECTED) else {}
            sent = {"submitted_at": proposal.submitted_at or now()} if state == State.SUBMITTED else {}
            await proposal.change(state=state, pending=None, modified_at=now(), **decided, **sent)
            await record("proposal.moved", proposal, by=by, to=str(state))
        if tell and state in (State.ACCEPTED, State.WAITLISTED, State.REJECTED):
            await letters.tell_decision(event, proposal)


async def redact(proposal: Proposal, words: dict[str, str], *, by: str) -> None:
    """Words reviewers see instead in a blind phase, by column or `Field.key`; those that equal what is written are not kept."""
    written = {"title": proposal.title, "abstract": proposal.abstract, "description": proposal.description, **proposal.answers}
    kept = {name: said for name, said in words.items() if name in written and said != written[name]}
    async with transaction():
        await proposal.change(redacted=kept)
        await record("proposal.redacted", proposal, by=by, fields=sorted(kept))
