"""Whether the money adds up: for each order and for the event, what was invoiced, what came in, and what is still missing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from eventsvc.core import tables
from eventsvc.core.clock import now
from eventsvc.core.db import fetch
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Order, OrderState

WAITING = (OrderState.RESERVED, OrderState.PLACED)
"""States in which an order is still to be paid."""
KINDS = ("csv", "xlsx")
HEAD = (
    *("order", "state", "placed", "due_on", "overdue", "email", "invoice_to", "purchase_order", "currency"),
    *("cost", "invoiced", "credited", "not_invoiced", "paid_in", "paid_back", "due", "short", "owed_back"),
)
WIDTHS = {"placed": 17, "email": 28, "invoice_to": 36, "purchase_order": 20}


@dataclass(frozen=True)
class Sums:
    """In minor units. Always: invoiced - credited + not_invoiced = paid_in - paid_back + due + short - owed_back."""

    invoiced: int = 0
    credited: int = 0
    not_invoiced: int = 0
    """What orders cost beyond what was invoiced: those that are not confirmed yet, or from before there were invoices."""
    paid_in: int = 0
    paid_back: int = 0
    due: int = 0
    overdue: int = 0
    """The part of `due` whose date has passed."""
    short: int = 0
    """What did not come in and was let go: an order that counts as paid by too little."""
    owed_back: int = 0

    @property
    def cost(self) -> int:
        return self.invoiced - self.credited + self.not_invoiced

    @property
    def adds_up(self) -> bool:
        return self.cost == self.paid_in - self.paid_back + self.due + self.short - self.owed_back


@dataclass(frozen=True)
class Account:
    """An order with its sums."""

    order: Order
    sums: Sums
    is_overdue: bool


async def accounts(event: Event, *, due: bool = False) -> list[Account]:
    """All orders as they were placed; with `due` those that are still to be paid, the oldest date first. Two queries."""
    found = Order.filter(event=event)
    if due:
        found = found.filter(state__in=WAITING, total__gt=0).order_by("due_on", "id")
    rows = await fetch(
        """SELECT o.id,
             (SELECT coalesce(sum(i.gross), 0) FROM invoice i WHERE i.order_id = o.id AND i.kind = 'invoice') AS invoiced,
             (SELECT -coalesce(sum(i.gross), 0) FROM invoice i WHERE i.order_id = o.id AND i.kind = 'credit') AS credited,
             (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id AND p.amount > 0) AS paid_in,
             (SELECT -coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id AND p.amount < 0) AS paid_back
           FROM ticket_order o WHERE o.event_id = $1""",
        event.id,
    )
    numbers = {int(row.pop("id")): {name: int(value) for name, value in row.items()} for row in rows}
    today = event.local(now()).date()
    return [_account(order, numbers[order.id], today) for order in await (found if due else found.order_by("id")) if order.id in numbers]


def _account(order: Order, row: dict[str, int], today: date) -> Account:
    late = bool(order.due and order.due_on and order.due_on < today)
    sums = Sums(
        invoiced=row["invoiced"],
        credited=row["credited"],
        not_invoiced=order.total - row["invoiced"] + row["credited"],
        paid_in=row["paid_in"],
        paid_back=row["paid_back"],
        due=order.due,
        overdue=order.due if late else 0,
        short=order.let_go,
        owed_back=order.owed,
    )
    return Account(order, sums, late)


def total(found: list[Account]) -> Sums:
    """The sums of these orders."""
    return Sums(**{one.name: sum(getattr(account.sums, one.name) for account in found) for one in fields(Sums)})


async def export(event: Event, kind: str) -> bytes:
    """All orders with their sums, as CSV or XLSX (one of KINDS)."""
    rows = [_row(event, one) for one in await accounts(event)]
    if kind == "csv":
        return tables.as_csv(HEAD, rows)
    return await asyncio.to_thread(tables.as_xlsx, "Orders", HEAD, rows, WIDTHS)


def _row(event: Event, one: Account) -> list[tables.Value]:
    order, sums = one.order, one.sums
    amounts = (
        *(sums.cost, sums.invoiced, sums.credited, sums.not_invoiced, sums.paid_in, sums.paid_back),
        *(sums.due, sums.short, sums.owed_back),
    )
    return [
        *(order.code, str(order.state), event.local(order.created_at).replace(tzinfo=None)),
        *(order.due_on.isoformat() if order.due_on else "", "yes" if one.is_overdue else ""),
        *(order.email, order.invoice_to, order.purchase_order, order.currency),
        *(Decimal(amount) / 100 for amount in amounts),
    ]
