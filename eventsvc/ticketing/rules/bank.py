"""Bringing in a bank's statement: what is certain pays its order, what is not waits for a person, and nothing counts twice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.statement import Line, Statement
from eventsvc.ticketing.models import BANK_LINE_MOVES, BankLine, BankLineState, Order, PayMethod
from eventsvc.ticketing.rules import orders
from eventsvc.ticketing.rules.weighing import Does, Verdict, fingerprints, known, weigh, weigh_all

PER_PAGE = 100


class Decided(Refused):
    """Somebody was faster."""

    kind = "decided"
    title = "Somebody has decided on this line already"


class NoSuchOrder(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such order"


@dataclass(frozen=True)
class Seen:
    """A line of a statement with what would become of it; `old`: it was brought in before."""

    line: Line
    fingerprint: str
    verdict: Verdict
    old: bool = False


@dataclass
class Outcome:
    """How many lines paid an order, wait for a decision, and were brought in before."""

    paid: int = 0
    open: int = 0
    old: int = 0


async def look(event: Event, statement: Statement) -> list[Seen]:
    """What would become of each line. Changes nothing."""
    prints = fingerprints(statement.lines)
    before = await _before(event, prints)
    fresh = [(line, one) for line, one in zip(statement.lines, prints, strict=True) if one not in before]
    verdicts = iter(await asyncio.to_thread(weigh_all, [line for line, _ in fresh], await known(event)))
    old = Verdict(Does.LEAVE, "It was brought in before.")
    return [
        Seen(line, one, old, old=True) if one in before else Seen(line, one, next(verdicts))
        for line, one in zip(statement.lines, prints, strict=True)
    ]


async def _before(event: Event, prints: list[str]) -> set[str]:
    """Of these lines, those that were brought in here, or are the money of another event's order."""
    rows = await BankLine.filter(organiser_id=event.organiser_id, fingerprint__in=prints).only("fingerprint", "state", "event_id", "id")
    return {one.fingerprint for one in rows if one.event_id == event.id or one.state == BankLineState.TAKEN}


async def bring_in(event: Event, statement: Statement, *, by: str) -> Outcome:
    """Pay what is certain and keep what somebody has to decide, each line in a transaction of its own: it counts once, however
    often and by however many people the statement is brought in at the same time.
    """
    outcome = Outcome()
    for seen in await look(event, statement):
        if seen.old:
            outcome.old += 1
        elif seen.verdict.does != Does.LEAVE:
            match await _bring(event, seen, by=by):
                case BankLineState.TAKEN:
                    outcome.paid += 1
                case BankLineState.OPEN:
                    outcome.open += 1
                case _:
                    outcome.old += 1
    return outcome


async def _bring(event: Event, seen: Seen, *, by: str) -> BankLineState | None:
    """What became of it; None when somebody else brought it in meanwhile."""
    line = seen.line
    async with transaction():
        made = await BankLine.claim(event, seen.fingerprint, line.on, line.amount, line.text)
        if made is None:
            return None
        row = await BankLine.get(id=made)
        await record("bank_line.added", row, by=by)
        if seen.verdict.does == Does.PAY:
            order = await orders.locked_order(seen.verdict.orders[0])
            if order.due == line.amount:  # it may have been paid or cancelled since it was looked at
                await _take(row, order, by=by)
        return row.state


async def _take(row: BankLine, order: Order, *, by: str) -> None:
    """It is the money of this order: what is missing stays due, what is too much is owed back."""
    note = f"Bank statement, {row.booked_on:%Y-%m-%d}"
    await orders.receive(order, PayMethod.BANK, row.amount, by=by, note=note, reference=f"bank:{row.id}")
    await _move(row, BankLineState.TAKEN)
    await row.change(order_id=order.id)


async def _move(row: BankLine, to: BankLineState) -> None:
    """The only place that changes a line's state. Raises Decided."""
    if to not in BANK_LINE_MOVES[row.state]:
        said = {BankLineState.TAKEN: "given to an order", BankLineState.IGNORED: "ignored"}[row.state]
        raise Decided(f"This line was {said} already.")
    await row.change(state=to)


async def _line(event: Event, line_id: int) -> BankLine:
    """The line, held until the transaction ends. Lines are locked before orders, always."""
    row = await BankLine.select_for_update().get_or_none(event=event, id=line_id)
    if row is None:
        raise NotFound("There is no such line at this event.")
    return row


async def assign(event: Event, line_id: int, code: str, *, by: str) -> Order:
    """Somebody says whose money it is. Too little is a part payment, too much is owed back. The same once more changes
    nothing. Raises NotFound, Decided, NoSuchOrder.
    """
    wanted = "".join(code.split()).replace("-", "").upper()
    async with transaction():
        row = await _line(event, line_id)
        order = await Order.get_or_none(event=event, code=wanted)
        if order is None:
            raise NoSuchOrder("No order of this event has that code.", field=f"order-{line_id}")
        if row.state == BankLineState.TAKEN and row.order_id == order.id:
            return order
        if row.state != BankLineState.OPEN:
            await _move(row, BankLineState.TAKEN)  # refuses, and says why
        order = await orders.locked_order(order)
        await _take(row, order, by=by)
        await record("bank_line.assigned", row, by=by, order=order.code)
    return order


async def ignore(event: Event, line_id: int, *, by: str) -> None:
    """It is no business of this event: what it said goes. Again changes nothing. Raises NotFound, Decided."""
    async with transaction():
        row = await _line(event, line_id)
        if row.state == BankLineState.IGNORED:
            return
        await _move(row, BankLineState.IGNORED)
        await row.change(text="")
        await record("bank_line.ignored", row, by=by)


async def undecided(event: Event) -> list[tuple[BankLine, Verdict]]:
    """The lines that wait for a person, oldest first, with why and what they may be for as of now."""
    rows = await BankLine.filter(event=event, state=BankLineState.OPEN).order_by("booked_on", "id").limit(PER_PAGE)
    among = await known(event) if rows else None
    return [(row, weigh(row.text, row.amount, among)) for row in rows if among]
