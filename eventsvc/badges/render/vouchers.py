"""Vouchers as cards to hand out: what each does, its code, and a QR that opens registration with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eventsvc.badges.render import qr
from eventsvc.badges.render.lettering import tidy
from eventsvc.badges.render.sheets import fitted, when
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Voucher


def voucher_data(event: Event, vouchers: Sequence[Voucher], names: Mapping[str, str], link: str) -> dict[str, Any]:
    """`names` of ticket types by code; `link` is what a code is put behind."""
    return {
        "event": {"title": tidy(event.name), "name": fitted(event.name), "note": fitted(_note(event)), "hue": event.hue},
        "cards": [_card(event, one, names, link) for one in vouchers],
    }


def _note(event: Event) -> str:
    return "  ·  ".join(filter(None, [when(event), event.place]))


def _card(event: Event, one: Voucher, names: Mapping[str, str], link: str) -> dict[str, Any]:
    side, drawn = qr.any_path(f"{link}{one.code}")
    says = one.says(event.currency)
    types = ", ".join(names.get(code, code) for code in one.ticket_types)
    uses = f"For {one.uses} tickets" if one.uses and one.uses > 1 else ""
    until = f"until {event.local(one.expires_at):%d %B %Y, %H:%M}" if one.expires_at else ""
    return {
        "says": fitted("A free ticket" if says == "free" else says[0].upper() + says[1:]),
        "types": fitted(types),
        "code": "  ".join(one.code[start : start + 4] for start in range(0, len(one.code), 4)),
        "fine": fitted(", ".join(filter(None, [uses, until])).capitalize()),
        "alt": f"QR code of voucher {one.code}",
        "side": side,
        "quiet": qr.QUIET,
        "qr": drawn,
    }
