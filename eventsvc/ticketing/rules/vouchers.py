"""Vouchers: made one or many at a time, found by their code, taken back while nobody used them."""

from __future__ import annotations

import re
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.core.text import as_csv
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import VoucherForm
from eventsvc.ticketing.models import HOLDING, Quota, Ticket, TicketType, Voucher
from eventsvc.ticketing.rules import quotas

LENGTH = 10
"""Characters of a made code: 50 random bits, so that trying codes leads nowhere."""


class BadVoucher(Refused):
    status = 422
    kind = "invalid"
    title = "This voucher does not work"


class CodeTaken(Refused):
    kind = "code-taken"
    title = "There is a voucher with this code already"


class Used(Refused):
    kind = "already-used"
    title = "This voucher has been used"


async def usable(event: Event, code: str) -> Voucher:
    """The voucher behind what was typed (any case, spaces and hyphens ignored). Raises BadVoucher with what to do."""
    voucher = await Voucher.get_or_none(event=event, code=plain(code))
    if voucher is None:
        raise BadVoucher("We do not know this voucher code. Check it, or leave it empty.", field="voucher")
    if voucher.is_over(now()):
        raise BadVoucher("This voucher has expired. Leave it empty, or ask the organiser for another.", field="voucher")
    if voucher.left == 0:
        raise BadVoucher("This voucher has been used up. Leave it empty, or ask the organiser for another.", field="voucher")
    return voucher


def plain(code: str) -> str:
    """A code as it is stored: letters and digits in upper case."""
    return re.sub(r"[\s\-]", "", code).upper()


async def use(voucher: Voucher, types: list[TicketType]) -> bool:
    """Use it for those of the wanted tickets that it is for, in the order's transaction. Says whether it held their places already.

    Raises BadVoucher.
    """
    count = sum(voucher.fits(one) for one in types)
    if not count:
        names = await TicketType.filter(event_id=voucher.event_id, code__in=voucher.ticket_types).values_list("name", flat=True)
        raise BadVoucher(f"This voucher is for {_list(list(map(str, names)))}. Choose that, or leave it empty.", field="voucher")
    held = await Voucher.claim(voucher.id, count)
    if held is None:
        left = (await Voucher.get(id=voucher.id)).left
        said = f"is good for {left} more ticket{'s' if left != 1 else ''}, and you chose {count}" if left else "has just been used up"
        raise BadVoucher(f"This voucher {said}. Change your order, or leave the voucher empty.", field="voucher")
    return held


def _list(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names] or ["tickets that are gone"]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


async def add(event: Event, wanted: VoucherForm, *, by: str) -> list[Voucher]:
    """One voucher with the code given, or `wanted.count` of them with made ones. Raises CodeTaken, BadVoucher; all or none."""
    values = _columns(event, wanted)
    async with transaction():
        await quotas.hold_still(event.id)
        await _known_types(event, wanted.ticket_types)
        if wanted.code:
            if await Voucher.exists(event=event, code=wanted.code):
                raise CodeTaken(f"There is a voucher {wanted.code} already. Choose another code.", field="code")
            codes = [wanted.code]
        else:
            codes = [short_code(LENGTH) for _ in range(wanted.count)]
        quota_id = await _quota(event, wanted) if wanted.reserves else None
        await Voucher.bulk_create((Voucher(event=event, code=code, quota_id=quota_id, **values) for code in codes), batch_size=200)
        made = await Voucher.filter(event=event, code__in=codes).order_by("id")
        await record("voucher.added", made[0], by=by, count=len(made), kind=wanted.kind)
        if quota_id and not await Quota.claim(quota_id, (wanted.uses or 0) * len(codes)):
            raise BadVoucher("There are not so many places left to keep free. Make fewer, or add places first.", field="reserves")
    return made


