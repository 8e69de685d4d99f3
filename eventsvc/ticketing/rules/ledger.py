"""The money of one order: what it costs, what came in and went back, and whether all of it adds up."""

from __future__ import annotations

from eventsvc.core.db import fetch
from eventsvc.ticketing.models import HELD, Order, Payment, PayMethod

_LIVE = f"""((SELECT coalesce(sum(t.price), 0) FROM ticket t WHERE t.order_id = o.id AND t.state IN ({HELD}))
  + (SELECT coalesce(sum(a.price), 0) FROM ticket_add_on a JOIN ticket t ON t.id = a.ticket_id
     WHERE t.order_id = o.id AND t.state IN ({HELD}) AND a.cancelled_at IS NULL))"""  # noqa: S608
"""What the live tickets of an order `o` and their add-ons cost."""


async def cost(order: Order) -> int:
    """What the order costs now, in minor units: its live tickets with their add-ons, and what is kept of cancelled ones."""
    rows = await fetch(f"SELECT {_LIVE} AS live FROM ticket_order o WHERE o.id = $1", order.id)  # noqa: S608
    return int(order.fee) + int(rows[0]["live"])


async def book(order: Order, method: PayMethod, amount: int, *, note: str = "", reference: str | None = None) -> Payment:
    """Write down money that came in, or went back (a negative amount), in the transaction that holds the order."""
    made = await Payment.create(order=order, method=method, amount=amount, note=note[:200], reference=reference)
    await order.change(paid=order.paid + amount)
    return made


async def went_back(order: Order) -> int:
    """What was paid back so far. Minor units."""
    return -sum(int(one.amount) for one in await Payment.filter(order=order, amount__lt=0))


async def errors() -> list[str]:
    """One sentence for each order whose money does not add up. None is right."""
    rows = await fetch(
        f"""SELECT * FROM (SELECT o.code, o.state, o.total, o.paid, o.let_go, o.fee,
              {_LIVE} AS live,
              (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.order_id = o.id) AS booked,
              (SELECT sum(i.gross) FROM invoice i WHERE i.order_id = o.id) AS invoiced
            FROM ticket_order o) sums
            WHERE total <> live + fee OR paid <> booked OR (invoiced IS NOT NULL AND invoiced <> total)
              OR (let_go > 0 AND let_go > total - paid) OR (state = 'paid' AND total - paid - let_go > 0)
              OR (state = 'placed' AND total - paid - let_go <= 0) OR (state IN ('cancelled', 'expired') AND paid < total)"""  # noqa: S608
    )
    return [f"Order {row['code']} does not add up: {_wrong(row)}." for row in rows]


def _wrong(row: dict[str, int]) -> str:
    if row["total"] != row["live"] + row["fee"]:
        return f"its total is {row['total']}, its tickets and fees are {row['live'] + row['fee']}"
    if row["paid"] != row["booked"]:
        return f"it counts {row['paid']} as paid, its payments are {row['booked']}"
    if row["invoiced"] is not None and row["invoiced"] != row["total"]:
        return f"its invoices come to {row['invoiced']}, its total is {row['total']}"
    return f"it is {row['state']} with a total of {row['total']}, {row['paid']} paid and {row['let_go']} let go"
