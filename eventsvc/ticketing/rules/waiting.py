"""The waiting list: join, leave, and the offers that go out in order, each holding its place for a day.

While anybody waits for a type, the page sells it to nobody else: a place that comes back belongs to the queue.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import savepoint, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.forms import WaitingForm
from eventsvc.ticketing.models import WAITING_MOVES, Quota, TicketType, Voucher, VoucherKind, Waiting, WaitingState
from eventsvc.ticketing.rules import quotas
from eventsvc.ticketing.rules.vouchers import LENGTH

HELD_FOR = timedelta(hours=24)
ACTIVE = (WaitingState.WAITING, WaitingState.OFFERED)


class NotSoldOut(Refused):
    kind = "not-sold-out"
    title = "There are places left"


class TooLate(Refused):
    kind = "too-late"
    title = "It is too late for that"


async def queued(event: Event) -> set[int]:
    """The numbers of the ticket types that somebody waits for."""
    rows = await Waiting.filter(event=event, state=WaitingState.WAITING).distinct().values_list("ticket_type_id", flat=True)
    return {int(str(one)) for one in rows}


async def join(event: Event, ticket_type: TicketType, wanted: WaitingForm) -> Waiting:
    """Take a place in the queue; joining again keeps the place one has. Raises NotSoldOut, TooLate."""
    async with transaction():
        await ticket_type.fetch_related("quota")
        if now() >= event.ends_at or not ticket_type.is_on_sale(now()):
            raise TooLate("This ticket is not on sale any more.")
        if ticket_type.quota.available != 0 and not await Waiting.exists(ticket_type=ticket_type, state=WaitingState.WAITING):
            raise NotSoldOut("There are places left: register now.")
        known = await Waiting.get_or_none(ticket_type=ticket_type, email=wanted.email)
        if known and known.state in ACTIVE:
            return known
        if known:
            await _move(known, WaitingState.WAITING)
            await known.change(since=now(), name=wanted.name, voucher_id=None)
            return await _joined(event, known)
        try:
            async with savepoint():
                made = await Waiting.create(event=event, ticket_type=ticket_type, **wanted.model_dump())
        except IntegrityError:  # a double click: the other one is in
            return await Waiting.get(ticket_type=ticket_type, email=wanted.email)
        return await _joined(event, made)


async def _joined(event: Event, waiting: Waiting) -> Waiting:
    await record("waiting.joined", waiting)
    await mail.queue("ticketing/waiting", waiting.email, event_id=event.id, waiting=waiting.id)
    return waiting


async def leave(waiting: Waiting, *, by: str) -> None:
    """Give up one's place, or the offer: what it held goes to the next. Leaving twice changes nothing."""
    async with transaction():
        held = await Waiting.select_for_update().get(id=waiting.id)
        if held.state not in ACTIVE:
            return
        if held.voucher_id:
            await Voucher.filter(id=held.voucher_id).update(expires_at=now())
            await lapse(held.voucher_id)
        await _move(held, WaitingState.LEFT)
        await record("waiting.left", held, by=by)


async def by_secret(event: Event, secret: str) -> Waiting:
    """Raises NotFound."""
    found = await Waiting.get_or_none(event=event, secret=secret).select_related("ticket_type", "voucher")
    if found is None:
        raise NotFound("This link does not open a place on the waiting list. Check that all of it was copied.")
    return found


async def position(waiting: Waiting) -> int:
    """1 is next."""
    return 1 + await Waiting.filter(ticket_type_id=waiting.ticket_type_id, state=WaitingState.WAITING, since__lt=waiting.since).count()


async def _move(waiting: Waiting, to: WaitingState) -> None:
    assert to in WAITING_MOVES[waiting.state]
    await waiting.change(state=to)


async def lapse(voucher_id: int) -> None:
    """Give back what a voucher that is over still holds, once."""
    async with transaction():
        await quotas.hold_still((await Voucher.get(id=voucher_id)).event_id)
        held = await Voucher.stop_holding(voucher_id)
        if held:
            voucher = await Voucher.get(id=voucher_id)
            assert voucher.quota_id is not None
            await Quota.release(voucher.quota_id, held)


async def sweep() -> None:
    """What is over gives its place back; who has answered is noted; free places are offered in order."""
    for voucher_id in await Voucher.filter(reserves=True, expires_at__lte=now()).values_list("id", flat=True):
        await lapse(int(str(voucher_id)))
    for waiting in await Waiting.filter(state=WaitingState.OFFERED).select_related("voucher"):
        await _settle(waiting)
    for type_id in await Waiting.filter(state=WaitingState.WAITING).distinct().values_list("ticket_type_id", flat=True):
        await offer(await TicketType.get(id=type_id).select_related("event"))


async def _settle(waiting: Waiting) -> None:
    voucher = waiting.voucher
    if voucher is None or voucher.used:
        outcome = WaitingState.TAKEN if voucher else WaitingState.MISSED
    elif voucher.is_over(now()):
        outcome = WaitingState.MISSED
    else:
        return
    async with transaction():
        held = await Waiting.select_for_update().get(id=waiting.id)
        if held.state == WaitingState.OFFERED:
            await _move(held, outcome)
            await record(f"waiting.{outcome}", held)


async def offer(ticket_type: TicketType) -> int:
    """Offer what is free to the longest waiting. Returns how many offers went out."""
    event, made = ticket_type.event, 0
    until = min(now() + HELD_FOR, max(event.starts_at, now() + timedelta(hours=1)))
    if now() >= event.ends_at or not ticket_type.is_on_sale(now()):
        return 0
    for waiting in await Waiting.filter(ticket_type=ticket_type, state=WaitingState.WAITING).order_by("since", "id").limit(200):
        try:
            made += await _offer(event, ticket_type, waiting.id, until)
        except _NoPlace:
            break
    return made


class _NoPlace(Exception):
    """Leaves the transaction without keeping anything."""


async def _offer(event: Event, ticket_type: TicketType, waiting_id: int, until: datetime) -> bool:
    """Says whether an offer went out: not to somebody whom another worker has just made one. Raises _NoPlace."""
    async with transaction():
        await quotas.hold_still(event.id)
        ticket_type = await TicketType.get(id=ticket_type.id)
        waiting = await Waiting.select_for_update().get(id=waiting_id)
        if waiting.state != WaitingState.WAITING:
            return False
        voucher = await Voucher.create(
            event=event,
            code=short_code(LENGTH),
            note="Waiting list",
            kind=VoucherKind.NONE,
            ticket_types=[ticket_type.code],
            opens_hidden=True,
            uses=1,
            reserves=True,
            quota_id=ticket_type.quota_id,
            expires_at=until,
        )
        await _move(waiting, WaitingState.OFFERED)
        await waiting.change(voucher_id=voucher.id)
        await record("waiting.offered", waiting)
        await mail.queue("ticketing/waiting_offer", waiting.email, event_id=event.id, dedupe=f"offer:{voucher.id}", waiting=waiting.id)
        if not await Quota.claim(ticket_type.quota_id, 1):
            raise _NoPlace
    return True
