"""Sessions offered to speakers, what speakers still lack, and the letters that remind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from eventsvc.agenda.models import Session, SessionSpeaker, SessionState
from eventsvc.agenda.rules import confirming, preparing
from eventsvc.agenda.rules.confirming import asked_at
from eventsvc.agenda.rules.sessions import in_order
from eventsvc.audit.rules import record
from eventsvc.cfp.models import Proposal, ProposalState
from eventsvc.cfp.rules import proposals
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event, EventState
from eventsvc.mail import rules as mail
from eventsvc.mail.models import Letter
from eventsvc.speakers.models import Preparation, Speaker

NUDGES = (3, 7, 14)
"""Days after the offer on which a speaker who has not answered is reminded."""

BEFORE = timedelta(hours=1)


async def offers(sessions: Iterable[Session]) -> dict[int, datetime]:
    """Of these drafts, those their speakers know of (an accepted proposal, or an organiser asked), and since when. By session number."""
    drafts = [session for session in sessions if session.state == SessionState.DRAFT]
    made = {session.id: asked for session in drafts if (asked := asked_at(session))}
    accepted = Proposal.filter(session_id__in=[session.id for session in drafts], state=ProposalState.ACCEPTED)
    by_number = {session.id: session for session in drafts}
    for proposal in await accepted if drafts else []:
        if proposal.session_id:
            made.setdefault(proposal.session_id, proposal.decided_at or by_number[proposal.session_id].created_at)
    return made


async def sessions_of(event: Event, speaker: Speaker) -> list[Session]:
    """What a speaker gives or was offered, by time. Drafts that nobody told them of are not theirs to see."""
    given = (
        await Session.filter(event=event, speakers__speaker=speaker)
        .select_related("room", "track", "chair")
        .prefetch_related("speakers__speaker")
    )
    offered = await offers(given)
    return in_order([one for one in given if one.state != SessionState.DRAFT or one.id in offered])


async def session_of(event: Event, speaker: Speaker, code: str) -> Session:
    """One of their sessions. Raises NotFound for anybody else's, and for a draft they were not told of."""
    for session in await sessions_of(event, speaker):
        if session.code == code:
            return session
    raise NotFound("There is no such session of yours. It may have been given to somebody else: ask the organisers.")


def on_now(event: Event, sessions: Iterable[Session], moment: datetime) -> list[Session]:
    """Their sessions of today that are not over, from an hour before the first: what the Today view shows."""
    today = [
        one
        for one in sessions
        if one.state == SessionState.CONFIRMED and one.start and event.local(one.start).date() == event.local(moment).date()
    ]
    if not today or moment < min(one.start for one in today if one.start) - BEFORE:
        return []
    return [one for one in today if one.end and moment < one.end + timedelta(minutes=one.late_minutes)]


async def decline(event: Event, session: Session, speaker: Speaker, word: str, *, by: str) -> None:
    """A speaker will not give a session: see `confirming.decline`. When nobody else gives an accepted proposal, that is withdrawn."""
    accepted = Proposal.filter(session_id=session.id, state=ProposalState.ACCEPTED).select_related("call")
    proposal = await accepted.first() if session.state == SessionState.DRAFT else None
    alone = not await SessionSpeaker.filter(session=session).exclude(speaker=speaker).exists()
    if proposal is None or not alone:
        await confirming.decline(event, session, speaker, word, by=by)
        return
    async with transaction():
        await proposals.withdraw(event, proposal, by=by)
        await record("session.declined", session, by=by, alone=True)
        if word:
            await confirming.tell_declined(event, session, speaker, word, "withdrawn")


@dataclass
class Readiness:
    """A speaker with a session, and what they lack (keys of `preparing.MISSING`)."""

    speaker: Speaker
    sessions: list[Session] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


async def readiness(event: Event) -> list[Readiness]:
    """Everybody with a session that is on or was offered, by name. The same few queries whatever the size."""
    bills = (
        await SessionSpeaker.filter(session__event=event)
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("session", "speaker")
        .order_by("session__start", "id")
    )
    offered = await offers([one.session for one in bills])
    slides = await preparing.with_slides([one.session for one in bills])
    told = {one.speaker_id: one for one in await Preparation.filter(speaker__event=event)}
    people: dict[int, Readiness] = {}
    for one in bills:
        if one.session.state == SessionState.CONFIRMED or one.session_id in offered:
            people.setdefault(one.speaker_id, Readiness(one.speaker)).sessions.append(one.session)
    for ready in people.values():
        todo = preparing.steps(ready.speaker, told.get(ready.speaker.id), ready.sessions, slides)
        ready.missing = [step.key for step in todo if not step.done]
    return sorted(people.values(), key=lambda ready: ready.speaker.name.casefold())


async def remind(event: Event, codes: Iterable[str], *, by: str) -> int:
    """Write to these speakers what they still lack, at most once a day each. Returns how many letters were written."""
    wanted, written = set(codes), 0
    async with transaction():
        for ready in await readiness(event):
            speaker = ready.speaker
            if speaker.code not in wanted or not ready.missing or not speaker.email:
                continue
            written += await mail.queue(
                "website/speaker_reminder",
                speaker.email,
                event_id=event.id,
                dedupe=f"remind:{speaker.id}:{now().date()}",
                speaker=speaker.id,
            )
        if written:
            await record("speaker.reminded", event, by=by, letters=written)
    return written


async def nudge_due() -> int:
    """Remind, 3, 7 and 14 days after an offer, everybody on a bill that nobody confirmed. Returns how many letters were written."""
    moment = now()
    drafts = (
        await Session.filter(state=SessionState.DRAFT, event__state=EventState.PUBLISHED, event__end__gte=moment.date() - timedelta(days=1))
        .select_related("event")
        .prefetch_related("speakers__speaker")
    )
    due: dict[str, tuple[Session, Speaker]] = {}
    offered = await offers(drafts)
    for session in drafts:
        if session.id not in offered or moment >= session.event.ends_at:
            continue
        days = [day for day in NUDGES if moment - offered[session.id] >= timedelta(days=day)]
        for one in session.speakers if days else []:
            if one.speaker.email:
                due[f"nudge:{session.id}:{one.speaker_id}:{days[-1]}"] = (session, one.speaker)
    known = {letter.dedupe for letter in await Letter.filter(dedupe__in=list(due)).only("id", "dedupe")} if due else set()
    written = 0
    for dedupe, (session, speaker) in due.items():
        if dedupe not in known:
            facts = {"session": session.id, "speaker": speaker.id}
            written += await mail.queue("agenda/nudge", speaker.email, event_id=session.event_id, dedupe=dedupe, **facts)
    return written
