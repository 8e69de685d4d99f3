"""A ticket goes to a colleague: a new code and a new link for them, and the old ones are good for nothing any more."""

from __future__ import annotations

from eventsvc.audit.rules import record
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import ColleagueForm
from eventsvc.ticketing.models import Order, Ticket, TicketAddOn, TicketState
from eventsvc.ticketing.rules import answers
from eventsvc.ticketing.rules.orders import locked_order

NOT_TAKEN_ALONG = {"id", "code", "secret", "answers", "changed_at", "calendar_sequence", "passed_to_id", "claim_secret"}
"""Columns of the old ticket that the new one does not begin with. All others go along: type, price, voucher, state, order."""


class PassedOn(Refused):
    kind = "passed-on"
    title = "This ticket was passed on already"


class NotLive(Refused):
    kind = "not-live"
    title = "This ticket was cancelled, so it cannot be passed on"


class TooLateToPassOn(Refused):
    kind = "too-late"
    title = "It is too late to pass this ticket on"


class SamePerson(Refused):
    status = 422
    kind = "same-person"
    title = "This ticket is theirs already"


def check_time(event: Event) -> None:
    """May attendees still pass tickets on by themselves? Raises TooLateToPassOn."""
    if now() >= event.changes_end:
        until = event.local(event.changes_end)
        said = f"Tickets could be passed on until {until.day} {until:%B, %H:%M}."
        write = f" Write to {event.contact_email}" if event.contact_email else " Ask the organiser"
        raise TooLateToPassOn(f"{said}{write} to change who comes.")


async def transfer(ticket: Ticket, wanted: ColleagueForm, *, by: str) -> Ticket:
    """The colleague's ticket, in the same order and for the same place: no quota, price or invoice changes.

    Answers stay with the person who gave them: the colleague is asked anew. Letters go to both, and to the buyer when that is a third.
    Raises PassedOn (a second click too), NotLive, SamePerson.
    """
    async with transaction():
        order = await locked_order(await Order.get(id=ticket.order_id))
        old = await Ticket.get(id=ticket.id)
        if old.passed_to_id:
            raise PassedOn("This ticket was passed on already. Whoever has it now can pass it on again.")
        if not old.is_live:
            raise NotLive("This ticket was cancelled, so it cannot be passed on.")
        if (fold(wanted.name), wanted.email) == (fold(old.name), old.email):
            raise SamePerson("This ticket is theirs already. Fill in who comes instead.", field="name")
        along = {name: getattr(old, name) for name in old._meta.db_fields if name not in NOT_TAKEN_ALONG}
        fresh = {
            "code": signing.ticket_code(),
            "secret": signing.secret(),
            **wanted.model_dump(),
            "folded": fold(wanted.name, wanted.email, wanted.organisation),
        }
        new = await Ticket.create(**{**along, **fresh})
        await TicketAddOn.filter(ticket=old, cancelled_at=None).update(ticket_id=new.id)
        await answers.forget([old])
        await old.change(state=TicketState.CANCELLED, passed_to_id=new.id, answers={}, changed_at=now())
        await record("ticket.transferred", old, by=by, to=new.code)
        await record("ticket.received", new, by=by, instead_of=old.code)
        for to in {old.email, order.email} - {new.email}:
            await mail.queue("ticketing/passed_on", to, event_id=old.event_id, dedupe=f"passed:{old.id}:{to}", ticket=old.id)
        await mail.queue("ticketing/passed_to_you", new.email, event_id=old.event_id, dedupe=f"received:{new.id}", ticket=new.id)
    return new
