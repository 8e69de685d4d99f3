"""Which orders a filter means, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.expressions import F, Q, RawSQL, Subquery
from tortoise.functions import Count, Sum
from tortoise.queryset import QuerySet

from eventsvc.core.clock import now
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.desk import MoneyIs, OrderFilter
from eventsvc.ticketing.models import HOLDING, Order, OrderState, Payment, PayMethod, Ticket
from eventsvc.ticketing.rules import tickets, vouchers

WAITING = (OrderState.RESERVED, OrderState.PLACED)


@dataclass(frozen=True)
class Totals:
    """Of the orders that are meant; amounts in minor units. `cost` counts live orders and what is kept of cancelled ones."""

    orders: int = 0
    tickets: int = 0
    cost: int = 0
    paid: int = 0
    due: int = 0


def selected(event: Event, wanted: OrderFilter) -> QuerySet[Order]:
    """The event's orders that it means, newest first. Accents and case do not count; every word of the search must be there."""
    found = Order.filter(event=event).order_by("-id")
    if wanted.state in set(OrderState):
        found = found.filter(state=wanted.state)
    if wanted.search:
        found = found.filter(_text(event, wanted.search))
    if wanted.kind:
        found = found.filter(id__in=_with(Ticket.filter(event=event, ticket_type__code=wanted.kind, state__in=HOLDING)))
    if wanted.add_on:
        taken = Ticket.filter(event=event, state__in=HOLDING, add_ons__add_on__code=wanted.add_on, add_ons__cancelled_at=None)
        found = found.filter(id__in=_with(taken))
    if wanted.voucher:
        used = Ticket.filter(event=event, voucher__code=vouchers.plain(wanted.voucher))
        found = found.filter(id__in=_with(used))
    if wanted.method in set(PayMethod):
        found = found.filter(id__in=Subquery(Payment.filter(order__event=event, method=wanted.method, amount__gt=0).values("order_id")))
    if wanted.money in set(MoneyIs):
        found = found.filter(_money(event, MoneyIs(wanted.money)))
    return found


def _with(holders: QuerySet[Ticket]) -> Subquery:
    return Subquery(holders.values("order_id"))


def _text(event: Event, search: str) -> Q:
    words = fold(search).split()[:6]
    here = Q(code=search.strip().upper()) | Q(id__in=_with(tickets.found(event, search)))
    for name in ("email__icontains", "invoice_to__icontains", "purchase_order__icontains"):
        if words:
            here |= Q(*(Q(**{name: word}) for word in words))
    return here


def _money(event: Event, which: MoneyIs) -> Q:
    due = Q(state__in=WAITING, total__gt=F("paid") + F("let_go"))
    match which:
        case MoneyIs.DUE:
            return due
        case MoneyIs.OVERDUE:
            return due & Q(due_on__lt=event.local(now()).date())
        case MoneyIs.PART:
            return due & Q(paid__gt=0)
        case MoneyIs.OWED:
            return Q(paid__gt=F("total"))


async def totals(event: Event, wanted: OrderFilter) -> Totals:
    """How many there are and what they come to. Two queries, whatever their number."""
    found = selected(event, wanted).order_by()
    due = RawSQL("CASE WHEN state IN ('reserved', 'placed') AND total > paid + let_go THEN total - paid - let_go ELSE 0 END")
    cost = RawSQL("CASE WHEN state IN ('cancelled', 'expired') THEN fee ELSE total END")
    sums = found.annotate(orders=Count("id"), cost=Sum(cost), got=Sum("paid"), missing=Sum(due))  # type: ignore[arg-type]
    row = (await sums.values("orders", "cost", "got", "missing"))[0]
    live = await Ticket.filter(order_id__in=Subquery(selected(event, wanted).order_by().values("id")), state__in=HOLDING).count()
    return Totals(int(row["orders"]), live, int(row["cost"] or 0), int(row["got"] or 0), int(row["missing"] or 0))
