"""What the form asks of whom right now, and how what was filled in becomes rows."""

from __future__ import annotations

from typing import Any

from eventsvc.agenda.models import Track
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.cfp.forms.entry import Asked, Entry
from eventsvc.cfp.forms.proposal import ProposalForm
from eventsvc.cfp.models import AccessCode, Answers, Call, Proposal, ProposalType, SpeakerAnswers
from eventsvc.cfp.rules.calls import open_types, tracks_of
from eventsvc.cfp.rules.fields import fields_of
from eventsvc.core.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.speakers.forms import SpeakerForm
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import change_speaker


async def asked(event: Event, call: Call, code: AccessCode | None = None, proposal: Proposal | None = None) -> Asked:
    """What the form asks now. An existing proposal keeps its type, whatever is open."""
    types = await ProposalType.filter(call=call)
    offered = open_types(call, types, code)
    if proposal is not None:
        offered = [kind for kind in types if kind in offered or kind.id == proposal.type_id]
    return Asked(call, offered, await tracks_of(event, call), await fields_of(call))


async def asked_of_organiser(event: Event, call: Call) -> Asked:
    """The form for organisers: every type, whatever is open."""
    return Asked(call, await ProposalType.filter(call=call), await tracks_of(event, call), await fields_of(call))


async def columns(event: Event, call: Call, wanted: ProposalForm) -> dict[str, Any]:
    """Codes become rows of this event."""
    values = wanted.model_dump(include={"title", "abstract", "description", "notes", "language"})
    kind = await ProposalType.get_or_none(call=call, code=wanted.type)
    track = await Track.get_or_none(event=event, code=wanted.track) if wanted.track else None
    if kind is None:
        raise Invalid([("type", "Choose what you want to give.")])
    if wanted.track and track is None:
        raise Invalid([("track", "Choose one of the tracks.")])
    return {**values, "type_id": kind.id, "track_id": track.id if track else None}


async def keep_person(event: Event, speaker: Speaker, entry: Entry) -> None:
    """What they say about themselves beside a proposal. The words of somebody who is public already change on their own page only."""
    if entry.person is not None and not await is_public(event, speaker):
        await change_speaker(event, speaker, SpeakerForm(**entry.person.model_dump(include=set(SpeakerForm.model_fields))), by=speaker.name)
    await keep_about(speaker, entry.about)


async def is_public(event: Event, speaker: Speaker) -> bool:
    """Is this person on a public page?"""
    return await public_speakers(event).filter(id=speaker.id).exists()


async def keep_about(speaker: Speaker, answers: Answers) -> None:
    """What the call's fields ask about the person; once for all their proposals."""
    row, new = await SpeakerAnswers.get_or_create(speaker=speaker, defaults={"answers": answers})
    if not new and row.answers != answers:
        await row.change(answers=answers)
