"""A ticket goes to a colleague."""

from __future__ import annotations

from pydantic import BaseModel

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import post
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import read_code
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import ColleagueForm
from eventsvc.ticketing.models import Ticket, TicketState
from eventsvc.ticketing.rules import transfers


class TransferOut(BaseModel):
    code: str
    name: str
    email: str
    my_url: str
    state: TicketState
    instead_of: str


async def transfer(event: Event, token: ApiToken, code: str, colleague: ColleagueForm) -> TransferOut:
    """Pass a ticket on: the answer is the new ticket, and the old code is cancelled."""
    ticket = await Ticket.get_or_none(event=event, code=read_code(code) or "")
    if ticket is None:
        raise NotFound("There is no such ticket at this event.")
    new = await transfers.transfer(ticket, colleague, by=f"token {token.name}")
    link = f"{settings().base_url}/{event.slug}/my/{new.secret}"
    return TransferOut(code=new.code, name=new.name, email=new.email, my_url=link, state=new.state, instead_of=ticket.code)


routes = [post("/events/{event}/tickets/{code}/transfer", transfer, "orders", errors={409: "Passed on already, or cancelled"})]
