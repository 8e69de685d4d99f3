"""What a badge and a ticket page show, as plain values for Typst. Text goes as JSON, never as markup."""

from __future__ import annotations

import unicodedata
from typing import Any

from eventsvc.badges.render import qr
from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket

DESIGNS: dict[str, dict[str, Any]] = {
    "a6": {"width": 105, "height": 148, "title": "A6, one a page"},
    "a6-4up": {"width": 105, "height": 148, "title": "A6, four on A4"},
    "label-86x54": {"width": 86, "height": 54, "title": "Card, 86 × 54 mm"},
}
"""Name → millimetres and what an organiser calls it."""

_UNPRINTABLE = {"So", "Cs", "Co", "Cn", "Cf", "Cc"}
_JOINERS = {"\u200c", "\u200d"}
"""Zero-width (non-)joiners shape letters in Persian and in Indic scripts: they stay."""


def printable(text: str) -> str:
    """Without emoji and other signs that no font here has: nothing is better than an empty box."""
    kept = "".join(c for c in text if c in _JOINERS or unicodedata.category(c) not in _UNPRINTABLE)
    return " ".join(kept.split())


def when(event: Event) -> str:
    """14 May 2027; 14–16 May 2027; 30 April – 2 May 2027."""
    start, end = event.start, event.end
    if start == end:
        return f"{start.day} {start:%B %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    return f"{start.day} {start:%B} – {end.day} {end:%B %Y}"


def badge_data(event: Event, tickets: list[Ticket], design: str) -> dict[str, Any]:
    """Tickets need their type loaded."""
    size = DESIGNS[design]
    return {
        "design": design,
        "width": size["width"],
        "height": size["height"],
        "event": {"name": printable(event.name), "when": when(event), "place": printable(event.place), "hue": event.hue},
        "people": [_person(ticket) for ticket in tickets],
    }


def _person(ticket: Ticket) -> dict[str, Any]:
    side, drawn = qr.path(qr.url(ticket.code))
    return {
        "name": printable(ticket.name) or "Guest",
        "role": printable(ticket.job_title),
        "organisation": printable(ticket.organisation),
        "type": printable(ticket.ticket_type.name),
        "hue": ticket.ticket_type.hue,
        "code": ticket.code,
        "side": side,
        "qr": drawn,
    }


def ticket_data(event: Event, ticket: Ticket) -> dict[str, Any]:
    """The ticket needs its type and order loaded, the event its organiser."""
    return {
        "event": {
            "name": printable(event.name),
            "when": when(event),
            "place": printable(event.place),
            "address": printable(event.address.replace("\n", ", ")),
            "hue": event.hue,
            "organiser": printable(event.organiser.name),
            "contact": event.contact_email,
        },
        "person": _person(ticket),
        "order": ticket.order.code,
        "price": show(ticket.price, event.currency, free="Free"),
        "unpaid": ticket.state == "unpaid",
    }
