"""What an order waits for before it is confirmed: an address that has to be answered from, then an organiser who approves."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import mac
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import HOLDING, HeldFor, Order, OrderState, Ticket, TicketType
from eventsvc.ticketing.rules import holding, orders
from eventsvc.ticketing.rules.holding import Hold

PROVE_WITHIN = timedelta(hours=24)
APPROVE_WITHIN = timedelta(days=14)
TRUSTED = ("organiser", "import")
"""Sources whose orders wait for nobody: an organiser made them."""


def hold(event: Event, types: Iterable[TicketType], source: str, *, proved: bool) -> Hold | None:
    """What a new order has to wait for, if anything."""
    if source in TRUSTED:
        return None
    if not proved:
        return Hold(HeldFor.EMAIL, _until(event, PROVE_WITHIN))
    if any(one.needs_approval for one in types):
        return Hold(HeldFor.APPROVAL, _until(event, APPROVE_WITHIN))
    return None


def _until(event: Event, within: timedelta) -> datetime:
    """Never beyond the event; in its last hour, an hour."""
    return min(now() + within, max(event.ends_at, now() + timedelta(hours=1)))


async def tell(event: Event, order: Order) -> None:
    """The letter that an order waits with: the link to answer, or that somebody looks at it."""
    kind = {HeldFor.EMAIL: "ticketing/prove", HeldFor.APPROVAL: "ticketing/asked"}.get(order.held_for) if order.held_for else None
    if kind:
        await mail.queue(kind, order.email, event_id=event.id, dedupe=f"{kind}:{order.id}", order=order.id)


def link(event: Event, order: Order) -> str:
    """What the letter to the address holds, and nobody else has: whoever placed the order cannot make it up."""
    return f"{settings().base_url}/{event.slug}/orders/{order.code}/{order.secret}/prove/{_token(order)}"


def _token(order: Order) -> str:
    return mac("prove", order.id, order.email)


async def by_token(event: Event, code: str, secret: str, token: str) -> Order:
    """The order behind such a link. Raises NotFound, whichever part is wrong."""
    order = await holding.by_secret(event, code, secret)
    if not hmac.compare_digest(token.encode(), _token(order).encode()):
        raise NotFound("This link does not open an order. Check that all of it was copied.")
    return order


async def send_again(event: Event, order: Order) -> None:
    """The letter with the link once more, at most once in five minutes, while the order waits for it."""
    if order.state == OrderState.RESERVED and order.held_for == HeldFor.EMAIL:
        window = int(now().timestamp() // 300)
        async with transaction():
            await mail.queue("ticketing/prove", order.email, event_id=event.id, dedupe=f"prove:{order.id}:{window}", order=order.id)


async def prove(event: Event, order: Order, *, by: str = "buyer") -> Order:
    """The address has answered, or an organiser vouches for it: the order is confirmed, or waits for approval where one of its tickets
    needs it. Again changes nothing. Raises holding.NotKept when its time is over.
    """
    async with transaction():
        order = await orders.locked_order(order)
        if order.state in (OrderState.PLACED, OrderState.PAID) or order.held_for == HeldFor.APPROVAL:
            return order
        if order.state != OrderState.RESERVED or holding.is_over(order, now()):
            raise holding.NotKept(holding.GONE)
        await record("order.address_proved", order, by=by)
        types = await TicketType.filter(tickets__order=order, tickets__state__in=HOLDING).distinct()
        after = hold(event, types, order.source, proved=True)
        if after is None:
            return await orders.confirm(order, by=by)
        await order.change(held_for=after.why, held_until=after.until)
        await tell(event, order)
    return order


async def disown(order: Order) -> None:
    """Whoever has the address did not order this: the places are free again. Nothing happens to an order that is confirmed."""
    async with transaction():
        order = await orders.locked_order(order)
        if order.state != OrderState.RESERVED or order.held_for != HeldFor.EMAIL:
            return
        await _drop(order)
        await record("order.disowned", order)


async def _drop(order: Order) -> None:
    """A reserved order is cancelled: no invoice was made, so there is none to take back."""
    await orders.move(order, OrderState.CANCELLED)
    tickets = await Ticket.filter(order=order, state__in=HOLDING)
    await orders.release(tickets)
    await orders.settle(order)


async def approve(order: Order, *, by: str) -> Order:
    """The organiser says yes. Twice is once. Raises BadMove for one that was declined, cancelled or has expired."""
    async with transaction():
        order = await orders.locked_order(order)
        if order.state in (OrderState.PLACED, OrderState.PAID):
            return order
        _check_waits(order)
        await record("order.approved", order, by=by)
        return await orders.confirm(order, by=by)


async def decline(order: Order, words: str, *, by: str) -> Order:
    """The organiser says no, in `words` (empty: in ours); its places are free again. Twice is once. Raises BadMove."""
    async with transaction():
        order = await orders.locked_order(order)
        if order.state == OrderState.CANCELLED and order.held_for == HeldFor.APPROVAL:
            return order
        _check_waits(order)
        await _drop(order)
        await record("order.declined", order, by=by)
        await mail.queue(
            "ticketing/declined", order.email, event_id=order.event_id, dedupe=f"declined:{order.id}", order=order.id, words=words
        )
    return order


def _check_waits(order: Order) -> None:
    if order.state != OrderState.RESERVED or order.held_for != HeldFor.APPROVAL:
        said = "its address has not been confirmed yet" if order.state == OrderState.RESERVED else f"it is {order.state}"
        raise orders.BadMove(f"This order does not wait for approval: {said}.")
