"""What a speaker changes in something public waits for an organiser; what nobody sees yet changes at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eventsvc.agenda.models import AMENDMENT_MOVES, Amendment, AmendmentState, Session, SessionState
from eventsvc.agenda.rules import sessions
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.speakers import rules as speakers
from eventsvc.speakers.forms import SpeakerForm
from eventsvc.speakers.models import Speaker

SESSION_TEXTS = ("title", "subtitle", "abstract", "description")
SPEAKER_TEXTS = tuple(SpeakerForm.model_fields)
LABELS = {
    "title": "Title",
    "subtitle": "Subtitle",
    "abstract": "Abstract",
    "description": "Longer description",
    "name": "Name",
    "job_title": "Job title",
    "organisation": "Organisation",
    "biography": "Biography",
}


async def on_programme(speaker: Speaker) -> bool:
    """Does the public see them with a session? Then their texts change only with an organiser's word."""
    return await Session.filter(speakers__speaker=speaker).exclude(state=SessionState.DRAFT).exists()


async def waiting_for(speaker: Speaker, session: Session | None = None) -> Amendment | None:
    """The change that waits: of this session whoever asked for it, or of the speaker's own texts."""
    about = Amendment.filter(state=AmendmentState.WAITING)
    about = about.filter(session=session) if session else about.filter(session=None, speaker=speaker)
    return await about.order_by("-id").first()


async def change_session_texts(event: Event, session: Session, speaker: Speaker, wanted: dict[str, Any], *, by: str) -> bool:
    """Change a draft, or ask for a change of a public session. Says whether it is done (False: it waits, or nothing was different)."""
    wanted = {name: wanted[name] for name in SESSION_TEXTS if name in wanted}
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if current.state == SessionState.DRAFT:
            await sessions.change_session(event, current, wanted, by=by)
            return True
        await _ask(event, speaker, current, wanted, by)
    return False


async def change_speaker_texts(event: Event, speaker: Speaker, wanted: SpeakerForm, *, by: str) -> bool:
    """Change a speaker the public does not see on the programme, or ask for the change. Says whether it is done."""
    async with transaction():
        current = await Speaker.select_for_update().get(id=speaker.id)
        if not await on_programme(speaker):
            await speakers.change_speaker(event, current, wanted, by=by)
            return True
        await _ask(event, current, None, wanted.model_dump(), by)
    return False


async def _ask(event: Event, speaker: Speaker, session: Session | None, wanted: dict[str, Any], by: str) -> None:
    """One change waits at a time: a newer one takes its place, and none is left when everything is as it was."""
    about = session or speaker
    after = {name: value for name, value in wanted.items() if getattr(about, name) != value}
    waiting = await waiting_for(speaker, session)
    if waiting and waiting.after == after:
        return
    if waiting:
        await waiting.delete()
    if after:
        before = {name: getattr(about, name) for name in after}
        made = await Amendment.create(event=event, speaker=speaker, session=session, before=before, after=after, by=by[:120])
        await record("amendment.asked", made, by=by, fields=sorted(after))
    elif waiting:
        await record("amendment.withdrawn", waiting, by=by)


async def waiting_at(event: Event) -> list[Amendment]:
    """Every change that waits at an event, oldest first, with its speaker and session."""
    return await Amendment.filter(event=event, state=AmendmentState.WAITING).select_related("speaker", "session").order_by("id")


async def approve(event: Event, numbers: Iterable[int], *, by: str) -> int:
    """Put these waiting changes into the programme and tell their speakers. Returns how many; others were decided meanwhile."""
    done = 0
    async with transaction():
        for amendment in await _claim(event, numbers, AmendmentState.APPROVED, by):
            if amendment.session_id:
                session = await Session.select_for_update().get(id=amendment.session_id)
                await sessions.change_session(event, session, amendment.after, by=by)
            else:
                speaker = await Speaker.select_for_update().get(id=amendment.speaker_id)
                now_so = {name: getattr(speaker, name) for name in SPEAKER_TEXTS}
                await speakers.change_speaker(event, speaker, SpeakerForm(**{**now_so, **amendment.after}), by=by)
            await _tell(amendment, "")
            await record("amendment.approved", amendment, by=by)
            done += 1
    return done


async def decline(event: Event, numbers: Iterable[int], word: str, *, by: str) -> int:
    """Leave the programme as it is, and tell the speakers with a word why. Returns how many."""
    done = 0
    async with transaction():
        for amendment in await _claim(event, numbers, AmendmentState.DECLINED, by):
            await _tell(amendment, word)
            await record("amendment.declined", amendment, by=by)
            done += 1
    return done


async def _claim(event: Event, numbers: Iterable[int], state: AmendmentState, by: str) -> list[Amendment]:
    """Those of this event that still wait, now decided: of two organisers at once, one decides."""
    found = await Amendment.filter(event=event, id__in=list(numbers)).select_related("speaker").order_by("id")
    claimed = []
    for amendment in found:
        if state not in AMENDMENT_MOVES[amendment.state]:
            continue
        waiting = Amendment.filter(id=amendment.id, state=AmendmentState.WAITING)
        if await waiting.update(state=state, decided_by=by[:120], decided_at=now()):
            claimed.append(amendment)
    return claimed


async def _tell(amendment: Amendment, word: str) -> None:
    if amendment.speaker.email:
        await mail.queue(
            "agenda/amendment",
            amendment.speaker.email,
            event_id=amendment.event_id,
            dedupe=f"amendment:{amendment.id}",
            amendment=amendment.id,
            word=word,
        )
