"""Letters between speakers and organisers: yes and no, reminders, changes, invitations to the bill."""

from __future__ import annotations

from typing import Any

from eventsvc.agenda.models import Amendment, AmendmentState, Release, Session, SessionSpeaker, SessionState
from eventsvc.agenda.render.changes import lines
from eventsvc.agenda.rules.releases import changes_for
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.text import one_line, unlinked
from eventsvc.events.models import Event
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import link


def _letter(template: str, subject: str, event: Event, **context: Any) -> Message:
    return compose(
        template,
        f"{event.name}: {subject}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        manage=f"{settings().base_url}/manage/{event.slug}",
        **context,
    )


async def _both(letter: Letter) -> tuple[Session, Speaker] | None:
    session = await Session.get_or_none(id=letter.facts["session"]).select_related("event__organiser")
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"])
    return (session, speaker) if session and speaker else None


async def nudge(letter: Letter) -> Message | None:
    """Please confirm. None once it is confirmed or cancelled, they left the bill, or the event is over."""
    both = await _both(letter)
    if both is None:
        return None
    session, speaker = both
    event = session.event
    if session.state != SessionState.DRAFT or now() >= event.ends_at:
        return None
    if not await SessionSpeaker.exists(session=session, speaker=speaker):
        return None
    title = one_line(session.title)
    return _letter(
        "agenda/nudge",
        f"please confirm “{title}”",
        event,
        name=one_line(speaker.name),
        title=title,
        link=link(event, speaker.secret, f"/confirm/{session.code}"),
    )


async def declined(letter: Letter) -> Message | None:
    """To the organisers: somebody will not speak."""
    event = await Event.get_or_none(id=letter.event_id).select_related("organiser")
    if event is None:
        return None
    facts = {**letter.facts, "name": one_line(letter.facts["name"]), "title": one_line(letter.facts["title"])}
    return _letter("agenda/declined", f"{facts['name']} will not speak", event, **facts)


async def amendment(letter: Letter) -> Message | None:
    """To a speaker: their change is in, or why it is not."""
    found = await Amendment.get_or_none(id=letter.facts["amendment"]).select_related("event__organiser", "speaker", "session")
    if found is None:
        return None
    approved = found.state == AmendmentState.APPROVED
    return _letter(
        "agenda/amendment",
        "your change is on the programme" if approved else "about your change",
        found.event,
        name=one_line(found.speaker.name),
        about=f"“{one_line(found.session.title)}”" if found.session else "your entry as a speaker",
        approved=approved,
        word=letter.facts["word"],
        link=link(found.event, found.speaker.secret),
    )


async def co_speaker(letter: Letter) -> Message | None:
    """To somebody new on the bill: their own link."""
    both = await _both(letter)
    inviter = await Speaker.get_or_none(id=letter.facts["inviter"])
    if both is None or inviter is None:
        return None
    session, speaker = both
    if not await SessionSpeaker.exists(session=session, speaker=speaker):
        return None
    return _letter(
        "agenda/co_speaker",
        "your page as a speaker",
        session.event,
        name=unlinked(speaker.name),
        inviter=unlinked(inviter.name),
        title=unlinked(session.title),
        link=link(session.event, speaker.secret),
    )


async def unavailable(letter: Letter) -> Message | None:
    """To the organisers: a speaker cannot be there when they are on."""
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"]).select_related("event__organiser")
    if speaker is None:
        return None
    return _letter(
        "agenda/unavailable",
        f"{one_line(speaker.name)} cannot be there then",
        speaker.event,
        name=one_line(speaker.name),
        code=speaker.code,
        titles=[one_line(title) for title in letter.facts["titles"]],
    )


async def published(letter: Letter) -> Message | None:
    """To a speaker: where and when their sessions are in this version. None when none of theirs changed."""
    release = await Release.get_or_none(id=letter.facts["release"]).select_related("event__organiser")
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"])
    changes = await changes_for(speaker, release) if release and speaker else []
    if release is None or speaker is None or not changes:
        return None
    event = release.event
    told = lines(event, changes)
    subject = "your session has changed" if len(told) == 1 else "your sessions have changed"
    return _letter("agenda/published", subject, event, name=one_line(speaker.name), lines=told, link=link(event, speaker.secret))


letters: dict[str, Composer] = {
    "agenda/published": published,
    "agenda/unavailable": unavailable,
    "agenda/nudge": nudge,
    "agenda/declined": declined,
    "agenda/amendment": amendment,
    "agenda/co_speaker": co_speaker,
}
