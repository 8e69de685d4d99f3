"""A speaker says yes or no to a session that was offered to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventsvc.agenda.models import Session, SessionSpeaker, SessionState, Slot
from eventsvc.agenda.rules import sessions
from eventsvc.audit.rules import record
from eventsvc.core.clock import now, utc
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.mail import rules as mail
from eventsvc.speakers.models import Speaker


class TooLate(Refused):
    kind = "cancelled"
    title = "This session is cancelled"


def asked_at(session: Session) -> datetime | None:
    """When an organiser asked the speakers of a draft whether they come; None when nobody did."""
    said = session.extra.get("asked_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


async def ask(event: Event, session: Session, *, by: str) -> int:
    """Offer a draft to everybody on its bill, by mail. Returns how many letters were written. Raises TooLate."""
    written = 0
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if current.state != SessionState.DRAFT:
            raise TooLate("Only a draft can be offered: this session is confirmed or cancelled.")
        await current.change(extra={**current.extra, "asked_at": utc(now())})
        for one in await SessionSpeaker.filter(session=current).select_related("speaker"):
            if one.speaker.email:
                dedupe = f"ask:{current.id}:{one.speaker_id}:{now().date()}"
                facts = {"session": current.id, "speaker": one.speaker_id}
                written += await mail.queue("agenda/nudge", one.speaker.email, event_id=event.id, dedupe=dedupe, **facts)
        await record("session.offered", current, by=by, letters=written)
    return written


async def confirm(event: Event, session: Session, *, by: str) -> bool:
    """Yes: the session is public from now on. Said again it changes nothing; says whether it did. Raises TooLate."""
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if current.state == SessionState.CANCELLED:
            raise TooLate("This session was cancelled meanwhile. Write to the organisers if that is a surprise.")
        if current.state == SessionState.CONFIRMED:
            return False
        await sessions.change_session(event, current, {"state": SessionState.CONFIRMED}, by=by)
        await record("session.confirmed", current, by=by)
    return True


async def decline(event: Event, session: Session, speaker: Speaker, word: str, *, by: str) -> None:
    """No: they leave the bill, and the organisers get a letter with the word.

    With others on the bill it goes on without them. Without: a public session is cancelled, with everybody who follows it told;
    a draft stays the organisers', without a time and with nobody on the bill, and nobody ever sees it cancelled.
    """
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if current.state == SessionState.CANCELLED:
            raise TooLate("This session is cancelled already.")
        alone = not await SessionSpeaker.filter(session=current).exclude(speaker=speaker).exists()
        if alone:
            await Slot.filter(session=current).delete()
        if alone and current.state == SessionState.CONFIRMED:
            await sessions.change_session(event, current, {"state": SessionState.CANCELLED}, by=by)
        else:
            await SessionSpeaker.filter(session=current, speaker=speaker).delete()
        if alone and current.state == SessionState.DRAFT:
            await sessions.change_session(event, current, {"start": None, "end": None, "room": None}, by=by)
        await touch(event)
        await record("session.declined", current, by=by, alone=alone)
        outcome = "freed" if current.state == SessionState.DRAFT else "cancelled"
        await tell_declined(event, current, speaker, word, outcome if alone else "goes_on")


async def tell_declined(event: Event, session: Session, speaker: Speaker, word: str, outcome: str) -> None:
    """A letter to the organisers. It keeps all it says: the session may be gone when it is written. `outcome` is one its template knows."""
    contact = event.contact_email or event.organiser.contact_email
    if contact:
        facts: dict[str, Any] = {"name": speaker.name, "title": session.title, "code": session.code, "word": word, "outcome": outcome}
        await mail.queue("agenda/declined", contact, event_id=event.id, **facts)
