"""Placing orders."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import (
    Order,
    OrderKey,
    OrderState,
    PayMethod,
    Quota,
    Ticket,
    TicketState,
    TicketType,
    Voucher,
)
from eventsvc.ticketing.rules import answers, cards, holding, invoices, orders, proving, rates, vouchers, waiting


class SoldOut(Refused):
    """Nobody is to blame."""

    kind = "sold-out"
    title = "Sold out"


class NotOnSale(Refused):
    kind = "not-on-sale"
    title = "Not on sale"


class NoSuchTicketType(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such ticket type"


class KeyReused(Refused):
    status = 422
    kind = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another order"


class NeedsInvoice(Refused):
    status = 422
    kind = "invalid"
    title = "Tell us where the invoice goes"


async def place_order(
    event: Event,
    wanted: OrderForm,
    *,
    source: str = "page",
    key: str | None = None,
    letter: bool = True,
    by: str = "",
    hold: holding.Hold | None = None,
) -> Order:
    """Place an order. Free: paid at once, tickets valid. Otherwise: placed, tickets unpaid until the invoice is paid. With `hold` it is
    reserved: tickets pending, no letter and no invoice before it is confirmed.

    With `key`, a second call for the same thing returns the first order, even when both run at the same time. Places that nobody keeps
    any more are given to this one. Raises SoldOut, NotOnSale, NoSuchTicketType, vouchers.BadVoucher, NeedsInvoice, KeyReused,
    cards.NoCards, organisations.BadCode, rates.FreePlacesGone, Invalid for answers. Nothing is half done.
    """
    try:
        return await _place(event, wanted, source, key, letter, by, hold)
    except SoldOut:
        if not await holding.expire_due(event):
            raise
        return await _place(event, wanted, source, key, letter, by, hold)


async def _place(event: Event, wanted: OrderForm, source: str, key: str | None, letter: bool, by: str, hold: holding.Hold | None) -> Order:
    fingerprint = signing.mac("order", wanted.model_dump_json())
    async with transaction():
        if key is not None and (earlier := await _take_key(event, key, fingerprint)):
            return earlier
        voucher = await vouchers.usable(event, wanted.voucher) if wanted.voucher else None
        types = await _types(event, wanted, voucher, trusted=source != "page")
        said = await answers.judged(event, wanted, complete=source == "page")
        moment = now()
        prices = {code: voucher.price_of(one, moment) if voucher else one.price_at(moment) for code, one in types.items()}
        offer = await rates.offer(event, types.values(), email=wanted.email, member=wanted.member)
        own = [offer.price(types[one.ticket_type], prices[one.ticket_type]) for one in wanted.tickets]
        total = sum(one.amount for one in own)
        hold = hold or cards.wanted(wanted.pay == PayMethod.CARD, total)
        if total and source == "page" and not wanted.invoice_to and not hold:
            raise NeedsInvoice("Fill in who the invoice is for: name or organisation, and address.", field="invoice_to")
        hold = proving.hold(event, types.values(), source, proved=offer.proved) or hold
        order = await _write_order(event, wanted, types, own, offer, voucher, source, said, hold)
        if key is not None:
            await OrderKey.filter(event=event, key=_key(key)).update(order_id=order.id)
        action = "order.reserved" if hold else "order.placed"
        await record(action, order, by=by or source, tickets=len(wanted.tickets), total=total)
        if letter and not hold:
            await mail.queue("ticketing/confirmation", order.email, event_id=event.id, dedupe=f"order:{order.id}", order=order.id)
        await proving.tell(event, order)
        await offer.claim(wanted.free_seen)
        held = bool(voucher and await vouchers.use(voucher, [types[one.ticket_type] for one in wanted.tickets]))
        await _claim(types, wanted, voucher if held else None)
        if total and not hold:
            await invoices.issue(event, order, await Ticket.filter(order=order).order_by("id"))
    return order


async def _take_key(event: Event, key: str, fingerprint: str) -> Order | None:
    """Take an Idempotency-Key; when it is taken, the order it stands for. A second caller waits here for the first to end."""
    taken = await fetch(
        """INSERT INTO order_key (event_id, key, fingerprint, answer, created_at) VALUES ($1, $2, $3, '{}', $4)
           ON CONFLICT (event_id, key) DO NOTHING RETURNING id""",
        event.id,
        _key(key),
        fingerprint,
        now(),
    )
    if taken:
        return None
    first = await OrderKey.get(event=event, key=_key(key)).select_related("order")
    if first.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key was used for a different order. Send a new key for a new order.")
    assert first.order is not None
    return first.order


async def first_answer(event: Event, key: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Keep what was answered to the first request with this key; returns that first answer, whatever has happened since."""
    async with transaction():
        kept = await OrderKey.select_for_update().get(event=event, key=_key(key))
        if not kept.answer:
            await kept.change(answer=answer)
        return kept.answer


