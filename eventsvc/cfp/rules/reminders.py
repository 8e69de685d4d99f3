"""Asking for a link, and the reminder of drafts that nobody has submitted."""

from __future__ import annotations

from datetime import timedelta

from tortoise.expressions import Subquery

from eventsvc.cfp.models import Author, Call, Proposal, ProposalState, ProposalType
from eventsvc.cfp.rules import letters
from eventsvc.cfp.rules.calls import deadline
from eventsvc.core.attempts import count
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.events.models import Event, EventState
from eventsvc.mail.models import Letter
from eventsvc.mail.rules import queue
from eventsvc.speakers.rules import by_email

BEFORE = timedelta(days=3)
HOUR = timedelta(hours=1)


async def count_asking(address: str, *emails: str) -> None:
    """From one network address, and for each mail address that gets a letter. Raises TooMany, for known and unknown ones alike."""
    await count("cfp", address, limit=30, per=HOUR)
    for email in emails:
        await count("cfp-mail", email, limit=8, per=HOUR)


async def send_link(event: Event, email: str, address: str) -> None:
    """Send somebody the link to their own page. Nothing tells whoever asks whether the address is known."""
    await count_asking(address, email)
    async with transaction():
        speaker = await by_email(event, email)
        if speaker is not None:
            await queue("cfp/find", speaker.email, event_id=event.id, speaker=speaker.id)


async def remind_due() -> int:
    """Three days before a type closes, remind those with a draft of it, once. Returns how many letters."""
    moment, sent = now(), 0
    for call in await Call.filter(published=True, event__state=EventState.PUBLISHED).select_related("event"):
        for kind in await ProposalType.filter(call=call):
            until = deadline(call, kind)
            if until is None or not moment < until <= moment + BEFORE:
                continue
            # What was begun a moment ago needs no reminder.
            drafts = Proposal.filter(type=kind, state=ProposalState.DRAFT, created_at__lt=moment - timedelta(hours=12))
            firsts = await Author.filter(proposal_id__in=Subquery(drafts.values("id")), position=0).select_related("speaker", "proposal")
            promised = {one.dedupe for one in await Letter.filter(event_id=call.event_id, kind="cfp/draft_reminder").only("id", "dedupe")}
            async with transaction():
                for first in firsts:
                    dedupe = f"cfp-draft:{first.proposal_id}"
                    if f"{dedupe}:{first.speaker_id}" not in promised:
                        sent += await letters.promise("draft_reminder", call.event, first.proposal, [first], dedupe=dedupe)
    return sent
