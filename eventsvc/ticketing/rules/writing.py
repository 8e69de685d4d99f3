"""What is written for a new order: itself, its tickets, what goes with them."""

from __future__ import annotations

from dataclasses import dataclass

from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.models import Order, OrderState, Ticket, TicketAddOn, TicketState, TicketType, Voucher
from eventsvc.ticketing.rules import answers, choosing, holding, orders, rates


@dataclass(frozen=True)
class Seat:
    """One person's ticket to be: its type, what the ticket alone costs, and its add-ons."""

    wanted: TicketWanted
    ticket_type: TicketType
    price: rates.Price
    add_ons: list[choosing.Chosen]

    @property
    def cost(self) -> int:
        return self.price.amount + sum(one.price for one in self.add_ons)


async def seats(
    event: Event, wanted: OrderForm, types: dict[str, TicketType], offer: rates.Offer, voucher: Voucher | None, *, page: bool
) -> list[Seat]:
    """What each person gets, judged. Raises what `choosing` raises."""
    moment, add_ons, found = now(), await choosing.add_ons_of(event), []
    for index, one in enumerate(wanted.tickets):
        ticket_type, prefix = types[one.ticket_type], f"tickets-{index}-"
        least = voucher.price_of(ticket_type, moment) if voucher else ticket_type.price_at(moment)
        amount = choosing.priced(ticket_type, least, one.amount, event.currency, field=f"{prefix}amount", ask=page)
        price = rates.Price(amount) if ticket_type.open_amount else offer.price(ticket_type, amount)
        chosen = choosing.judge(one.add_ons, ticket_type, add_ons, moment, event.currency, trusted=not page, prefix=prefix)
        found.append(Seat(one, ticket_type, price, chosen))
    choosing.once_each(one.add_ons for one in found)
    return found


async def write_order(
    event: Event,
    wanted: OrderForm,
    seats: list[Seat],
    offer: rates.Offer,
    voucher: Voucher | None,
    source: str,
    said: list[answers.Said],
    hold: holding.Hold | None,
) -> Order:
    total = sum(one.cost for one in seats)
    order = await Order.create(
        event=event,
        code=signing.short_code(8),
        secret=signing.secret(),
        email=wanted.email,
        state=OrderState.RESERVED if hold else OrderState.PLACED if total else OrderState.PAID,
        held_for=hold and hold.why,
        held_until=hold and hold.until,
        total=total,
        currency=event.currency,
        invoice_to=wanted.invoice_to,
        purchase_order=wanted.purchase_order,
        vat_number=wanted.vat_number,
        due_on=orders.pay_by(event) if total and not hold else None,
        source=source,
    )
    # A free ticket in an order that is still to be paid is good at once: nothing is owed for it.
    tickets = [
        Ticket(
            event=event,
            order=order,
            ticket_type=one.ticket_type,
            code=signing.ticket_code(),
            secret=signing.secret(),
            name=one.wanted.name,
            organisation=one.wanted.organisation,
            job_title=one.wanted.job_title,
            email=wanted.email,
            folded=fold(one.wanted.name, wanted.email, one.wanted.organisation),
            answers=what.kept,
            price=one.price.amount,
            price_note=one.price.why,
            member_of=offer.member_of(one.price),
            allowance=offer.allowance_of(one.price),
            voucher=voucher if voucher and voucher.fits(one.ticket_type) else None,
            state=TicketState.PENDING if hold else TicketState.UNPAID if one.cost else TicketState.VALID,
        )
        for one, what in zip(seats, said, strict=True)
    ]
    if len(tickets) == 1:  # as most are: one statement, where several at once take a savepoint around theirs
        await tickets[0].save()
    else:
        await Ticket.bulk_create(tickets)
    await answers.keep_apart({one.code: what.apart for one, what in zip(tickets, said, strict=True)})
    await _write_add_ons(tickets, seats)
    return order


async def _write_add_ons(tickets: list[Ticket], seats: list[Seat]) -> None:
    if not any(one.add_ons for one in seats):
        return
    ids = dict(await Ticket.filter(code__in=[one.code for one in tickets]).values_list("code", "id"))
    await TicketAddOn.bulk_create(
        TicketAddOn(ticket_id=ids[ticket.code], add_on=one.add_on, price=one.price)
        for ticket, seat in zip(tickets, seats, strict=True)
        for one in seat.add_ons
    )
