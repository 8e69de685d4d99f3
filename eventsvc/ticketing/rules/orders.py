"""Paying and cancelling orders."""

from __future__ import annotations

from collections import Counter

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import (
    HOLDING,
    MOVES,
    Order,
    OrderState,
    Payment,
    PayMethod,
    Quota,
    Ticket,
    TicketState,
    TicketType,
    Voucher,
)
from eventsvc.ticketing.rules import answers, invoices


class BadMove(Refused):
    kind = "not-possible"
    title = "That is not possible for this order"


async def pay(order: Order, method: PayMethod, *, by: str, note: str = "", received: int | None = None) -> Order:
    """Money for the whole order has come in. Paying a paid order again changes nothing. Raises BadMove.

    `received`: what really came, where that is not the total; it counts as the whole. More is owed back, less is let go.
    """
    async with transaction():
        order = await locked_order(order)
        if order.state == OrderState.PAID:
            return order
        if method == PayMethod.CARD:
            raise BadMove("Card payment is not set up here. Pay by bank transfer instead.", field="method")
        if method == PayMethod.FREE and order.total:
            raise BadMove("This order is not free: choose how it was paid.", field="method")
        amount = order.total if received is None else received
        await move(order, OrderState.PAID)
        await Ticket.filter(order=order, state=TicketState.UNPAID).update(state=TicketState.VALID, changed_at=now())
        await Payment.create(order=order, method=method, amount=amount, note=note)
        await record("order.paid", order, by=by, method=method, amount=amount)
        await mail.queue("ticketing/paid", order.email, event_id=order.event_id, dedupe=f"paid:{order.id}", order=order.id)
    return order


async def cancel_order(order: Order, *, by: str) -> Order:
    """Cancel all its tickets and give their places back. Cancelling again changes nothing. Raises BadMove."""
    async with transaction():
        order = await locked_order(order)
        if order.state == OrderState.CANCELLED:
            return order
        await move(order, OrderState.CANCELLED)
        tickets = await Ticket.filter(order=order, state__in=HOLDING)
        await release(tickets)
        await invoices.credit(order, tickets)
        await record("order.cancelled", order, by=by, tickets=len(tickets))
        await mail.queue("ticketing/cancelled", order.email, event_id=order.event_id, dedupe=f"cancelled:{order.id}", order=order.id)
        for one in tickets:
            if one.email != order.email:  # somebody else comes with it: they hear of it too
                await mail.queue("ticketing/ticket_cancelled", one.email, event_id=order.event_id, dedupe=f"ticket:{one.id}", ticket=one.id)
    return order


async def release(tickets: list[Ticket]) -> None:
    """Cancel these live tickets and give their places back, inside a transaction that holds their order."""
    if not tickets:
        return
    moment = now()
    await Ticket.filter(id__in=[one.id for one in tickets]).update(state=TicketState.CANCELLED, changed_at=moment)
    await answers.forget(tickets)
    kept = set()
    for voucher_id, count in sorted(Counter(one.voucher_id for one in tickets if one.voucher_id).items()):
        if await Voucher.release(voucher_id, count):  # before the quotas, as when it was used
            kept.add(voucher_id)
    types = {one.id: one.quota_id for one in await TicketType.filter(id__in={one.ticket_type_id for one in tickets})}
    for quota_id, count in sorted(Counter(types[one.ticket_type_id] for one in tickets if one.voucher_id not in kept).items()):
        await Quota.release(quota_id, count)


async def move(order: Order, to: OrderState) -> None:
    """The only place that changes an order's state."""
    if to not in MOVES[order.state]:
        raise BadMove(f"This order is {order.state}; it cannot become {to}.")
    await order.change(state=to)


async def locked_order(order: Order) -> Order:
    """The order as it is now, held until the transaction ends, so that two clicks take turns."""
    return await Order.select_for_update().get(id=order.id)


async def resend(order: Order, *, by: str) -> None:
    """Send the confirmation again, with the links as they are now; tickets that were passed on go to those who have them."""
    async with transaction():
        for one in await Ticket.filter(order=order, state__in=HOLDING, passed_from__id__not_isnull=True):
            await mail.queue("ticketing/passed_to_you", one.email, event_id=order.event_id, ticket=one.id)
        await mail.queue("ticketing/confirmation", order.email, event_id=order.event_id, order=order.id)
        await record("order.resent", order, by=by)


async def by_secret(event: Event, code: str, secret: str) -> Order:
    """The order behind a link. Raises NotFound, whichever part is wrong."""
    order = await Order.get_or_none(event=event, code=code, secret=secret).prefetch_related("tickets__ticket_type", "payments")
    if order is None:
        raise NotFound("This link does not open an order. Check that all of it was copied.")
    return order
