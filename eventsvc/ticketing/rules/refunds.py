"""Money that goes back: never more than came in beyond what the live tickets cost."""

from __future__ import annotations

from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.money import show
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import Order, PayMethod
from eventsvc.ticketing.rules import ledger
from eventsvc.ticketing.rules.orders import locked_order


class TooMuch(Refused):
    status = 422
    kind = "too-much"
    title = "That is more than can be paid back"


def at_most(owed: int, currency: str) -> str:
    """Why a refund is refused, and what to do."""
    said = f"At most {show(owed, currency)} can be paid back." if owed else "Nothing is owed back on this order."
    return f"{said} To pay more back, cancel a ticket first."


async def refund(order: Order, amount: int, method: PayMethod, *, by: str) -> None:
    """Say that `amount` was paid back. Two clicks take turns, and the second finds nothing owed. Raises TooMuch."""
    async with transaction():
        order = await locked_order(order)
        owed = order.owed
        if not 0 < amount <= owed:
            raise TooMuch(at_most(owed, order.currency), field="amount")
        payment = await ledger.book(order, method, -amount)
        await record("order.refunded", order, by=by, method=method, amount=amount)
        await mail.queue(
            "ticketing/refunded",
            order.email,
            event_id=order.event_id,
            dedupe=f"refund:{payment.id}",
            order=order.id,
            amount=amount,
        )
