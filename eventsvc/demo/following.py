"""What people keep and sign up for: favourites from many devices, one workshop with places left, one table that is full with a queue."""

from __future__ import annotations

import random
from datetime import timedelta

from eventsvc.agenda.models import BREAK, Session
from eventsvc.agenda.rules import following, sessions, signups
from eventsvc.core.clock import now, travel
from eventsvc.core.device import ticket
from eventsvc.core.signing import hashed
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketState

DEVICES, WITH_TICKETS = 90, 25
PLACES = {"Workshop: UKCA marking without tears": (30, 19), "Meet the buyer: fifteen-minute tables": (12, 17)}
"""Session → (places, how many want one)."""
LINKS = {
    "Welcome: why a cluster, and why now": {"slides_link": "https://example.org/slides/welcome.pdf"},
    "Tests that survive a winter": {
        "slides_link": "https://example.org/slides/tests-that-survive-a-winter.pdf",
        "recording_link": "https://example.org/recordings/tests-that-survive-a-winter",
    },
}


async def fill(event: Event) -> None:
    """In a fixed order of chance, a few days before the event: two demos are alike."""
    choose = random.Random(11)
    by_title = {one.title: one for one in await Session.filter(event=event)}
    talks = [one for one in by_title.values() if one.kind != BREAK and one.room_id]
    people = list(await Ticket.filter(event=event, state=TicketState.VALID, ticket_type__public=True).order_by("id"))
    with travel(now() - timedelta(days=3)):
        for title, links in LINKS.items():
            await sessions.change_session(event, by_title[title], links, by="demo")
        for title, (places, wanted) in PLACES.items():
            session = by_title[title]
            await sessions.change_session(event, session, {"signup_places": places}, by="demo")
            for one in choose.sample(people, wanted):
                await signups.sign_up(session, one.id, by="attendee")
        holders = [f"device:{hashed(str(number))[:40]}" for number in range(DEVICES)] + [ticket(one.id) for one in people[:WITH_TICKETS]]
        weights = [choose.random() ** 2 + 0.1 for _ in talks]
        for holder in holders:
            for session in {one.id: one for one in choose.choices(talks, weights, k=choose.randint(1, 5))}.values():
                await following.keep(event, session, holder)
