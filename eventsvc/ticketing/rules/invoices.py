"""Invoices and credit notes: issued inside the verb that makes them due, never changed, never deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event, Organiser
from eventsvc.ticketing.models import (
    HOLDING,
    Invoice,
    InvoiceKind,
    InvoiceSeries,
    Order,
    OrderState,
    Terms,
    Ticket,
    TicketAddOn,
    TicketType,
)


class NothingToInvoice(Refused):
    kind = "nothing-to-invoice"
    title = "There is nothing to invoice"


async def lines_of(tickets: Sequence[Ticket], *, sign: int = 1) -> list[dict[str, Any]]:
    """One line for tickets of the same type and price, and for add-ons of the same kind and price; free ones are left out.

    Of a cancelled ticket those that it had then. Nobody is named: an invoice is kept for years.
    """
    types = {one.id: one for one in await TicketType.filter(id__in={one.ticket_type_id for one in tickets})}
    extras = await TicketAddOn.filter(ticket_id__in=[one.id for one in tickets], cancelled_at=None).select_related("add_on")
    sold = [(types[one.ticket_type_id].name, types[one.ticket_type_id].vat_rate, one.price) for one in tickets]
    return lines([*sold, *((one.add_on.name, one.add_on.vat_rate, one.price) for one in extras)], sign=sign)


def lines(sold: Iterable[tuple[str, int, int]], *, sign: int = 1) -> list[dict[str, Any]]:
    """What was sold, as (name, VAT rate, price): like things on one line, free ones left out."""
    counts = Counter(one for one in sold if one[2])
    return [
        {"text": name, "count": count, "each": sign * price, "gross": sign * price * count, "rate": rate}
        for (name, rate, price), count in counts.items()
    ]


def split(lines: Sequence[dict[str, Any]], registered: bool) -> list[dict[str, int]]:
    """Net and VAT for each rate, prices including VAT. Rounded once for each rate, half a penny up (VAT Notice 700, §17.5).

    >>> split([{"gross": 12000, "rate": 20}], True)
    [{'rate': 20, 'net': 10000, 'vat': 2000}]
    """
    if not registered:
        return []
    totals: Counter[int] = Counter()
    for line in lines:
        totals[line["rate"]] += line["gross"]
    return [{"rate": rate, "net": gross - _vat(gross, rate), "vat": _vat(gross, rate)} for rate, gross in sorted(totals.items())]


def _vat(gross: int, rate: int) -> int:
    vat = (abs(gross) * rate * 2 + 100 + rate) // (2 * (100 + rate))
    return vat if gross >= 0 else -vat


async def issue(event: Event, order: Order, tickets: Sequence[Ticket]) -> Invoice | None:
    """The invoice of a new order, in its transaction. None when it is free. Takes a number: do it last."""
    return await _write(event, order, InvoiceKind.INVOICE, await lines_of(tickets), None)


async def credit(order: Order, tickets: Sequence[Ticket], fees: dict[int, int] | None = None) -> Invoice | None:
    """Take back what was invoiced for these tickets, but the `fees` that are kept of them (VAT stays in those: they are the price of a
    place that was kept), in the transaction that cancels them. None when nothing was.
    """
    invoice = await first(order)
    if invoice is None:
        return None
    event = await Event.get(id=order.event_id)
    types = {one.id: one for one in await TicketType.filter(id__in={one.ticket_type_id for one in tickets})}
    kept: Counter[int] = Counter()
    for one in tickets:
        kept[types[one.ticket_type_id].vat_rate] += (fees or {}).get(one.id, 0)
    rows = [*await lines_of(tickets, sign=-1), *lines([("Cancellation fee", rate, fee) for rate, fee in sorted(kept.items())])]
    return await _write(event, order, InvoiceKind.CREDIT, rows, invoice)


async def standing(order: Order) -> list[Invoice]:
    """The order's invoices that were not taken back wholly, oldest first: one for what was bought, one for each change that made it
    dearer.
    """
    rows = await Invoice.filter(order=order).order_by("id").select_related("credits", "order")
    taken_back: Counter[int] = Counter()
    for one in rows:
        if one.credits_id:
            taken_back[one.credits_id] -= one.gross
    return [one for one in rows if one.kind == InvoiceKind.INVOICE and taken_back[one.id] < max(1, one.gross)]


async def first(order: Order) -> Invoice | None:
    """The invoice that a credit note names; None when there never was one."""
    found = await standing(order)
    return found[0] if found else await Invoice.filter(order=order, kind=InvoiceKind.INVOICE).order_by("-id").first()


Sold = tuple[str, int, int]
"""(name, VAT rate, price)"""


async def difference(event: Event, order: Order, gone: Sequence[Sold], come: Sequence[Sold]) -> None:
    """What a change of an order costs more: an invoice on which what is given back stands below 0; or less: a credit note. Where it
    costs the same, but with another VAT in it: a credit note and an invoice. An order that has no invoice yet gets one over all of it.
    """
    bill = await first(order)
    if bill is None:
        await issue(event, order, await Ticket.filter(order=order, state__in=HOLDING).order_by("id"))
        return
    for kind, rows in papers(gone, come):
        await _write(event, order, kind, rows, bill if kind == InvoiceKind.CREDIT else None)


def papers(gone: Sequence[Sold], come: Sequence[Sold]) -> list[tuple[InvoiceKind, list[dict[str, Any]]]]:
    """What `difference` writes of an order that has an invoice: each with its lines."""
    new, old = lines(come), lines(gone, sign=-1)
    more: Counter[int] = Counter()
    for row in [*new, *old]:
        more[row["rate"]] += row["gross"]
    if more.total():
        return [(InvoiceKind.INVOICE if more.total() > 0 else InvoiceKind.CREDIT, [*new, *old])]
    return [(InvoiceKind.CREDIT, old), (InvoiceKind.INVOICE, new)] if any(more.values()) else []


async def _write(event: Event, order: Order, kind: InvoiceKind, lines: list[dict[str, Any]], credits: Invoice | None) -> Invoice | None:
    if not sum(line["gross"] for line in lines):
        return None
    today = event.local(now()).date()
    organiser = await Organiser.get(id=event.organiser_id)
    note = credits.note if credits else await _reverse(event, organiser, order)
    registered = bool((credits.seller if credits else _seller(organiser)).get("vat_number"))
    if note:
        lines = [{**line, "rate": 0} for line in lines]
    serial = await InvoiceSeries.take(organiser.id, today.year)
    start = f"{organiser.invoice_prefix}-" if organiser.invoice_prefix else ""
    invoice = await Invoice.create(
        organiser=organiser,
        event=event,
        order=order,
        credits=credits,
        kind=kind,
        year=today.year,
        serial=serial,
        number=f"{start}{today.year}-{serial:04}",
        issued_on=today,
        due_on=order.due_on if kind == InvoiceKind.INVOICE else None,
        seller=credits.seller if credits else _seller(organiser),
        buyer=credits.buyer if credits else _buyer(order),
        purchase_order=order.purchase_order,
        currency=order.currency,
        lines=[{**line, "text": f"{line['text']}, {event.name}"} for line in lines],
        vat=split(lines, registered),
        note=note,
        gross=sum(line["gross"] for line in lines),
    )
    await record("invoice.issued", invoice, kind=kind, order=order.code, gross=invoice.gross)
    return invoice


REVERSE = "Reverse charge: VAT is to be accounted for by the recipient."


async def _reverse(event: Event, organiser: Organiser, order: Order) -> str:
    """The note of an invoice without VAT to a business in another country; empty where VAT is charged as always."""
    seller, buyer = organiser.vat_number[:2].upper(), order.vat_number[:2]
    abroad = bool(seller and buyer and seller != buyer)
    return REVERSE if abroad and await Terms.exists(event=event, reverse_charge=True) else ""


def _buyer(order: Order) -> str:
    """Who it is for, with their VAT number."""
    return "\n".join(filter(None, [order.invoice_to or order.email, order.vat_number and f"VAT {order.vat_number}"]))


async def replace(event: Event, order: Order, lines: list[dict[str, Any]], first: Invoice) -> None:
    """A credit note over these lines, which `first` and those after it come to, and an invoice over the same to where it goes now."""
    back = [{**line, "each": -line["each"], "gross": -line["gross"]} for line in lines]
    await _write(event, order, InvoiceKind.CREDIT, back, first)
    await _write(event, order, InvoiceKind.INVOICE, lines, None)


def _seller(organiser: Organiser) -> dict[str, str]:
    names = ("name", "address", "contact_email", "bank_details", "company_number", "vat_number")
    return {name: str(getattr(organiser, name)) for name in names}


async def issue_late(event: Event, order: Order, *, by: str) -> Invoice:
    """An invoice for an order that has none yet, such as one from before there were any. Raises NothingToInvoice; twice is once."""
    async with transaction():
        held = await Order.select_for_update().get(id=order.id)
        found = await first(held)
        if found:
            return found
        if held.state == OrderState.RESERVED:
            raise NothingToInvoice("This order is not confirmed yet. Its invoice is made when it is.")
        tickets = await Ticket.filter(order=held, state__in=HOLDING)
        made = await issue(event, held, tickets)
        if made is None:
            raise NothingToInvoice("This order costs nothing, so there is no invoice.")
    return made


async def of_order(event: Event, order: Order, number: str) -> Invoice:
    """Raises NotFound."""
    found = await Invoice.get_or_none(event=event, order=order, number=number).select_related("credits", "order")
    if found is None:
        raise NotFound("There is no such invoice.")
    return found


async def of_event(event: Event, number: str) -> Invoice:
    """Raises NotFound."""
    found = await Invoice.get_or_none(event=event, number=number).select_related("credits", "order")
    if found is None:
        raise NotFound("There is no such invoice at this event.")
    return found


async def gaps() -> list[str]:
    """One sentence for each organiser and year whose numbers have a gap, or whose series says otherwise. None is right."""
    wrong = []
    for series in await InvoiceSeries.all().select_related("organiser"):
        serials = await Invoice.filter(organiser_id=series.organiser_id, year=series.year).values_list("serial", flat=True)
        if sorted(int(str(one)) for one in serials) != list(range(1, series.taken + 1)):
            wrong.append(f"The invoice numbers of {series.organiser.name} for {series.year} are not 1 to {series.taken}.")
    return wrong
