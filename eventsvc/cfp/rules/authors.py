"""Who proposes: one speaker for each event and address; co-speakers who are invited by mail, join in one tap, or decline."""

from __future__ import annotations

from eventsvc.agenda.models import Session, SessionSpeaker
from eventsvc.agenda.rules import sessions
from eventsvc.audit.rules import record
from eventsvc.cfp.forms.proposal import MAX_CO_SPEAKERS
from eventsvc.cfp.models import Author, Proposal, ProposalState
from eventsvc.cfp.rules import letters
from eventsvc.cfp.rules.acceptance import hold
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.speakers.forms import SpeakerForm
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import add_unlisted, by_email


class CannotInvite(Refused):
    status = 422
    kind = "invalid"
    title = "This person cannot be invited"


class OnlyAuthor(Refused):
    kind = "only-author"
    title = "Somebody has to give it"


async def invite(event: Event, proposal: Proposal, email: str, *, by: str) -> Author:
    """Ask somebody to give it too; a letter with their own link goes out. Asking twice is once. Raises CannotInvite."""
    async with transaction():
        await hold(proposal)  # two who invite at once are counted one after the other
        speaker = await by_email(event, email) or await add_unlisted(event, SpeakerForm(name=email.partition("@")[0]), email, by=by)
        known = await Author.get_or_none(proposal=proposal, speaker=speaker)
        if known is not None:
            return known
        count = await Author.filter(proposal=proposal).count()
        if count > MAX_CO_SPEAKERS:
            raise CannotInvite(f"A proposal has at most {MAX_CO_SPEAKERS} co-speakers.", field="email")
        author = await Author.create(proposal=proposal, speaker=speaker, position=count)
        author.speaker = speaker
        await letters.promise("co_speaker", event, proposal, [author], dedupe=f"cfp-co:{proposal.id}")
        await record("proposal.author_invited", proposal, by=by)
    return author


async def join(event: Event, proposal: Proposal, author: Author, *, by: str) -> None:
    """They give it too. Twice is once. Of an accepted proposal they join the session as well."""
    async with transaction():
        await hold(proposal)  # who accepts it at this moment puts those on the bill who have joined
        if not await Author.filter(id=author.id, joined_at=None).update(joined_at=now()):
            return
        await _bill(event, proposal, by)
        await record("proposal.author_joined", proposal, by=by)


async def remove(event: Event, proposal: Proposal, author: Author, *, by: str) -> None:
    """They decline, leave, or are taken off. Who has nothing else at this event is forgotten. Raises OnlyAuthor."""
    async with transaction():
        await hold(proposal)
        others = Author.filter(proposal=proposal).exclude(id=author.id).exclude(joined_at=None)
        if author.joined_at is not None and not await others.exists():
            raise OnlyAuthor("Nobody else gives this. Withdraw the proposal instead.")
        await author.delete()
        for position, one in enumerate(await Author.filter(proposal=proposal)):
            if one.position != position:
                await one.change(position=position)
        await _bill(event, proposal, by)
        await record("proposal.author_left", proposal, by=by)
        await _forget(author.speaker_id)


async def _bill(event: Event, proposal: Proposal, by: str) -> None:
    """The session of an accepted proposal is given by those who joined."""
    if proposal.state == ProposalState.ACCEPTED and proposal.session_id is not None:
        session = await Session.get(id=proposal.session_id)
        joined = await Author.filter(proposal=proposal).exclude(joined_at=None).select_related("speaker")
        await sessions.change_session(event, session, {"speakers": [one.speaker.code for one in joined]}, by=by)


async def _forget(speaker_id: int) -> None:
    speaker = await Speaker.get(id=speaker_id)
    if speaker.listed or await Author.exists(speaker_id=speaker_id) or await SessionSpeaker.exists(speaker_id=speaker_id):
        return
    await speaker.delete()
