"""Who else gives a session: speakers bring each other in."""

from __future__ import annotations

from datetime import timedelta

from eventsvc.agenda.models import Session, SessionSpeaker, SessionState
from eventsvc.audit.rules import record
from eventsvc.core import attempts
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.mail import rules as mail
from eventsvc.speakers.forms import SpeakerForm
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import INVITES_AN_HOUR, add_unlisted, by_email

MOST = 8


class CannotJoin(Refused):
    kind = "cannot-join"
    title = "They cannot be added"


async def add_co_speaker(event: Event, session: Session, name: str, email: str, inviter: Speaker, *, by: str) -> Speaker:
    """Put somebody on the bill and send them their own link. An address known here keeps its name. Raises CannotJoin, TooMany."""
    await attempts.count("invite", str(inviter.id), limit=INVITES_AN_HOUR, per=timedelta(hours=1))
    async with transaction():
        current = await Session.select_for_update().get(id=session.id)
        if current.state == SessionState.CANCELLED:
            raise CannotJoin("This session is cancelled.")
        bill = await SessionSpeaker.filter(session=current).values_list("speaker_id", flat=True)
        speaker = await by_email(event, email)
        if speaker and speaker.id in bill:
            raise CannotJoin("Somebody with this address is on the bill already.", field="email")
        if len(bill) >= MOST:
            raise CannotJoin(f"A session has at most {MOST} speakers. Ask the organisers if you need more.", field="email")
        if speaker is None:
            speaker = await add_unlisted(event, SpeakerForm(name=name), email, by=by)
        await SessionSpeaker.create(session=current, speaker=speaker, position=len(bill))
        await mail.queue(
            "agenda/co_speaker",
            email,
            event_id=event.id,
            dedupe=f"co-speaker:{current.id}:{speaker.id}",
            session=current.id,
            speaker=speaker.id,
            inviter=inviter.id,
        )
        await touch(event)
        await record("session.co_speaker", current, by=by)
    return speaker
