"""Places that are kept for a while: a reserved order is confirmed in time, or it expires and others get its places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import InvoiceToForm
from eventsvc.ticketing.models import HOLDING, HeldFor, Order, OrderState, Ticket
from eventsvc.ticketing.rules import orders

KEPT = timedelta(minutes=15)
"""How long places are kept while somebody pays by card; they may take as long again, once."""

GONE = "These places were kept for a while, and others can have them now. Register again: it takes a minute."


class NotKept(Refused):
    kind = "not-kept"
    title = "These places are not kept any more"


@dataclass(frozen=True)
class Hold:
    """An order is to be reserved, not placed. `until` None: the places are never given away by themselves."""

    why: HeldFor
    until: datetime | None


def for_card() -> Hold:
    return Hold(HeldFor.CARD, now() + KEPT)


def is_over(order: Order, moment: datetime) -> bool:
    return order.state == OrderState.RESERVED and order.held_until is not None and order.held_until <= moment


def may_extend(order: Order) -> bool:
    """Once, and only where somebody pays by card."""
    if order.state != OrderState.RESERVED or order.held_for != HeldFor.CARD or order.held_until is None:
        return False
    return order.held_until - order.created_at < KEPT * 1.5


async def expire(order: Order) -> bool:
    """Its time is over: others get its places. Says whether it was this call that did it; paying at the same moment takes turns."""
    async with transaction():
        order = await orders.locked_order(order)
        if not is_over(order, now()):
            return False
        await orders.move(order, OrderState.EXPIRED)
        tickets = await Ticket.filter(order=order, state__in=HOLDING)
        await orders.release(tickets)
        await orders.settle(order)
        await record("order.expired", order, tickets=len(tickets))
        if order.held_for != HeldFor.CARD:  # who pays by card sees it on the page; the others would wonder
            await mail.queue("ticketing/expired", order.email, event_id=order.event_id, dedupe=f"expired:{order.id}", order=order.id)
    return True


async def expire_due(event: Event | None = None) -> int:
    """Expire what is over, of one event or of all. Returns how many."""
    found = Order.filter(state=OrderState.RESERVED, held_until__lte=now())
    if event is not None:
        found = found.filter(event=event)
    return sum([await expire(order) for order in await found.order_by("id").limit(500)])


async def extend(order: Order) -> Order:
    """Keep the places as long again. A second time changes nothing. Raises NotKept."""
    async with transaction():
        order = await orders.locked_order(order)
        _check_kept(order)
        if may_extend(order):
            assert order.held_until is not None
            await order.change(held_until=order.held_until + KEPT)
            await record("order.extended", order)
    return order


async def to_invoice(order: Order, wanted: InvoiceToForm) -> Order:
    """Pay by invoice instead of by card: the order is placed, and nothing runs out any more. Too late is early enough while the places
    are still there. Raises NotKept, BadMove.
    """
    async with transaction():
        order = await orders.locked_order(order)
        if order.state in (OrderState.PLACED, OrderState.PAID):
            return order
        if order.held_for != HeldFor.CARD:
            raise orders.BadMove("This order waits for something else than money.")
        if order.state == OrderState.CANCELLED or (order.state == OrderState.EXPIRED and not await orders.claim_again(order)):
            raise NotKept(GONE)
        await order.change(**wanted.model_dump())
        await orders.take(order, by="buyer")
    return order


def _check_kept(order: Order) -> None:
    if order.state != OrderState.RESERVED or is_over(order, now()):
        raise NotKept(GONE)


async def by_secret(event: Event, code: str, secret: str) -> Order:
    """The order behind a link, as it is at this moment. Raises NotFound."""
    order = await orders.by_secret(event, code, secret)
    if is_over(order, now()) and await expire(order):
        order = await orders.by_secret(event, code, secret)
    return order
