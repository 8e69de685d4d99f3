"""Money that goes back: never more than came in beyond what the live tickets cost."""

from __future__ import annotations

from dataclasses import dataclass

from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.money import show
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import HOLDING, Order, Payment, PayMethod, Ticket
from eventsvc.ticketing.rules.orders import locked_order


class TooMuch(Refused):
    status = 422
    kind = "too-much"
    title = "That is more than can be paid back"


@dataclass(frozen=True)
class Balance:
    """Of one order, in minor units. `owed` is what came in beyond what its live tickets cost."""

    cost: int
    paid: int

    @property
    def owed(self) -> int:
        return max(0, self.paid - self.cost)


async def balance(order: Order) -> Balance:
    """What the order's live tickets cost, and what was paid less what went back. Minor units."""
    cost = sum(one.price for one in await Ticket.filter(order=order, state__in=HOLDING))
    return Balance(cost, sum(one.amount for one in await Payment.filter(order=order)))


async def refund(order: Order, amount: int, method: PayMethod, *, by: str) -> None:
    """Say that `amount` was paid back. Two clicks take turns, and the second finds nothing owed. Raises TooMuch."""
    async with transaction():
        order = await locked_order(order)
        owed = (await balance(order)).owed
        if not 0 < amount <= owed:
            said = f"At most {show(owed, order.currency)} can be paid back." if owed else "Nothing is owed back on this order."
            raise TooMuch(f"{said} To pay more back, cancel a ticket first.", field="amount")
        payment = await Payment.create(order=order, method=method, amount=-amount)
        await record("order.refunded", order, by=by, method=method, amount=amount)
        await mail.queue(
            "ticketing/refunded",
            order.email,
            event_id=order.event_id,
            dedupe=f"refund:{payment.id}",
            order=order.id,
            amount=amount,
        )


async def arrived(order: Order, amount: int, *, by: str, note: str = "") -> None:
    """Money came in by bank for an order on which nothing is due: paid twice, or cancelled. It is owed back."""
    async with transaction():
        order = await locked_order(order)
        await Payment.create(order=order, method=PayMethod.BANK, amount=amount, note=note)
        await record("order.overpaid", order, by=by, amount=amount)
