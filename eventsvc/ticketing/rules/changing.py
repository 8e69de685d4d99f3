"""Changing what was bought: another ticket type, an add-on more or less, and the money that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.members.forms import addresses
from eventsvc.ticketing.forms.add_ons import ChangeForm
from eventsvc.ticketing.models import HOLDING, Order, OrderState, Quota, Rate, Ticket, TicketAddOn, TicketState, TicketType, Voucher
from eventsvc.ticketing.rules import add_ons, choosing, invoices, placing, quotas, rates, terms, waiting
from eventsvc.ticketing.rules.orders import locked_order, settle

CHANGEABLE = (OrderState.PLACED, OrderState.PAID)


class NotChangeable(Refused):
    kind = "not-changeable"
    title = "This ticket cannot be changed"


class SumChanged(Refused):
    """Nobody pays, or gets back, what they were not shown."""

    kind = "sum-changed"
    title = "The sum has changed meanwhile"


@dataclass(frozen=True)
class Change:
    """What a ticket becomes: its type and price, rows that go and add-ons that come. `more`: what it costs more than now, minor units."""

    ticket_type: TicketType
    price: int
    note: str
    voucher: Voucher | None
    gone: list[TicketAddOn]
    come: list[choosing.Chosen]
    more: int
    cost: int

    def is_none(self, ticket: Ticket) -> bool:
        return self.ticket_type.id == ticket.ticket_type_id and self.price == ticket.price and not self.gone and not self.come


def may_change(event: Event, order: Order, ticket: Ticket) -> bool:
    """May its buyer still change it?"""
    return ticket.is_live and order.state in CHANGEABLE and now() < event.changes_end


async def look(event: Event, ticket: Ticket, wanted: ChangeForm, *, own: bool) -> Change:
    """What the change would mean, before anybody decides. Raises what `change` raises."""
    order = await Order.get(id=ticket.order_id)
    return await _judge(event, order, await _held(ticket), wanted, own=own)


async def change(event: Event, ticket: Ticket, wanted: ChangeForm, *, by: str, own: bool = False, seen: int | None = None) -> Change:
    """Change a ticket of a placed or paid order. Dearer: the difference is due, on an invoice of its own, and until then the ticket is
    unpaid. Cheaper: a credit note, and what came in too much is owed back. Places move all or none.

    `own`: the buyer does it, within what is on sale and until `event.changes_end`. `seen`: the difference they were shown.
    Raises NotChangeable, SumChanged, terms.TooLate, terms.AskOrganiser, placing.SoldOut, and what `choosing` raises.
    """
    async with transaction():
        await quotas.hold_still(event.id)
        order = await locked_order(await Order.get(id=ticket.order_id))
        held = await _held(ticket)
        made = await _judge(event, order, held, wanted, own=own)
        if seen is not None and seen != made.more:
            raise SumChanged(f"It comes to {_said(made.more, order.currency)} by now. Look at it again.")
        if made.is_none(held):
            return made
        old_type, old_price = held.ticket_type, int(held.price)
        kept_by_voucher = await _write(held, made)
        if order.state == OrderState.PLACED:
            await held.change(state=TicketState.UNPAID if made.cost else TicketState.VALID)
        was_paid = order.state == OrderState.PAID
        await settle(order)
        if was_paid and order.state == OrderState.PLACED and made.cost:
            await held.change(state=TicketState.UNPAID)
        codes = sorted(one.add_on.code for one in (await add_ons.of_tickets([held]))[held.id])
        await record("ticket.changed", held, by=by, ticket_type=made.ticket_type.code, add_ons=codes, more=made.more)
        swapped = (made.ticket_type.id, made.price) != (old_type.id, old_price)
        gone = [(old_type.name, old_type.vat_rate, old_price)] if swapped else []
        come = [(made.ticket_type.name, made.ticket_type.vat_rate, made.price)] if swapped else []
        gone += [(one.add_on.name, one.add_on.vat_rate, int(one.price)) for one in made.gone]
        come += [(one.add_on.name, one.add_on.vat_rate, one.price) for one in made.come]
        bills = len(invoices.papers(gone, come))
        await mail.queue("ticketing/changed", order.email, event_id=event.id, order=order.id, ticket=held.id, more=made.more, bills=bills)
        await _move_places(held, old_type, made, kept_by_voucher)
        await invoices.difference(event, order, gone, come)
    return made


async def _held(ticket: Ticket) -> Ticket:
    return await Ticket.get(id=ticket.id).select_related("ticket_type", "voucher", "member_of").prefetch_related("add_ons__add_on")


def _said(more: int, currency: str) -> str:
    return f"{show(abs(more), currency)} {'more' if more >= 0 else 'less'}"


async def _judge(event: Event, order: Order, ticket: Ticket, wanted: ChangeForm, *, own: bool) -> Change:
    if not ticket.is_live:
        raise NotChangeable("This ticket was cancelled, so it can no longer be changed.")
    if order.state not in CHANGEABLE:
        raise NotChangeable(f"This order is {order.state}. Its tickets can be changed once it is placed.")
    if own and now() >= event.changes_end:
        until = event.local(event.changes_end)
        raise terms.TooLate(f"Tickets could be changed until {until.day} {until:%B, %H:%M}. Write to the organiser.")
    kind = await _type(event, ticket, wanted, own=own)
    voucher = ticket.voucher if ticket.voucher and ticket.voucher.fits(kind) else None
    price, note = await _price(event, order, ticket, kind, voucher, wanted, own=own)
    had = {row.add_on_id: row for row in ticket.extras}
    chosen = choosing.judge(
        wanted.add_ons,
        kind,
        await choosing.add_ons_of(event),
        now(),
        event.currency,
        trusted=not own,
        prefix="tickets-0-",
        had=frozenset(had),
    )
    chosen = [choosing.Chosen(one.add_on, _kept_price(one, had, ticket.ticket_type, kind), one.field) for one in chosen]
    await _once(order, ticket, chosen)
    stay = {one.add_on.id for one in chosen if one.add_on.id in had and int(had[one.add_on.id].price) == one.price}
    gone = [row for row in had.values() if row.add_on_id not in stay]
    come = [one for one in chosen if one.add_on.id not in stay]
    cost = price + sum(one.price for one in chosen)
    more = cost - ticket.cost
    if own and more < 0 and order.paid:
        await _check_back(event, -more)
    return Change(kind, price, note, voucher, gone, come, more, cost)


async def _type(event: Event, ticket: Ticket, wanted: ChangeForm, *, own: bool) -> TicketType:
    """The type it becomes; another one has to be on offer. Raises what the shop raises."""
    field = "tickets-0-ticket_type"
    if wanted.ticket_type in (None, ticket.ticket_type.code):
        return ticket.ticket_type
    kind = await TicketType.get_or_none(event=event, code=wanted.ticket_type).select_related("quota")
    if kind is None or (own and not kind.public):
        raise placing.NoSuchTicketType("Choose one of the tickets on offer.", field=field)
    if own and not kind.is_on_sale(now()):
        raise placing.NotOnSale(f"“{kind.name}” is not on sale now. Choose another ticket.", field=field)
    if own and kind.id in await waiting.queued(event):
        raise placing.SoldOut(f"“{kind.name}” is sold out, and people wait for it.", field=field)
    if own:
        await _check_counts(ticket, kind, field)
    if own and kind.needs_approval:
        raise terms.AskOrganiser(f"The organiser looks at each “{kind.name}”. Write to them to change to it.", field=field)
    return kind


async def _check_counts(ticket: Ticket, kind: TicketType, field: str) -> None:
    """A buyer keeps within how many of a type one order has at least and at most: of the new one, and of the old one unless none is
    left of it. Raises placing.NotOnSale.
    """
    live = Counter(one.ticket_type_id for one in await Ticket.filter(order_id=ticket.order_id, state__in=HOLDING))
    had, get = live[ticket.ticket_type_id] - 1, live[kind.id] + 1
    placing.check_count(kind, get, field, do="Choose another ticket, or write to the organiser.")
    if 0 < had < ticket.ticket_type.min_per_order:
        said = f"“{ticket.ticket_type.name}” is sold from {ticket.ticket_type.min_per_order} tickets on, and {had} would be left."
        raise placing.NotOnSale(f"{said} Write to the organiser to change it.", field=field)


async def _price(
    event: Event, order: Order, ticket: Ticket, kind: TicketType, voucher: Voucher | None, wanted: ChangeForm, *, own: bool
) -> tuple[int, str]:
    """In minor units, and why it is less than for others. What was bought keeps its price; another type costs what it costs now, a
    member's or public body's price going along.
    """
    if kind.id == ticket.ticket_type_id and (not kind.open_amount or wanted.amount is None):
        return int(ticket.price), ticket.price_note
    ordinary = voucher.price_of(kind, now()) if voucher else kind.price_at(now())
    if kind.open_amount:
        return choosing.priced(kind, ordinary, wanted.amount, event.currency, field="tickets-0-amount", ask=own), ""
    if not ticket.price_note:
        return ordinary, ""
    who = rates.Shown(ticket.member_of, None, by_code=True, domain="" if ticket.member_of else addresses.domain_of(order.email))
    found = rates.priced(ordinary, await Rate.filter(ticket_type=kind), who, left=0)
    return found.amount, found.why


def _kept_price(one: choosing.Chosen, had: dict[int, TicketAddOn], before: TicketType, after: TicketType) -> int:
    row = had.get(one.add_on.id)
    if row is None or one.add_on.open_amount or one.add_on.is_part_of(before) != one.add_on.is_part_of(after):
        return one.price
    return int(row.price)


async def _once(order: Order, ticket: Ticket, chosen: Iterable[choosing.Chosen]) -> None:
    """What is asked once an order may not be on another of its tickets, too. Raises choosing.BadAddOn."""
    for one in (one for one in chosen if one.add_on.once):
        others = TicketAddOn.filter(add_on=one.add_on, cancelled_at=None, ticket__order_id=order.id, ticket__state__in=HOLDING)
        if await others.exclude(ticket_id=ticket.id).exists():
            raise choosing.BadAddOn(f"“{one.add_on.name}” is in this order already, with another ticket.", field=one.field)


async def _check_back(event: Event, back: int) -> None:
    """A buyer gets no more back by changing than by cancelling. Raises terms.AskOrganiser."""
    mine = await terms.of(event)
    over = mine.cancel_until is not None and now() >= mine.cancel_until
    if not mine.paid_too or over or mine.fee_of(back, now()):
        raise terms.AskOrganiser("This would cost less, and money would come back. Write to the organiser to change it.")


async def _write(ticket: Ticket, made: Change) -> bool:
    """The rows. Says whether the voucher of the old type keeps its place free again, so that its quota is not released."""
    kept = False
    if ticket.voucher_id and made.voucher is None:
        kept = await Voucher.release(ticket.voucher_id, 1)
    values = {"ticket_type_id": made.ticket_type.id, "price": made.price, "price_note": made.note, "changed_at": now()}
    if made.ticket_type.id != ticket.ticket_type_id:
        await rates.give_back([ticket])
        values |= {"voucher_id": made.voucher.id if made.voucher else None, "allowance_id": None}
    await ticket.change(**values)
    await TicketAddOn.filter(id__in=[one.id for one in made.gone]).update(cancelled_at=now())
    await TicketAddOn.bulk_create(TicketAddOn(ticket_id=ticket.id, add_on=one.add_on, price=one.price) for one in made.come)
    return kept


async def _move_places(ticket: Ticket, before: TicketType, made: Change, kept_by_voucher: bool) -> None:
    """Take the places that come, give back those that go: in primary-key order, and last. Raises placing.SoldOut."""
    change: Counter[int] = Counter(one.add_on.quota_id for one in made.come)
    change.subtract(one.add_on.quota_id for one in made.gone)
    names = {one.add_on.quota_id: (one.add_on.name, one.field) for one in made.come}
    if before.id != made.ticket_type.id:
        change[made.ticket_type.quota_id] += 1
        change[before.quota_id] -= 0 if kept_by_voucher else 1
        names[made.ticket_type.quota_id] = (made.ticket_type.name, "tickets-0-ticket_type")
    for quota_id, count in sorted(change.items()):
        if count > 0:
            await placing.claim([(quota_id, *names[quota_id])] * count)
        elif count < 0:
            await Quota.release(quota_id, -count)