async def change(event: Event, voucher: Voucher, wanted: VoucherForm, *, by: str) -> None:
    """Change what is given; the code stays. What was sold keeps its price. Raises BadVoucher when fewer uses than were used are left."""
    async with transaction():
        await quotas.hold_still(event.id)
        await _known_types(event, wanted.ticket_types)
        held = await Voucher.select_for_update().get(id=voucher.id)
        if wanted.uses is not None and wanted.uses < held.used:
            raise BadVoucher(f"It was used {held.used} times already. Enter at least {held.used}.", field="uses")
        before = (held.uses or 0) - held.used if held.reserves else 0
        quota_id = held.quota_id or (await _quota(event, wanted) if wanted.reserves else None)
        await held.change(**_columns(event, wanted), quota_id=quota_id)
        more = ((held.uses or 0) - held.used if held.reserves else 0) - before
        if quota_id and more < 0:
            await Quota.release(quota_id, -more)
        elif quota_id and more and not await Quota.claim(quota_id, more):
            raise BadVoucher("There are not so many places left to keep free. Enter fewer, or add places first.", field="reserves")
        await record("voucher.changed", held, by=by)


async def remove(voucher: Voucher, *, by: str) -> None:
    """Raises Used once a ticket was bought with it: let it expire instead, so that the books stay whole."""
    async with transaction():
        await quotas.hold_still(voucher.event_id)
        voucher = await Voucher.get(id=voucher.id)
        if await Ticket.exists(voucher_id=voucher.id):
            raise Used("Tickets were bought with this voucher. Give it an end in the past instead of removing it.")
        await record("voucher.removed", voucher, by=by)
        held = await Voucher.stop_holding(voucher.id)
        await Voucher.filter(id=voucher.id).delete()
        if held and voucher.quota_id:
            await Quota.release(voucher.quota_id, held)


async def _quota(event: Event, wanted: VoucherForm) -> int:
    """Whose places it holds: those of its types, which must share one quota. Raises BadVoucher."""
    if not wanted.uses:
        raise BadVoucher("Say for how many tickets it is good: so many places are kept free.", field="uses")
    quotas = set(await TicketType.filter(event=event, code__in=wanted.ticket_types).values_list("quota_id", flat=True))
    if len(quotas) != 1:
        raise BadVoucher("Tick one ticket type: its places are kept free.", field="ticket_types")
    return int(str(quotas.pop()))


def _columns(event: Event, wanted: VoucherForm) -> dict[str, Any]:
    values = wanted.model_dump(exclude={"code", "count", "amount", "percent"})
    if values["expires_at"]:
        values["expires_at"] = event.aware(values["expires_at"])
    return {**values, "value": wanted.value}


async def _known_types(event: Event, codes: list[str]) -> None:
    known = {str(code) for code in await TicketType.filter(event=event, code__in=codes).values_list("code", flat=True)}
    if missing := [code for code in codes if code not in known]:
        raise BadVoucher(f"There is no ticket type “{missing[0]}” at this event.", field="ticket_types")


async def of(event: Event, code: str) -> Voucher:
    """Raises NotFound."""
    voucher = await Voucher.get_or_none(event=event, code=code)
    if voucher is None:
        raise NotFound("There is no such voucher at this event.")
    return voucher


async def as_file(event: Event, link: str) -> str:
    """All vouchers as CSV, each with its link (`link` + code)."""
    rows = await Voucher.filter(event=event).order_by("id")
    return as_csv(
        ["code", "what", "for", "uses", "used", "expires", "note", "link"],
        (
            [
                *(one.code, one.says(event.currency), " ".join(one.ticket_types), "" if one.uses is None else one.uses, one.used),
                *(f"{event.local(one.expires_at):%Y-%m-%d %H:%M}" if one.expires_at else "", one.note, f"{link}{one.code}"),
            ]
            for one in rows
        ),
    )


async def voucher_errors() -> list[str]:
    """One sentence for each voucher whose number differs from the live tickets bought with it. None is right."""
    rows = await fetch(
        f"""SELECT v.id, v.used, (SELECT count(*) FROM ticket t WHERE t.voucher_id = v.id
              AND t.state IN ({", ".join(f"'{state}'" for state in HOLDING)})) AS held FROM voucher v"""  # noqa: S608
    )
    return [
        f"Voucher {row['id']} counts {row['used']} uses, but {row['held']} live tickets were bought with it."
        for row in rows
        if row["used"] != row["held"]
    ]
