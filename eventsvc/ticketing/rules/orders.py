"""Paying, confirming and cancelling orders."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import savepoint, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import (
    HOLDING,
    MOVES,
    HeldFor,
    Order,
    OrderState,
    PayMethod,
    Quota,
    Ticket,
    TicketState,
    TicketType,
    Voucher,
)
from eventsvc.ticketing.rules import add_ons, answers, invoices, ledger, quotas, rates

PAY_WITHIN = timedelta(days=30)


class BadMove(Refused):
    kind = "not-possible"
    title = "That is not possible for this order"


class PaidMeanwhile(Refused):
    """Two people noted money at the same time, or one of them twice."""

    kind = "paid-meanwhile"
    title = "Money was noted on this order meanwhile"


def pay_by(event: Event) -> date:
    """When an order placed now is to be paid."""
    today = event.local(now()).date()
    return min(today + PAY_WITHIN, max(event.start, today))


async def pay(
    order: Order,
    method: PayMethod,
    *,
    by: str,
    note: str = "",
    amount: int | None = None,
    reference: str | None = None,
    paid_before: int | None = None,
) -> Order:
    """Somebody says that money has come in: all that is due, or `amount`. Paying a paid order again changes nothing.

    `paid_before`: what was paid when they looked; it keeps a double click on a part payment from counting twice, as does a `reference`.
    Raises BadMove, PaidMeanwhile.
    """
    async with transaction():
        order = await locked_order(order)
        if amount is None and order.state == OrderState.PAID:
            return order
        if method == PayMethod.FREE and order.total:
            raise BadMove("This order is not free: choose how it was paid.", field="method")
        if method == PayMethod.CARD:
            raise BadMove("Card payment is not set up here. Pay by bank transfer instead.", field="method")
        if amount is None and order.state in (OrderState.CANCELLED, OrderState.EXPIRED):
            raise BadMove(f"This order is {order.state}; it cannot become {OrderState.PAID}.")
        if paid_before is not None and paid_before != order.paid:
            said = f"{show(order.paid, order.currency)} is noted as paid by now. Look again, then enter what is missing."
            raise PaidMeanwhile(said, field="amount")
        if amount is None and not order.due:
            return order if order.held_for in PROVING else await confirm(order, by=by)
        return await receive(order, method, order.due if amount is None else amount, by=by, note=note, reference=reference)


async def receive(order: Order, method: PayMethod, amount: int, *, by: str, note: str = "", reference: str | None = None) -> Order:
    """Money is there. What is missing stays due, what is too much is owed back, and the same `reference` counts once. An expired order
    comes back if its places are still free; else all of it is owed back.
    """
    async with transaction():
        order = await locked_order(order)
        if reference and await order.payments.filter(reference=reference).exists():
            return order
        back = order.state == OrderState.EXPIRED and order.held_for not in PROVING and await claim_again(order)
        due = max(0, order.total - order.paid - order.let_go)
        payment = await ledger.book(order, method, amount, note=note, reference=reference)
        what = "overpaid" if not due else "paid" if amount >= due else "part_paid"
        await record(f"order.{what}", order, by=by, method=method, amount=amount)
        if back or (order.state == OrderState.RESERVED and order.held_for not in PROVING):
            await take(order, by=by)
        else:
            await settle(order)
            dedupe = f"paid:{order.id}:{payment.id}"
            await mail.queue(f"ticketing/{what}", order.email, event_id=order.event_id, dedupe=dedupe, order=order.id, amount=amount)
    return order


PROVING = (HeldFor.EMAIL, HeldFor.APPROVAL)
"""Money alone does not confirm an order that waits for one of these."""


async def confirm(order: Order, *, by: str, letter: bool = True, due_on: date | None = None) -> Order:
    """A reserved order is taken: placed, or paid where nothing is due. Its tickets are good, its invoice is made, its letter goes out.
    Confirming again changes nothing. `due_on`: None is as for everybody. Raises BadMove.
    """
    async with transaction():
        order = await locked_order(order)
        if order.state in (OrderState.PLACED, OrderState.PAID):
            return order
        if order.state != OrderState.RESERVED:
            raise BadMove(f"This order is {order.state}, and its places are free again. Place a new one.")
        await take(order, by=by, letter=letter, due_on=due_on)
    return order


async def take(order: Order, *, by: str, letter: bool = True, due_on: date | None = None) -> None:
    """From reserved, or expired with its places claimed again, to placed or paid."""
    event = await Event.get(id=order.event_id)
    live = await Ticket.filter(order=order, state__in=HOLDING).order_by("id")
    await order.change(total=await ledger.cost(order), held_until=None)
    rest = max(0, order.total - order.paid - order.let_go)
    await move(order, OrderState.PLACED if rest else OrderState.PAID)
    await order.change(due_on=(due_on or pay_by(event)) if rest else None)
    await Ticket.filter(order=order, state=TicketState.PENDING).update(state=TicketState.VALID, changed_at=now())
    if rest:  # a free ticket in an order that is still to be paid is good at once
        costly = [id_ for id_, price in (await add_ons.prices(live)).items() if price]
        await Ticket.filter(id__in=costly, state=TicketState.VALID).update(state=TicketState.UNPAID)
    await record("order.placed", order, by=by, tickets=len(live), total=order.total)
    if letter:
        await mail.queue("ticketing/confirmation", order.email, event_id=event.id, dedupe=f"order:{order.id}", order=order.id)
    if order.total:
        await invoices.issue(event, order, live)


async def settle(order: Order) -> None:
    """Let total and state follow what changed on tickets, fees or payments, in the transaction that changed it and holds the order."""
    total = await ledger.cost(order)
    await order.change(total=total, let_go=min(order.let_go, max(0, total - order.paid)))
    rest = total - order.paid - order.let_go
    if order.state == OrderState.PLACED and rest <= 0:
        await move(order, OrderState.PAID)
        await Ticket.filter(order=order, state=TicketState.UNPAID).update(state=TicketState.VALID, changed_at=now())
    elif order.state == OrderState.PAID and rest > 0:
        await move(order, OrderState.PLACED)
        await order.change(due_on=pay_by(await Event.get(id=order.event_id)))


async def let_go(order: Order, *, by: str) -> Order:
    """Ask no more for what is still due, as where a bank took its charge of it: the order counts as paid. Again changes nothing."""
    async with transaction():
        order = await locked_order(order)
        if order.state == OrderState.PAID:
            return order
        if order.state != OrderState.PLACED:
            raise BadMove(f"This order is {order.state}: nothing is due on it.")
        amount = order.due
        await order.change(let_go=order.let_go + amount)
        await record("order.let_go", order, by=by, amount=amount)
        await settle(order)
        await mail.queue("ticketing/paid", order.email, event_id=order.event_id, dedupe=f"let-go:{order.id}:{order.paid}", order=order.id)
    return order


async def cancel_order(order: Order, *, by: str, fees: dict[int, int] | None = None) -> Order:
    """Cancel all its tickets and give their places back. Cancelling again changes nothing. `fees`, as `terms.offer` says, are kept of
    what was paid. Raises BadMove.
    """
    async with transaction():
        order = await locked_order(order)
        if order.state == OrderState.CANCELLED:
            return order
        await move(order, OrderState.CANCELLED)
        tickets = await Ticket.filter(order=order, state__in=HOLDING)
        await release(tickets)
        await keep_fee(order, fees)
        await settle(order)
        await invoices.credit(order, tickets, fees)
        await record("order.cancelled", order, by=by, tickets=len(tickets), fee=order.fee)
        await mail.queue("ticketing/cancelled", order.email, event_id=order.event_id, dedupe=f"cancelled:{order.id}", order=order.id)
        for one in tickets:
            if one.email != order.email:  # somebody else comes with it: they hear of it too
                await mail.queue("ticketing/ticket_cancelled", one.email, event_id=order.event_id, dedupe=f"ticket:{one.id}", ticket=one.id)
    return order


async def keep_fee(order: Order, fees: dict[int, int] | None) -> None:
    """What is kept of tickets that are cancelled, before the order is settled."""
    if fees:
        more = sum(fees.values())
        await order.change(fee=order.fee + more, total=order.total + more)


async def release(tickets: list[Ticket]) -> None:
    """Cancel these live tickets and give back their places and those of their add-ons, inside a transaction that holds their order."""
    if not tickets:
        return
    moment = now()
    await quotas.hold_still(tickets[0].event_id)
    await Ticket.filter(id__in=[one.id for one in tickets]).update(state=TicketState.CANCELLED, changed_at=moment)
    await answers.forget(tickets)
    await rates.give_back(tickets)
    kept = set()
    for voucher_id, count in sorted(Counter(one.voucher_id for one in tickets if one.voucher_id).items()):
        if await Voucher.release(voucher_id, count):  # before the quotas, as when it was used
            kept.add(voucher_id)
    types = {one.id: one.quota_id for one in await TicketType.filter(id__in={one.ticket_type_id for one in tickets})}
    extras = await add_ons.leaving(tickets)
    await quotas.release([*(types[one.ticket_type_id] for one in tickets if one.voucher_id not in kept), *extras])


async def claim_again(order: Order) -> bool:
    """The tickets that an order lost when it expired, with their places: all or none. Says whether they were still there. The order is
    taken next, in the same transaction.
    """
    gone = await Ticket.filter(order=order, state=TicketState.CANCELLED)
    last = max(one.changed_at for one in gone)
    lost = [one for one in gone if one.changed_at == last]  # they went together; what was cancelled before stays cancelled
    try:
        async with savepoint():
            await _places_of(lost)
            await Ticket.filter(id__in=[one.id for one in lost]).update(state=TicketState.PENDING, changed_at=now())
    except _PlacesGone:
        return False
    await order.change(total=await ledger.cost(order))
    return True


class _PlacesGone(Exception):
    """Leaves the savepoint without keeping anything."""


async def _places_of(tickets: list[Ticket]) -> None:
    """Claim what `release` gave back, in the same order. Raises _PlacesGone."""
    if not await rates.claim_again(tickets):
        raise _PlacesGone
    held = set()
    await quotas.hold_still(tickets[0].event_id)
    for voucher_id, count in sorted(Counter(one.voucher_id for one in tickets if one.voucher_id).items()):
        match await Voucher.claim(voucher_id, count):
            case None:
                raise _PlacesGone
            case True:
                held.add(voucher_id)
    types = {one.id: one.quota_id for one in await TicketType.filter(id__in={one.ticket_type_id for one in tickets})}
    extras = [one.add_on.quota_id for rows in (await add_ons.of_tickets(tickets)).values() for one in rows]
    places = [*(types[one.ticket_type_id] for one in tickets if one.voucher_id not in held), *extras]
    for quota_id, count in sorted(Counter(places).items()):
        if not await Quota.claim(quota_id, count):
            raise _PlacesGone


async def move(order: Order, to: OrderState) -> None:
    """The only place that changes an order's state."""
    if to not in MOVES[order.state]:
        raise BadMove(f"This order is {order.state}; it cannot become {to}.")
    await order.change(state=to)


async def locked_order(order: Order) -> Order:
    """The order as it is now, held until the transaction ends, so that two clicks take turns."""
    return await Order.select_for_update().get(id=order.id)


async def resend(order: Order, *, by: str, key: str = "") -> None:
    """Send the confirmation again, with the links as they are now; tickets that were passed on go to those who have them.

    The same `key` twice sends it once.
    """
    async with transaction():
        dedupe = f"resend:{key}:{order.id}" if key else None
        if not await mail.queue("ticketing/confirmation", order.email, event_id=order.event_id, dedupe=dedupe, order=order.id):
            return
        for one in await Ticket.filter(order=order, state__in=HOLDING, passed_from__id__not_isnull=True):
            await mail.queue("ticketing/passed_to_you", one.email, event_id=order.event_id, ticket=one.id)
        await record("order.resent", order, by=by)


async def by_secret(event: Event, code: str, secret: str) -> Order:
    """The order behind a link. Raises NotFound, whichever part is wrong."""
    found = Order.get_or_none(event=event, code=code, secret=secret)
    order = await found.prefetch_related("tickets__ticket_type", "tickets__add_ons__add_on", "payments")
    if order is None:
        raise NotFound("This link does not open an order. Check that all of it was copied.")
    return order
