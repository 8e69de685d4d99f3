"""What an organiser does to orders by hand: place one for somebody, change who bought it, note something."""

from __future__ import annotations

from collections import Counter
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.forms.desk import BuyerForm, HandForm, HandPay
from eventsvc.ticketing.models import HOLDING, HeldFor, Invoice, InvoiceKind, Order, OrderState, PayMethod, Ticket, TicketAddOn
from eventsvc.ticketing.rules import invoices, ledger, orders, placing
from eventsvc.ticketing.rules.holding import Hold

SOURCE = "organiser"
PAID: dict[HandPay, PayMethod] = {HandPay.BANK: PayMethod.BANK, HandPay.CASH: PayMethod.CASH}


class NeedsReason(Refused):
    status = 422
    kind = "invalid"
    title = "Say why these places are free"


class BadDueDate(Refused):
    status = 422
    kind = "invalid"
    title = "It cannot be due then"


class NotTheirs(Refused):
    kind = "not-possible"
    title = "This order can no longer be changed"


async def place(event: Event, wanted: HandForm, *, key: str, by: str) -> Order:
    """An order for somebody, also of types that are hidden or not on sale; places are counted as for everybody. The same `key` again
    is the same order. Raises NeedsReason, BadDueDate, placing.NeedsInvoice, and what `placing.place_order` raises.
    """
    if wanted.how == HandPay.COMP and not wanted.note:
        raise NeedsReason("Say in a few words why these places are free: you will be asked later.", field="note")
    if wanted.due_on and wanted.due_on < event.local(now()).date():
        raise BadDueDate("This day is over. Choose today or a later one.", field="due_on")
    order_form = OrderForm(email=wanted.email, tickets=wanted.tickets, invoice_to=wanted.invoice_to, purchase_order=wanted.purchase_order)
    async with transaction():
        hold = Hold(HeldFor.CARD, None)  # kept for no longer than this transaction: the price is settled before the order is placed
        order = await placing.place_order(event, order_form, source=SOURCE, key=key, letter=False, by=by, hold=hold)
        if order.state != OrderState.RESERVED:
            return order
        await order.change(note=wanted.note)
        if wanted.how == HandPay.COMP:
            await _give_away(order)
        elif order.total and not wanted.invoice_to:
            raise placing.NeedsInvoice("Fill in who the invoice is for: name or organisation, and address.", field="invoice_to")
        if order.total and (method := PAID.get(wanted.how)):
            await ledger.book(order, method, order.total)
            await record("order.paid", order, by=by, method=method, amount=order.total)
        return await orders.confirm(order, by=by, letter=wanted.letter, due_on=wanted.due_on)


async def _give_away(order: Order) -> None:
    await Ticket.filter(order=order).update(price=0, price_note="Complimentary")
    await TicketAddOn.filter(ticket__order=order).update(price=0)
    await order.change(total=await ledger.cost(order))


async def note(order: Order, text: str, *, by: str) -> None:
    """What the team should know of this order; the buyer never sees it."""
    async with transaction():
        held = await orders.locked_order(order)
        if held.note != text:
            await held.change(note=text)
            await record("order.noted", held, by=by)


async def change_buyer(order: Order, wanted: BuyerForm, *, by: str) -> Order:
    """Another address, or another invoice address or purchase order number.

    A new address gets the tickets by a letter, and new links: the old ones, which went to somebody else, open nothing any more. QR codes
    stay. Where an invoice is out, a credit note takes all of it back and a new one goes out. Raises NotTheirs.
    """
    async with transaction():
        held = await orders.locked_order(order)
        if not held.is_live:
            raise NotTheirs(f"This order is {held.state}, so nothing can be changed on it.")
        values = wanted.model_dump()
        changed = [name for name, value in values.items() if getattr(held, name) != value]
        if not changed:
            return held
        before = held.email
        await held.change(**values)
        if "email" in changed:
            await _new_links(held, before)
        await record("order.changed", held, by=by, fields=changed)
        if "email" in changed and held.state != OrderState.RESERVED:
            await orders.resend(held, by=by)
        if {"invoice_to", "purchase_order"} & set(changed):
            await _reissue(held)
    return held


async def _new_links(order: Order, before: str) -> None:
    await order.change(secret=signing.secret())
    for ticket in await Ticket.filter(order=order, email=before, state__in=HOLDING):
        folded = fold(ticket.name, order.email, ticket.organisation)
        await ticket.change(email=order.email, secret=signing.secret(), folded=folded)


async def _reissue(order: Order) -> None:
    """Take back what the order's invoices come to, and invoice the same to where it goes now."""
    out = await Invoice.filter(order=order).order_by("id")
    event = await Event.get(id=order.event_id)
    lines = _net(out, f", {event.name}")
    if lines:
        await invoices.replace(event, order, lines, next(one for one in reversed(out) if one.kind == InvoiceKind.INVOICE))


def _net(out: list[Invoice], ending: str) -> list[dict[str, Any]]:
    """The lines of an order's invoices less those of its credit notes."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for one in out:
        for line in one.lines:
            sign = 1 if line["gross"] >= 0 else -1
            counts[str(line["text"]).removesuffix(ending), abs(line["each"]), line["rate"]] += sign * line["count"]
    return [
        {"text": text, "count": abs(count), "each": each if count > 0 else -each, "gross": each * count, "rate": rate}
        for (text, each, rate), count in counts.items()
        if count
    ]
