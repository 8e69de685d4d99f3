"""Calendars of the demo: a few people have their sessions by mail."""

from __future__ import annotations

from eventsvc.agenda.models import BREAK, Session, SessionState
from eventsvc.agenda.rules import following as favourites
from eventsvc.calendars.rules import following
from eventsvc.calendars.rules.telling import tell_due
from eventsvc.core import device
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import Ticket, TicketState

FOLLOWERS, EACH = 6, 4


async def fill(event: Event) -> None:
    """Attendees (not the one whose link is printed) and a speaker follow; their first letters are promised."""
    talks = await Session.filter(event=event, state=SessionState.CONFIRMED).exclude(kind=BREAK).exclude(start=None).order_by("-start")
    tickets = await Ticket.filter(event=event, state=TicketState.VALID).exclude(scans=None).order_by("id").distinct().limit(FOLLOWERS)
    for number, ticket in enumerate(tickets):
        for talk in talks[number : number + EACH]:
            await favourites.keep(event, talk, device.ticket(ticket.id))
        await following.follow(event, ticket)
    speaker = await Speaker.filter(event=event, sessions__session__state=SessionState.CONFIRMED).exclude(email="").order_by("-id").first()
    if speaker:
        await following.follow(event, speaker)
    await tell_due()
