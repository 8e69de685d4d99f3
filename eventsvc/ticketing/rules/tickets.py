"""One person's ticket: found by its link, corrected, cancelled, searched."""

from __future__ import annotations

from tortoise.queryset import QuerySet

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import mac
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import PersonForm
from eventsvc.ticketing.models import HOLDING, Order, OrderState, Ticket, TicketState
from eventsvc.ticketing.rules import invoices
from eventsvc.ticketing.rules.orders import cancel_order, locked_order, move, release, settle


class TooLate(Refused):
    kind = "too-late"
    title = "It is too late for that"


class AskOrganiser(Refused):
    kind = "ask-the-organiser"
    title = "Please ask the organiser"


async def by_secret(event: Event, secret: str) -> Ticket:
    """The ticket behind a My-day link, with its type and order. Raises NotFound."""
    ticket = await Ticket.get_or_none(event=event, secret=secret).select_related("ticket_type", "order")
    if ticket is None:
        raise NotFound("This link does not open a ticket. Check that all of it was copied.")
    return ticket


async def correct(ticket: Ticket, wanted: PersonForm, *, by: str) -> None:
    """Change what the badge says. Raises TooLate for a cancelled ticket."""
    async with transaction():
        if not ticket.is_live:
            raise TooLate("This ticket was cancelled, so its name can no longer be changed.")
        changed = [name for name, value in wanted.model_dump().items() if getattr(ticket, name) != value]
        if not changed:
            return
        await ticket.change(**wanted.model_dump(), folded=fold(wanted.name, ticket.email, wanted.organisation), changed_at=now())
        await record("ticket.corrected", ticket, by=by, fields=changed)


async def cancel_own(ticket: Ticket, event: Event) -> None:
    """An attendee gives their place back. Raises TooLate once the event is over, AskOrganiser when money was paid."""
    _check_time(event)
    async with transaction():
        order = await locked_order(ticket.order)
        if ticket.price and order.state == OrderState.PAID:
            raise AskOrganiser("This ticket is paid. Write to the organiser to cancel it and to talk about a refund.")
        await cancel(ticket, by="attendee")


async def cancel_own_order(order: Order, event: Event) -> None:
    """A buyer gives all places back. Raises TooLate once the event is over, AskOrganiser when money was paid."""
    _check_time(event)
    async with transaction():
        held = await locked_order(order)
        if held.total and held.state == OrderState.PAID:
            raise AskOrganiser("This order is paid. Write to the organiser to cancel it and to talk about a refund.")
        await cancel_order(held, by="buyer")


def _check_time(event: Event) -> None:
    if now() >= event.ends_at:
        raise TooLate("The event is over, so there is nothing left to cancel.")


async def cancel(ticket: Ticket, *, by: str) -> None:
    """Cancel one ticket and give its place back; the order follows. Cancelling again changes nothing."""
    async with transaction():
        order = await locked_order(ticket.order)
        ticket = await Ticket.get(id=ticket.id)
        if not ticket.is_live:
            return
        await release([ticket])
        await invoices.credit(order, [ticket])
        await record("ticket.cancelled", ticket, by=by)
        await _follow(order, ticket)


async def _follow(order: Order, ticket: Ticket) -> None:
    """What a cancelled ticket means for its order: a smaller total, or no order at all."""
    left = await Ticket.filter(order=order, state__in=HOLDING)
    if not left:
        await move(order, OrderState.CANCELLED)
        await record("order.cancelled", order, by="last ticket cancelled")
    await settle(order)
    await mail.queue("ticketing/ticket_cancelled", ticket.email, event_id=order.event_id, dedupe=f"ticket:{ticket.id}", ticket=ticket.id)


async def send_links(event: Event, email: str) -> None:
    """Send the links of an address's live tickets and orders to it. Says nothing of whether there are any; at most once in ten minutes."""
    async with transaction():
        if await Order.exists(event=event, email=email) or await Ticket.exists(event=event, email=email, state__in=HOLDING):
            window = int(now().timestamp() // 600)
            await mail.queue(
                "ticketing/links", email, event_id=event.id, dedupe=f"links:{mac('links', event.id, email, window)}", event=event.id
            )


def found(event: Event, search: str = "", state: str = "", ticket_type: str = "") -> QuerySet[Ticket]:
    """The event's tickets whose name, e-mail or organisation holds every word of `search` (accents and case ignored)."""
    tickets = Ticket.filter(event=event)
    for word in fold(search).split()[:6]:
        tickets = tickets.filter(folded__contains=word)
    if state in set(TicketState):
        tickets = tickets.filter(state=state)
    if ticket_type:
        tickets = tickets.filter(ticket_type__code=ticket_type)
    return tickets
