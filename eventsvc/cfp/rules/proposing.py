"""How a proposal comes in: from the public page without an account, from somebody's own link, from an organiser.

The person's only credential is the link that goes to their address by mail. A stranger who types somebody's address learns nothing and
changes nothing: the proposal waits as a draft behind that person's own link.
"""

from __future__ import annotations

from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.cfp.forms.entry import Entry
from eventsvc.cfp.forms.proposal import ProposerForm
from eventsvc.cfp.models import AccessCode, Author, Call, Proposal, ProposalState
from eventsvc.cfp.rules import authors, letters
from eventsvc.cfp.rules.entries import columns, keep_about, keep_person
from eventsvc.cfp.rules.proposals import submit_draft
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.speakers import rules as speakers
from eventsvc.speakers.models import Speaker

TWICE = timedelta(minutes=10)
"""Within this time the same title from the same person is the same proposal."""


async def propose(event: Event, call: Call, entry: Entry, *, submit: bool, code: AccessCode | None = None) -> None:
    """What the public page takes. Whatever is known of the address, the outcome looks the same to whoever typed it.

    A new address becomes a speaker with this proposal, and gets its personal link. To a known one the proposal is a draft that
    waits behind the link that goes there; nothing else of theirs changes.
    """
    person = entry.person
    assert isinstance(person, ProposerForm)
    async with transaction():
        await fetch(f"SELECT id FROM cfp_call WHERE id = $1 {locked()}", call.id)  # noqa: S608
        speaker = await speakers.by_email(event, person.email)
        known = speaker is not None
        if speaker is None:
            speaker = await speakers.add_unlisted(event, person, person.email, by="the call")
            await keep_about(speaker, entry.about)
        if await _said_already(call, speaker, entry):
            return
        proposal = await _make(event, call, speaker, entry, code, by=speaker.name)
        for address in person.co_speakers:
            if address != speaker.email and not known:
                await authors.invite(event, proposal, address, by=speaker.name)
        mine = await Author.filter(proposal=proposal, speaker=speaker).select_related("speaker")
        if known or not submit:
            await letters.promise("draft_waits", event, proposal, mine)
        else:
            await submit_draft(event, proposal, by=speaker.name)


async def _said_already(call: Call, speaker: Speaker, entry: Entry) -> bool:
    """A button pressed twice, or a page sent again, is one proposal."""
    assert entry.proposal is not None
    lately = Proposal.filter(call=call, authors__speaker=speaker, title=entry.proposal.title, created_at__gt=now() - TWICE)
    return await lately.exclude(state=ProposalState.WITHDRAWN).exists()


async def start_own(event: Event, call: Call, speaker: Speaker, entry: Entry, *, submit: bool, code: AccessCode | None = None) -> Proposal:
    """A further proposal of somebody who came by their own link. Raises what `submit_draft` raises; then there is none."""
    async with transaction():
        await fetch(f"SELECT id FROM cfp_call WHERE id = $1 {locked()}", call.id)  # noqa: S608
        proposal = await _make(event, call, speaker, entry, code, by=speaker.name)
        await keep_person(event, speaker, entry)
        if submit:
            await submit_draft(event, proposal, by=speaker.name)
    return proposal


async def _make(event: Event, call: Call, speaker: Speaker, entry: Entry, code: AccessCode | None, *, by: str) -> Proposal:
    assert entry.proposal is not None
    proposal = await Proposal.create(
        call=call,
        code=short_code(6),
        answers=entry.answers,
        access_code=code,
        modified_at=now(),
        **await columns(event, call, entry.proposal),
    )
    await Author.create(proposal=proposal, speaker=speaker, joined_at=now())
    await record("proposal.drafted", proposal, by=by)
    return proposal


async def add_for(event: Event, call: Call, entry: Entry, person: ProposerForm, *, by: str, submit: bool, tell: bool) -> Proposal:
    """An organiser proposes for somebody, whatever is open: as a draft for them to go on with, or submitted. `tell`: with a letter.

    A speaker who is known keeps their name and words.
    """
    async with transaction():
        await fetch(f"SELECT id FROM cfp_call WHERE id = $1 {locked()}", call.id)  # noqa: S608
        speaker = await speakers.by_email(event, person.email)
        if speaker is None:
            speaker = await speakers.add_unlisted(event, person, person.email, by=by)
        proposal = await _make(event, call, speaker, entry, None, by=by)
        if submit:
            await proposal.change(state=ProposalState.SUBMITTED, submitted_at=now())
            await record("proposal.submitted", proposal, by=by)
        for address in person.co_speakers:
            if address != speaker.email:
                await authors.invite(event, proposal, address, by=by)
        if tell:
            mine = await Author.filter(proposal=proposal, speaker=speaker).select_related("speaker")
            await letters.promise("acknowledged" if submit else "draft_waits", event, proposal, mine)
    return proposal
