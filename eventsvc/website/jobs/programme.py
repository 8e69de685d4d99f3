"""Letters about the programme that show several domains, and the places that cancelled tickets leave behind."""

from __future__ import annotations

from eventsvc.agenda.models import Release, Session, Signup, SignupState
from eventsvc.agenda.render.changes import lines
from eventsvc.agenda.rules import signups
from eventsvc.agenda.rules.preparing import MISSING
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch
from eventsvc.core.text import one_line
from eventsvc.mail import rules as mail
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import link as speaker_link
from eventsvc.ticketing.models import HOLDING, Ticket
from eventsvc.website.rules import published, speaking


async def speaker_reminder(letter: Letter) -> Message | None:
    """What a speaker still lacks. None when nothing is missing any more, or the event is over."""
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"]).select_related("event__organiser")
    if speaker is None or now() >= speaker.event.ends_at:
        return None
    event = speaker.event
    ready = next((one for one in await speaking.readiness(event) if one.speaker.id == speaker.id), None)
    if ready is None or not ready.missing:
        return None
    return compose(
        "website/speaker_reminder",
        f"{event.name}: a few things are still open",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        name=one_line(speaker.name),
        missing=[MISSING[key] for key in ready.missing],
        link=speaker_link(event, speaker.secret),
    )


async def place(letter: Letter) -> Message | None:
    """A place became free and is the attendee's now. None when they gave it back before the letter went out."""
    signup = await Signup.get_or_none(id=letter.facts["signup"], state=SignupState.GOING).select_related("session__room")
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"], state__in=HOLDING).prefetch_related("event__organiser")
    if signup is None or ticket is None:
        return None
    event, session = ticket.event, signup.session
    return compose(
        "website/place",
        f"A place is yours: {session.title}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        ticket=ticket,
        session=session,
        base=f"{settings().base_url}/{event.slug}",
    )


async def place_free(signup: int) -> None:
    """Promise the letter to whoever moved up, once however often the job runs."""
    row = await Signup.get_or_none(id=signup, state=SignupState.GOING)
    ticket = await Ticket.get_or_none(id=row.ticket_id, state__in=HOLDING) if row else None
    if ticket:
        await mail.queue("website/place", ticket.email, event_id=ticket.event_id, dedupe=f"place:{signup}", signup=signup, ticket=ticket.id)


async def release(letter: Letter) -> Message | None:
    """To an attendee: what a new version changed for them. None when nothing of theirs is in it any more, or the ticket is gone."""
    version = await Release.get_or_none(id=letter.facts["release"]).select_related("event__organiser")
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"], state__in=HOLDING)
    changes = await published.changes_for(ticket, version) if version and ticket else []
    if version is None or ticket is None or not changes:
        return None
    event, many = version.event, len(changes)
    return compose(
        "website/release",
        f"{event.name}: {'a session of yours has' if many == 1 else f'{many} of your sessions have'} changed",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        lines=lines(event, changes),
        note=version.note,
        link=f"{settings().base_url}/{event.slug}/my/{ticket.secret}",
    )


async def give_places_back() -> None:
    """The places of tickets that were cancelled: agenda does not know tickets, so nobody else would."""
    rows = await fetch(
        """SELECT s.session_id, s.ticket_id FROM signup s LEFT JOIN ticket t ON t.id = s.ticket_id
           WHERE t.id IS NULL OR t.state IN ('cancelled') ORDER BY s.id LIMIT 500"""
    )
    for row in rows:
        session = await Session.get(id=row["session_id"])
        await signups.give_back(session, row["ticket_id"], by="cancelled ticket")
