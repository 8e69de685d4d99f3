"""Voucher cards: ten on A4, to cut and to hand out."""

from __future__ import annotations

import asyncio

from eventsvc.badges.render.vouchers import voucher_data
from eventsvc.badges.rules.press import press
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType, Voucher

MOST = 2000


class NoVouchers(Refused):
    kind = "no-vouchers"
    title = "There is no voucher to print"


async def voucher_cards(event: Event, link: str, search: str = "") -> bytes:
    """Those that can still be used, oldest first: all, or those whose note holds `search`. Raises NoVouchers, PressFailed."""
    found = Voucher.filter(event=event)
    if search:
        found = found.filter(note__icontains=search)
    rows = [one for one in await found.order_by("id").limit(MOST) if one.left != 0 and not one.is_over(now())]
    if not rows:
        raise NoVouchers("There is no voucher to print: all are used or over, or the search finds none by its note.")
    names = {one.code: one.name for one in await TicketType.filter(event=event)}
    return await press("vouchers.typ", await asyncio.to_thread(voucher_data, event, rows, names, link))
