"""What an accepted proposal becomes: a draft session of the agenda, once; and what becomes of that when the acceptance is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsvc.agenda.models import BREAK, Session, SessionState
from eventsvc.agenda.rules import sessions
from eventsvc.audit.rules import record
from eventsvc.cfp.models import PROPOSAL_MOVES, Answers, Author, Field, FieldTarget, Proposal, ProposalState, SpeakerAnswers
from eventsvc.cfp.rules.seen import words
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch


class CannotMove(Refused):
    kind = "not-possible"
    title = "The proposal cannot go there"


async def hold(proposal: Proposal) -> None:
    """Inside a transaction: nobody else changes this proposal until it ends; its state and session are fresh."""
    await fetch(f"SELECT id FROM proposal WHERE id = $1 {locked()}", proposal.id)  # noqa: S608
    await proposal.refresh_from_db(fields=["state", "pending", "session_id", "submitted_at", "decided_at", "access_code_id"])


def check_move(proposal: Proposal, state: ProposalState) -> None:
    """Raises CannotMove."""
    if state not in PROPOSAL_MOVES[proposal.state]:
        raise CannotMove(f"A proposal that is {proposal.state} cannot become {state}.", field="state")


async def accept(event: Event, proposal: Proposal, *, by: str) -> Session:
    """Accept it and make its draft session. Accepting twice makes one. Load the proposal with its call. Raises CannotMove.

    No letter is sent: see `letters.tell_decision`.
    """
    async with transaction():
        await hold(proposal)
        if proposal.state != ProposalState.ACCEPTED:
            check_move(proposal, ProposalState.ACCEPTED)
            await proposal.change(state=ProposalState.ACCEPTED, pending=None, decided_at=now(), modified_at=now())
            await record("proposal.accepted", proposal, by=by)
        if proposal.session_id is not None:
            known = await Session.get(id=proposal.session_id)
            again = known.state == SessionState.CANCELLED
            return await sessions.change_session(event, known, {"state": SessionState.DRAFT}, by=by) if again else known
        await proposal.fetch_related("type", "track")
        joined = await Author.filter(proposal=proposal).exclude(joined_at=None).select_related("speaker")
        session = await sessions.add_session(
            event,
            {
                "title": proposal.title,
                "abstract": proposal.abstract,
                "description": proposal.description,
                "language": proposal.language,
                "track": proposal.track.code if proposal.track else "",
                "kind": _kind(proposal.type.name),
                "speakers": [author.speaker.code for author in joined],
                "state": SessionState.DRAFT,
                "extra": await _extra(proposal),
            },
            by=by,
        )
        await proposal.change(session_id=session.id)
    return session


def _kind(name: str) -> str:
    """“Break” names pauses in the agenda, so no type of proposal may."""
    kind = name.lower()[:80]
    return kind if kind != BREAK else "talk"


async def _extra(proposal: Proposal) -> dict[str, Any]:
    """The wanted length, and the answers that the public may read."""
    return {"minutes": proposal.type.minutes, **(await public_answers(proposal.call_id, [proposal]))[proposal.id]}


async def public_answers(call_id: int, proposals: Sequence[Proposal]) -> dict[int, dict[str, Any]]:
    """By proposal number, what its session says of answers: `answers` about itself, `speaker_answers` about its people by their code.

    The same few queries however many proposals.
    """
    fields = await Field.filter(call_id=call_id, public=True, retired_at=None)
    session = [field for field in fields if field.target == FieldTarget.SESSION]
    person = [field for field in fields if field.target == FieldTarget.SPEAKER]
    people: dict[int, list[int]] = {}
    about: dict[int, SpeakerAnswers] = {}
    if person:
        authored = Author.filter(proposal_id__in=[one.id for one in proposals]).order_by("position", "id")
        for number, speaker in await authored.values_list("proposal_id", "speaker_id"):
            people.setdefault(int(str(number)), []).append(int(str(speaker)))
        known = SpeakerAnswers.filter(speaker_id__in=sorted({one for theirs in people.values() for one in theirs}))
        about = {one.speaker_id: one for one in await known.select_related("speaker")}
    found = {}
    for proposal in proposals:
        said = [about[one] for one in people.get(proposal.id, []) if one in about]
        rows = {one.speaker.code: told(person, one.answers) for one in said}
        found[proposal.id] = {
            "answers": told(session, proposal.answers),
            "speaker_answers": {code: shown for code, shown in rows.items() if shown},
        }
    return found


def told(fields: list[Field], answers: Answers) -> list[dict[str, str]]:
    """Answers as a page shows them: label and value."""
    return [{"label": field.label, "value": words(answers[field.key])} for field in fields if field.key in answers]


async def undo(event: Event, proposal: Proposal, *, by: str) -> None:
    """Inside a transaction: it is accepted no more. A draft session goes; one the public has seen is cancelled: calendars follow."""
    if proposal.session_id is None:
        return
    session = await Session.get(id=proposal.session_id)
    if session.state == SessionState.DRAFT:
        await proposal.change(session_id=None)
        await session.delete()
        await touch(event)
    elif session.state == SessionState.CONFIRMED:
        await sessions.change_session(event, session, {"state": SessionState.CANCELLED}, by=by)
