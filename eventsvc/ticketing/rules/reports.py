"""Attendees and orders as CSV, and the numbers of the overview."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from tortoise.queryset import QuerySet

from eventsvc.core import tables
from eventsvc.core.db import fetch
from eventsvc.core.text import as_csv
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Order, Ticket
from eventsvc.ticketing.rules import add_ons, answers


async def attendees_csv(event: Event) -> str:
    """One row for each ticket, cancelled ones too; answers that are not sensitive come last, a column for each question."""
    tickets = await Ticket.filter(event=event).select_related("ticket_type", "order").order_by("id")
    extras = await add_ons.of_tickets(tickets)
    heads, cells = await answers.columns(event, tickets)
    return as_csv(
        ["name", "email", "organisation", "job_title", "ticket_type", "state", "ticket", "order", "registered", "add_ons", *heads],
        (
            [
                *(t.name, t.email, t.organisation, t.job_title, t.ticket_type.name, t.state, t.code, t.order.code, _when(event, t)),
                *("; ".join(one.add_on.name for one in extras[t.id]), *said),
            ]
            for t, said in zip(tickets, cells, strict=True)
        ),
    )


ORDER_HEAD = [
    *("order", "email", "state", "tickets", "total", "currency", "invoice_to", "purchase_order", "due_on", "placed"),
    *("paid", "due", "add_ons"),
]


async def orders_table(event: Event, found: QuerySet[Order] | None = None) -> tuple[list[str], list[list[tables.Value]]]:
    """A head, and one row for each order (of `found`), oldest first; amounts in major units."""
    orders = await (Order.filter(event=event) if found is None else found).order_by("id").prefetch_related("tickets__add_ons__add_on")
    rows: list[list[tables.Value]] = [
        [
            *(o.code, o.email, str(o.state), sum(t.is_live for t in o.tickets), Decimal(o.total) / 100, o.currency),
            *(o.invoice_to, o.purchase_order, str(o.due_on or ""), _when(event, o), Decimal(o.paid) / 100, Decimal(o.due) / 100),
            _extras(o),
        ]
        for o in orders
    ]
    return ORDER_HEAD, rows


async def orders_csv(event: Event, found: QuerySet[Order] | None = None) -> str:
    """The same as CSV."""
    return tables.as_csv(*await orders_table(event, found)).decode()


def as_workbook(head: list[str], rows: list[list[tables.Value]]) -> bytes:
    return tables.as_xlsx("Orders", head, rows, {"email": 28, "invoice_to": 36, "purchase_order": 20, "placed": 17})


def _extras(order: Order) -> str:
    """How many of each its live tickets have: `2 × Dinner; 1 × Workshop`."""
    counts = Counter(one.add_on.name for ticket in order.tickets if ticket.is_live for one in ticket.extras)
    return "; ".join(f"{count} × {name}" for name, count in counts.items())


def _when(event: Event, row: Ticket | Order) -> str:
    return f"{event.local(row.created_at):%Y-%m-%d %H:%M}"


async def by_type(event: Event) -> list[dict[str, Any]]:
    """For each ticket type: name, hue, size of its quota (None: no limit), places taken, and what is still unpaid."""
    return await fetch(
        """SELECT tt.code, tt.name, tt.hue, tt.price, q.size, q.claimed,
             (SELECT count(*) FROM ticket t WHERE t.ticket_type_id = tt.id AND t.state <> 'cancelled') AS taken,
             (SELECT count(*) FROM ticket t WHERE t.ticket_type_id = tt.id AND t.state = 'unpaid') AS unpaid
           FROM ticket_type tt JOIN quota q ON q.id = tt.quota_id WHERE tt.event_id = $1 ORDER BY tt.position, tt.id""",
        event.id,
    )


async def by_add_on(event: Event) -> list[dict[str, Any]]:
    """For each add-on: its price, size of its quota (None: no limit), and how many live tickets have it."""
    return await fetch(
        """SELECT a.code, a.name, a.price, a.open_amount, q.size,
             (SELECT count(*) FROM ticket_add_on ta JOIN ticket t ON t.id = ta.ticket_id
               WHERE ta.add_on_id = a.id AND ta.cancelled_at IS NULL AND t.state <> 'cancelled') AS taken
           FROM add_on a JOIN quota q ON q.id = a.quota_id WHERE a.event_id = $1 ORDER BY a.position, a.id""",
        event.id,
    )


async def money(event: Event) -> dict[str, int]:
    """Minor units: `paid` is what came in less what went back, `due` is what is still to come in."""
    rows = await fetch(
        """SELECT coalesce(sum(paid), 0) AS paid, coalesce(sum(CASE WHEN state IN ('reserved', 'placed') AND total > paid + let_go
             THEN total - paid - let_go ELSE 0 END), 0) AS due FROM ticket_order WHERE event_id = $1""",
        event.id,
    )
    return {name: int(value) for name, value in rows[0].items()}


async def by_day(event: Event) -> list[tuple[str, int]]:
    """(day, tickets registered) in the event's zone, for days with any."""
    days: dict[str, int] = {}
    for created in await Ticket.filter(event=event).exclude(state="cancelled").order_by("created_at").values_list("created_at", flat=True):
        key = f"{event.local(created):%d %b}"  # type: ignore[arg-type]
        days[key] = days.get(key, 0) + 1
    return list(days.items())
