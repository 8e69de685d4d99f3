"""Passing a ticket on by oneself: only while it lets nobody in twice."""

from __future__ import annotations

from eventsvc.checkin.models import Scan
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import ColleagueForm
from eventsvc.ticketing.models import Ticket
from eventsvc.ticketing.rules import transfers


class CameIn(Refused):
    kind = "came-in"
    title = "This ticket was used at the door already, so it cannot be passed on"


async def came_in(ticket: Ticket) -> bool:
    """Did it let somebody in?"""
    return await Scan.exists(ticket_id=ticket.id, admits=True)


async def check_own(event: Event, ticket: Ticket) -> None:
    """May its holder pass it on? Raises TooLateToPassOn, CameIn."""
    transfers.check_time(event)
    if await came_in(ticket):
        raise CameIn("This ticket was used at the door already, so it cannot be passed on.")


async def pass_on_own(event: Event, ticket: Ticket, wanted: ColleagueForm) -> Ticket:
    """The holder sends a colleague. Raises TooLateToPassOn, CameIn, and what `transfers.transfer` raises."""
    await check_own(event, ticket)
    return await transfers.transfer(ticket, wanted, by="attendee")
