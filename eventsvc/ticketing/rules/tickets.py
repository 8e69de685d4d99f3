"""One person's ticket: found by its link, corrected, cancelled, searched."""

from __future__ import annotations

from tortoise.queryset import QuerySet

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import mac
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import PersonForm
from eventsvc.ticketing.models import HOLDING, Order, OrderState, Ticket, TicketState
from eventsvc.ticketing.rules import cards, invoices, terms
from eventsvc.ticketing.rules.orders import cancel_order, keep_fee, locked_order, move, release, settle
from eventsvc.ticketing.rules.terms import AskOrganiser, TooLate


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


async def cancel_own(ticket: Ticket, event: Event, *, seen: int | None = None) -> None:
    """An attendee gives their place back; what was paid by card goes back to it. Raises TooLate, AskOrganiser, FeeChanged."""
    async with transaction():
        order = await locked_order(ticket.order)
        now_ = await Ticket.get(id=ticket.id).prefetch_related("add_ons__add_on")
        if not now_.is_live:
            return
        what = await terms.check(event, order, [now_], seen=seen)
        if what.back + what.fee and ticket.email != order.email:
            raise AskOrganiser("This ticket is paid. Ask whoever bought it, or the organiser, to cancel it.")
        await cancel(ticket, by="attendee", fees=what.fees)
        await cards.back_to_cards(order, by="attendee")


async def cancel_own_order(order: Order, event: Event, *, seen: int | None = None) -> None:
    """A buyer gives all places back; what was paid by card goes back to it. Raises TooLate, AskOrganiser, FeeChanged."""
    async with transaction():
        held = await locked_order(order)
        if not held.is_live:
            return
        what = await terms.check(event, held, await terms.live(held), seen=seen)
        await cancel_order(held, by="buyer", fees=what.fees)
        await cards.back_to_cards(held, by="buyer")


async def cancel(ticket: Ticket, *, by: str, fees: dict[int, int] | None = None) -> None:
    """Cancel one ticket and give its place back; the order follows. Cancelling again changes nothing. `fees`: as `terms.offer` says."""
    async with transaction():
        order = await locked_order(ticket.order)
        ticket = await Ticket.get(id=ticket.id)
        if not ticket.is_live:
            return
        await release([ticket])
        await keep_fee(order, fees)
        await record("ticket.cancelled", ticket, by=by, fee=sum((fees or {}).values()))
        await _follow(order, ticket)
        await invoices.credit(order, [ticket], fees)


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
