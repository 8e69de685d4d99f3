"""Placing orders."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson

from eventsvc.audit.rules import record
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import (
    Order,
    OrderKey,
    PayMethod,
    Quota,
    Ticket,
    TicketType,
    Voucher,
)
from eventsvc.ticketing.rules import answers, cards, holding, invoices, proving, quotas, rates, vouchers, waiting, writing

ON_PAGE = ("page", "company")
"""Sources that get no more than the page offers: anybody, and the contact of an organisation."""
PUBLIC_ONLY = (*ON_PAGE, "door")
"""Sources that get no hidden ticket type: a tablet can be lost."""


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
    cards.NoCards, organisations.BadCode, rates.FreePlacesGone, Invalid for answers, and what
    `choosing` raises. Nothing is half done.
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
        if key is None:
            await quotas.hold_still(event.id)
        elif earlier := await _take_key(event, key, fingerprint):  # the key's row holds the event's as `hold_still` does
            return earlier
        voucher = await vouchers.usable(event, wanted.voucher) if wanted.voucher else None
        types = await _types(event, wanted, voucher, trusted=source not in ON_PAGE, hidden=source not in PUBLIC_ONLY)
        said = await answers.judged(event, wanted, complete=source == "page")
        offer = await rates.offer(event, types.values(), email=wanted.email, member=wanted.member)
        seats = await writing.seats(event, wanted, types, offer, voucher, page=source == "page")
        total = sum(one.cost for one in seats)
        hold = hold or cards.wanted(wanted.pay == PayMethod.CARD, total)
        if total and source in ON_PAGE and not wanted.invoice_to and not hold:
            raise NeedsInvoice("Fill in who the invoice is for: name or organisation, and address.", field="invoice_to")
        hold = proving.hold(event, types.values(), source, proved=offer.proved) or hold
        order = await writing.write_order(event, wanted, seats, offer, voucher, source, said, hold)
        if key is not None:
            sql = "UPDATE order_key SET order_id = $3 WHERE event_id = $1 AND key = $2 RETURNING id"
            await fetch(sql, event.id, _key(key), order.id)
        action = "order.reserved" if hold else "order.placed"
        await record(action, order, by=by or source, tickets=len(wanted.tickets), total=total)
        if letter and not hold:
            await mail.queue("ticketing/confirmation", order.email, event_id=event.id, dedupe=f"order:{order.id}", order=order.id)
        await proving.tell(event, order)
        await offer.claim(wanted.free_seen)
        held = bool(voucher and await vouchers.use(voucher, [types[one.ticket_type] for one in wanted.tickets]))
        await _claim(seats, voucher if held else None)
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
    ours = await fetch(
        "UPDATE order_key SET answer = $3 WHERE event_id = $1 AND key = $2 AND answer = '{}' RETURNING id",
        event.id,
        _key(key),
        orjson.dumps(answer).decode(),
    )
    return answer if ours else (await OrderKey.get(event=event, key=_key(key))).answer


def _key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def _types(event: Event, wanted: OrderForm, voucher: Voucher | None, *, trusted: bool, hidden: bool) -> dict[str, TicketType]:
    """The ticket types asked for, by code; each on sale and within its limit. `trusted`: not asked whether it is; `hidden`: systems may
    sell what the page hides."""
    counts = Counter(one.ticket_type for one in wanted.tickets)
    found = {one.code: one for one in await TicketType.filter(event=event, code__in=list(counts))}
    queue = set() if trusted else await waiting.queued(event)
    for index, one in enumerate(wanted.tickets):
        ticket_type, field = found.get(one.ticket_type), f"tickets-{index}-ticket_type"
        if ticket_type is None or not (ticket_type.public or hidden or (voucher and voucher.opens(ticket_type))):
            raise NoSuchTicketType("Choose one of the tickets on offer.", field=field)
        if not trusted and ticket_type.id in queue and not (voucher and voucher.reserves and voucher.fits(ticket_type)):
            raise SoldOut(f"“{ticket_type.name}” is sold out, and people wait for it. Join the waiting list.", field=field)
        if not trusted and not ticket_type.is_on_sale(now()):
            raise NotOnSale(f"“{ticket_type.name}” is not on sale now. Choose another ticket.", field=field)
        if not trusted:
            check_count(ticket_type, counts[one.ticket_type], field)
    return found


def check_count(ticket_type: TicketType, count: int, field: str, *, do: str = "Add more people.") -> None:
    """So many of a type in one order: for buyers, who pay its price only in that number. `do`: about too few. Raises NotOnSale."""
    if count < ticket_type.min_per_order:
        raise NotOnSale(f"“{ticket_type.name}” is sold from {ticket_type.min_per_order} tickets on. {do}", field=field)
    if count > ticket_type.max_per_order:
        raise NotOnSale(f"At most {ticket_type.max_per_order} of “{ticket_type.name}” in one order.", field=field)


async def _claim(seats: list[writing.Seat], holder: Voucher | None) -> None:
    """Take the places that `holder` did not keep free, and those of the add-ons."""
    places = [
        (one.ticket_type.quota_id, one.ticket_type.name, f"tickets-{index}-ticket_type")
        for index, one in enumerate(seats)
        if not (holder and holder.fits(one.ticket_type))
    ]
    places += [(one.add_on.quota_id, one.add_on.name, one.field) for seat in seats for one in seat.add_ons]
    await claim(places)


async def claim(places: Iterable[tuple[int, str, str]]) -> None:
    """Take a place for each (quota, name of what is bought, field to blame): in primary-key order so that two orders cannot wait for
    each other, and last because the rows are hot. Raises SoldOut.
    """
    wanted = list(places)
    for quota_id, count in sorted(Counter(quota_id for quota_id, _, _ in wanted).items()):
        if not await Quota.claim(quota_id, count):
            name, field = next((name, field) for one, name, field in wanted if one == quota_id)
            left = (await Quota.get(id=quota_id)).available or 0
            said = f"Only {left} left of “{name}”." if left else f"“{name}” is sold out."
            raise SoldOut(f"{said} {'Choose another ticket.' if field.endswith('ticket_type') else 'Leave it out.'}", field=field)
