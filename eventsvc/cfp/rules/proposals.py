"""A proposal from its first word to its withdrawal: made without an account, edited until it is locked, submitted, withdrawn.

The person's only credential is the link that goes to their address by mail. A stranger who types somebody's address learns nothing and
changes nothing: the proposal waits as a draft behind that person's own link.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventsvc.agenda.models import Track
from eventsvc.audit.rules import record
from eventsvc.cfp.forms.entry import Asked, Entry
from eventsvc.cfp.forms.proposal import ProposalForm, ProposerForm
from eventsvc.cfp.models import AccessCode, Answers, Author, Call, Proposal, ProposalState, ProposalType, SpeakerAnswers
from eventsvc.cfp.rules import authors, codes, letters
from eventsvc.cfp.rules.acceptance import accept, check_move, hold, undo
from eventsvc.cfp.rules.calls import Closed, is_open, open_types, tracks_of
from eventsvc.cfp.rules.fields import fields_of
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.signing import short_code
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


async def asked(event: Event, call: Call, code: AccessCode | None = None, proposal: Proposal | None = None) -> Asked:
    """What the form asks now. An existing proposal keeps its type, whatever is open."""
    types = await ProposalType.filter(call=call)
    offered = open_types(call, types, code)
    if proposal is not None:
        offered = [kind for kind in types if kind in offered or kind.id == proposal.type_id]
    return Asked(call, offered, await tracks_of(event, call), await fields_of(call))


async def propose(event: Event, call: Call, entry: Entry, *, submit: bool, code: AccessCode | None = None) -> None:
    """What the public page takes. Whatever is known of the address, the outcome looks the same to whoever typed it.

    A new address becomes a speaker with this proposal, and gets its personal link. To a known one the proposal is a draft that
    waits behind the link that goes there; nothing else of theirs changes.
    """
    person = entry.person
    assert isinstance(person, ProposerForm)
    async with transaction():
        await fetch(f"SELECT id FROM cfp_call WHERE id = $1 {locked()}", call.id)  # noqa: S608
        speaker = await authors.by_email(event, person.email)
        known = speaker is not None
        if speaker is None:
            speaker = await authors.add_speaker(event, person)
            await keep_about(speaker, entry.about)
        proposal = await _make(event, call, speaker, entry, code, by=speaker.name)
        for address in person.co_speakers:
            if address != speaker.email and not known:
                await authors.invite(event, proposal, address, by=speaker.name)
        mine = await Author.filter(proposal=proposal, speaker=speaker).select_related("speaker")
        if known or not submit:
            await letters.promise("draft_waits", event, proposal, mine)
        else:
            await submit_draft(event, proposal, by=speaker.name)


async def start(event: Event, call: Call, speaker: Speaker, entry: Entry, *, by: str, code: AccessCode | None = None) -> Proposal:
    """A draft of somebody who came by their own link, or for whom an organiser makes it."""
    async with transaction():
        return await _make(event, call, speaker, entry, code, by=by)


async def _make(event: Event, call: Call, speaker: Speaker, entry: Entry, code: AccessCode | None, *, by: str) -> Proposal:
    assert entry.proposal is not None
    proposal = await Proposal.create(
        call=call,
        code=short_code(6),
        answers=entry.answers,
        access_code=code,
        modified_at=now(),
        **await _columns(event, call, entry.proposal),
    )
    await Author.create(proposal=proposal, speaker=speaker, joined_at=now())
    await record("proposal.drafted", proposal, by=by)
    return proposal


async def _columns(event: Event, call: Call, wanted: ProposalForm) -> dict[str, Any]:
    """Codes become rows of this event."""
    columns = wanted.model_dump(include={"title", "abstract", "description", "notes", "language"})
    kind = await ProposalType.get_or_none(call=call, code=wanted.type)
    track = await Track.get_or_none(event=event, code=wanted.track) if wanted.track else None
    if kind is None:
        raise Invalid([("type", "Choose what you want to give.")])
    if wanted.track and track is None:
        raise Invalid([("track", "Choose one of the tracks.")])
    return {**columns, "type_id": kind.id, "track_id": track.id if track else None}


async def keep_about(speaker: Speaker, answers: Answers) -> None:
    """What the call's fields ask about the person; once for all their proposals."""
    row, new = await SpeakerAnswers.get_or_create(speaker=speaker, defaults={"answers": answers})
    if not new and row.answers != answers:
        await row.change(answers=answers)


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


async def rewrite(event: Event, proposal: Proposal, entry: Entry, *, by: str) -> None:
    """Change what it says, whatever its state: for organisers."""
    assert entry.proposal is not None
    async with transaction():
        values = {**await _columns(event, proposal.call, entry.proposal), "answers": {**proposal.answers, **entry.answers}}
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
