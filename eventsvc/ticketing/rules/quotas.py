"""Places that several ticket types and add-ons share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventsvc.audit.rules import record
from eventsvc.core.db import fetch, locked, on_sqlite, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.quotas import QuotaForm
from eventsvc.ticketing.models import HOLDING, AddOn, Quota, Ticket, TicketAddOn, TicketType, Voucher
from eventsvc.ticketing.rules import catalogue


class BadQuota(Refused):
    status = 422
    kind = "invalid"
    title = "These places cannot be shared so"


class InUse(Refused):
    kind = "in-use"
    title = "Something is sold from these places"


async def hold_still(event_id: int) -> None:
    """Until the transaction ends no ticket type or add-on of the event moves to another quota. Call it before looking their quotas up.

    Shared: orders do not wait for each other, only for somebody who shares places anew. On SQLite a transaction is alone.
    """
    if not on_sqlite():
        await fetch("SELECT id FROM event WHERE id = $1 FOR KEY SHARE", event_id)


async def release(quota_ids: Iterable[int]) -> None:
    """Give a place back for each, in primary-key order."""
    for quota_id, count in sorted(Counter(quota_ids).items()):
        await Quota.release(quota_id, count)


@dataclass(frozen=True)
class Shared:
    """A quota with what is sold from it."""

    quota: Quota
    ticket_types: list[TicketType]
    add_ons: list[AddOn]


async def of_event(event: Event) -> list[Shared]:
    """All quotas of the event. Three queries."""
    types, add_ons = await TicketType.filter(event=event), await AddOn.filter(event=event)
    return [
        Shared(one, [kind for kind in types if kind.quota_id == one.id], [extra for extra in add_ons if extra.quota_id == one.id])
        for one in await Quota.filter(event=event).order_by("id")
    ]


async def of(event: Event, number: str) -> Shared:
    """Raises NotFound."""
    found = next((one for one in await of_event(event) if is_number(number) and one.quota.id == int(number)), None)
    if found is None:
        raise NotFound("There are no such places at this event.")
    return found


async def save(event: Event, known: Quota | None, wanted: QuotaForm, *, by: str) -> Quota:
    """Places for these ticket types and add-ons, who come with what they have taken. Those that leave get places of their own: as many
    as they have taken. Raises BadQuota, catalogue.TooFewPlaces. All or none; orders wait meanwhile.
    """
    async with transaction():
        await fetch(f"SELECT id FROM event WHERE id = $1 {locked()}", event.id)  # noqa: S608  see `hold_still`
        quota = known or await Quota.create(event=event, name=wanted.name, size=wanted.places)
        if known and wanted.places is None:
            await catalogue.resize(known.id, None)
        types = await _named(TicketType, event, wanted.ticket_types, "ticket_types")
        extras = await _named(AddOn, event, wanted.add_ons, "add_ons")
        moves = [one for one in (*types, *extras) if one.quota_id != quota.id]
        leaving: list[TicketType | AddOn] = [
            *await TicketType.filter(quota=quota).exclude(id__in=[one.id for one in types] or [0]),
            *await AddOn.filter(quota=quota).exclude(id__in=[one.id for one in extras] or [0]),
        ]
        emptied = {one.quota_id for one in moves}
        for one in leaving:
            own = await Quota.create(event=event, name=one.name, size=await _held(one))
            await _move([one], own)
        if known and wanted.places is not None:
            await catalogue.resize(known.id, max(wanted.places, (await Quota.get(id=known.id)).claimed))
        await _move(moves, quota)
        if known:
            await catalogue.resize(known.id, wanted.places)
            await Quota.filter(id=known.id).update(name=wanted.name)
        for quota_id in emptied:
            await catalogue.remove_unused_quota(quota_id)
        codes = sorted(one.code for one in (*types, *extras))
        await record("quota.saved", event, by=by, quota=quota.id, places=wanted.places, shared_by=codes)
    return await Quota.get(id=quota.id)


async def _named(kind: type[TicketType] | type[AddOn], event: Event, codes: Sequence[str], field: str) -> list[TicketType | AddOn]:
    found = {str(one.code): one for one in await kind.filter(event=event, code__in=list(codes))}
    if missing := [code for code in codes if code not in found]:
        raise BadQuota(f"There is no “{missing[0]}” at this event.", field=field)
    return list(found.values())


async def _held(one: TicketType | AddOn) -> int:
    """How many places it has taken, those that vouchers keep for it included."""
    if isinstance(one, AddOn):
        return await TicketAddOn.filter(add_on=one, cancelled_at=None, ticket__state__in=HOLDING).count()
    return await Ticket.filter(ticket_type=one, state__in=HOLDING).count() + sum(row.left or 0 for row in await _keeping(one))


async def _keeping(kind: TicketType) -> list[Voucher]:
    """The vouchers that keep places of its quota free for it."""
    rows = await Voucher.filter(quota_id=kind.quota_id, reserves=True)
    return [row for row in rows if row.fits(kind)]


async def _move(several: Sequence[TicketType | AddOn], to: Quota) -> None:
    """Their places change quota. Raises BadQuota where they do not fit, or a voucher keeps places for others too."""
    change: Counter[int] = Counter()
    moved = {one.code for one in several if isinstance(one, TicketType)}
    for one in several:
        held = await _held(one)
        change[one.quota_id] -= held
        change[to.id] += held
        if isinstance(one, TicketType):
            keeping = await _keeping(one)
            if any(not row.ticket_types or set(row.ticket_types) - moved for row in keeping):
                raise BadQuota(f"A voucher keeps places of “{one.name}” and of others free. Let it end first, or move all of them.")
            await Voucher.filter(id__in=[row.id for row in keeping]).update(quota_id=to.id)
        await one.change(quota_id=to.id)
    for quota_id, count in sorted(change.items()):
        if count > 0 and not await Quota.claim(quota_id, count):
            left = (await Quota.get(id=quota_id)).available or 0
            raise BadQuota(f"They have taken {count} places together, and there are {left}. Enter more places.", field="places")
        if count < 0:
            await Quota.release(quota_id, -count)


async def remove(event: Event, quota: Quota, *, by: str) -> None:
    """Raises InUse while anything is sold from it."""
    async with transaction():
        found = await of(event, str(quota.id))
        if found.ticket_types or found.add_ons or await Voucher.exists(quota=quota):
            raise InUse("Give what is sold from these places to others first.")
        await record("quota.removed", event, by=by, quota=quota.id)
        await quota.delete()
