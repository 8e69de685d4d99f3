"""An organisation's places with who has arrived, and a change of who comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eventsvc.checkin.models import Scan
from eventsvc.events.models import Event
from eventsvc.members.models import Allowance
from eventsvc.ticketing.forms import ColleagueForm, PersonForm
from eventsvc.ticketing.forms.places import PlaceForm
from eventsvc.ticketing.models import Ticket
from eventsvc.ticketing.rules import places, tickets, transfers
from eventsvc.website.rules import passing


@dataclass(frozen=True)
class Place:
    """`arrived`: when it first let somebody in; `link`: what a colleague claims it with, empty once it has a name."""

    ticket: Ticket
    arrived: datetime | None
    link: str


async def places_of(event: Event, allowance: Allowance) -> list[Place]:
    """All live places of the organisation, in the order they were taken."""
    rows = await places.of(event, allowance)
    arrived: dict[int, datetime] = {}
    for scan in await Scan.filter(ticket_id__in=[one.id for one in rows], admits=True).order_by("-id"):
        assert scan.ticket_id is not None
        arrived[scan.ticket_id] = scan.created_at
    return [Place(one, arrived.get(one.id), places.link(event, one)) for one in rows]


async def say_who_comes(event: Event, ticket: Ticket, wanted: PlaceForm) -> None:
    """A name for a place that has none; a correction for the same address; else the ticket goes to somebody new.

    Raises AlreadyClaimed, and where it has a name TooLateToPassOn, CameIn.
    """
    if ticket.claim_secret:
        await places.name(ticket, wanted, by=places.SOURCE)
        return
    await passing.check_own(event, ticket)
    if ticket.email == wanted.email:
        same = PersonForm(name=wanted.name, organisation=ticket.organisation, job_title=wanted.job_title)
        await tickets.correct(ticket, same, by=places.SOURCE)
        return
    values = {**wanted.model_dump(), "organisation": ticket.organisation}
    await transfers.transfer(ticket, ColleagueForm(**values), by=places.SOURCE)
