"""The same done to many orders: what it would do first, then each in a transaction of its own, so that one refusal stops no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.desk import Bulk, BulkForm, OrderFilter
from eventsvc.ticketing.models import Order, OrderState, PayMethod
from eventsvc.ticketing.rules import orders, reminders
from eventsvc.ticketing.rules.selections import selected

MOST = 500
"""Orders at once: their letters and invoices are made while somebody waits."""


class TooManyOrders(Refused):
    status = 422
    kind = "too-many-orders"
    title = "These are too many orders at once"


@dataclass
class Outcome:
    """What was done, or would be. `left`: orders that are left alone, by the reason; `which` their codes."""

    done: list[Order] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    which: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, order: Order, why: str) -> None:
        self.left[why] += 1
        self.which.setdefault(why, []).append(order.code)

    @property
    def amount(self) -> int:
        """What is due on those, in minor units."""
        return sum(one.due for one in self.done)


async def meant(event: Event, wanted: OrderFilter, form: BulkForm) -> list[Order]:
    """The orders that were ticked, or all that the filter means. Raises TooManyOrders."""
    found = selected(event, wanted) if form.all else Order.filter(event=event, code__in=form.codes).order_by("-id")
    rows = await found.limit(MOST + 1)
    if len(rows) > MOST:
        raise TooManyOrders(f"These are more than {MOST} orders. Choose fewer: filter by state, ticket type or money, one after the other.")
    return rows


def why_not(order: Order, do: Bulk) -> str:
    """Why this order is left alone, in words; empty where it is not."""
    if do == Bulk.CANCEL and order.is_live:
        return ""
    if not order.is_live:
        return f"{order.state} already"
    if do == Bulk.RESEND:
        return "" if order.state != OrderState.RESERVED else "not confirmed yet"
    if order.state == OrderState.RESERVED:
        return "not confirmed yet"
    return "" if order.due else "nothing is due"


def preview(found: Iterable[Order], do: Bulk) -> Outcome:
    outcome = Outcome()
    for order in found:
        if why := why_not(order, do):
            outcome.leave(order, why)
        else:
            outcome.done.append(order)
    return outcome


async def carry_out(found: Iterable[Order], do: Bulk, *, by: str, key: str) -> Outcome:
    """Do it to each that can take it. `key` tells this one press of the button from the next: the same again sends no letter twice."""
    outcome = Outcome()
    for order in found:
        if why := why_not(order, do):
            outcome.leave(order, why)
            continue
        try:
            await _one(order, do, by=by, key=key)
        except Refused as refusal:
            outcome.leave(order, refusal.sentence)
        else:
            outcome.done.append(order)
    return outcome


async def _one(order: Order, do: Bulk, *, by: str, key: str) -> None:
    match do:
        case Bulk.REMIND:
            await reminders.remind(order, by=by)
        case Bulk.RESEND:
            await orders.resend(order, by=by, key=key)
        case Bulk.PAY:
            await orders.pay(order, PayMethod.BANK, by=by, note="Marked with others")
        case Bulk.CANCEL:
            await orders.cancel_order(order, by=by)