def _key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def _types(event: Event, wanted: OrderForm, voucher: Voucher | None, *, trusted: bool) -> dict[str, TicketType]:
    """The ticket types asked for, by code; each on sale and within its limit. `trusted`: systems may sell what the page hides."""
    counts = Counter(one.ticket_type for one in wanted.tickets)
    found = {one.code: one for one in await TicketType.filter(event=event, code__in=list(counts))}
    queue = set() if trusted else await waiting.queued(event)
    for index, one in enumerate(wanted.tickets):
        ticket_type, field = found.get(one.ticket_type), f"tickets-{index}-ticket_type"
        if ticket_type is None or not (ticket_type.public or trusted or (voucher and voucher.opens(ticket_type))):
            raise NoSuchTicketType("Choose one of the tickets on offer.", field=field)
        if not trusted and ticket_type.id in queue and not (voucher and voucher.reserves and voucher.fits(ticket_type)):
            raise SoldOut(f"“{ticket_type.name}” is sold out, and people wait for it. Join the waiting list.", field=field)
        if not trusted and not ticket_type.is_on_sale(now()):
            raise NotOnSale(f"“{ticket_type.name}” is not on sale now. Choose another ticket.", field=field)
        if not trusted and counts[one.ticket_type] < ticket_type.min_per_order:
            raise NotOnSale(f"“{ticket_type.name}” is sold from {ticket_type.min_per_order} tickets on. Add more people.", field=field)
        if not trusted and counts[one.ticket_type] > ticket_type.max_per_order:
            raise NotOnSale(f"At most {ticket_type.max_per_order} of “{ticket_type.name}” in one order.", field=field)
    return found


async def _write_order(
    event: Event,
    wanted: OrderForm,
    types: dict[str, TicketType],
    own: list[rates.Price],
    offer: rates.Offer,
    voucher: Voucher | None,
    source: str,
    said: list[answers.Said],
    hold: holding.Hold | None,
) -> Order:
    total = sum(one.amount for one in own)
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
        due_on=orders.pay_by(event) if total and not hold else None,
        source=source,
    )
    # A free ticket in an order that is still to be paid is good at once: nothing is owed for it.
    tickets = [
        Ticket(
            event=event,
            order=order,
            ticket_type=types[one.ticket_type],
            code=signing.ticket_code(),
            secret=signing.secret(),
            name=one.name,
            organisation=one.organisation,
            job_title=one.job_title,
            email=wanted.email,
            folded=fold(one.name, wanted.email, one.organisation),
            answers=what.kept,
            price=price.amount,
            price_note=price.why,
            member_of=price.organisation,
            allowance=offer.allowance_of(price),
            voucher=voucher if voucher and voucher.fits(types[one.ticket_type]) else None,
            state=TicketState.PENDING if hold else TicketState.UNPAID if price.amount else TicketState.VALID,
        )
        for one, what, price in zip(wanted.tickets, said, own, strict=True)
    ]
    await Ticket.bulk_create(tickets)
    await answers.keep_apart({one.code: what.apart for one, what in zip(tickets, said, strict=True)})
    return order


async def _claim(types: dict[str, TicketType], wanted: OrderForm, holder: Voucher | None) -> None:
    """Take the places that `holder` did not keep free: in primary-key order so that two orders cannot wait for each other, and last
    because the rows are hot.
    """
    names = {one.quota_id: one.name for one in types.values()}
    chosen = [types[one.ticket_type] for one in wanted.tickets]
    for quota_id, count in sorted(Counter(one.quota_id for one in chosen if not (holder and holder.fits(one))).items()):
        if not await Quota.claim(quota_id, count):
            index = next(i for i, one in enumerate(wanted.tickets) if types[one.ticket_type].quota_id == quota_id)
            quota = await Quota.get(id=quota_id)
            left = quota.available or 0
            said = f"Only {left} left of “{names[quota_id]}”." if left else f"“{names[quota_id]}” is sold out."
            raise SoldOut(f"{said} Choose another ticket.", field=f"tickets-{index}-ticket_type")
