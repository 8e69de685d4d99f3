"""What a ticket page shows, as plain values for Typst. Text goes as JSON, never as markup.

A text that is fitted into a box is a list: the text, and, where it has long words, the text with soft hyphens in them.
"""

from __future__ import annotations

import re
from typing import Any

from eventsvc.badges.render import qr
from eventsvc.badges.render.lettering import broken, tidy
from eventsvc.core.money import show
from eventsvc.core.text import plain
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketState

TRAVEL, LINES = 900, 14
"""Characters and lines of directions that a ticket has room for."""


def when(event: Event) -> str:
    """14 May 2027; 14–16 May 2027; 30 April – 2 May 2027; 30 December 2027 – 2 January 2028."""
    start, end = event.start, event.end
    if start == end:
        return f"{start.day} {start:%B %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    if start.year == end.year:
        return f"{start.day} {start:%B} – {end.day} {end:%B %Y}"
    return f"{start.day} {start:%B %Y} – {end.day} {end:%B %Y}"


def weekdays(event: Event) -> str:
    """Friday; Friday to Sunday."""
    return f"{event.start:%A}" if event.start == event.end else f"{event.start:%A} to {event.end:%A}"


def fitted(value: str) -> list[str]:
    """A text for a box of a fixed size."""
    text = tidy(value)
    parts = broken(text)
    return [text] if parts == text else [text, parts]


def _person(ticket: Ticket) -> dict[str, Any]:
    side, drawn = qr.path(qr.url(ticket.code))
    return {
        "name": fitted(ticket.name),
        "role": fitted(ticket.job_title),
        "organisation": fitted(ticket.organisation),
        "type": fitted(ticket.ticket_type.name.upper()),
        "hue": ticket.ticket_type.hue,
        "code": ticket.code,
        "side": side,
        "quiet": qr.QUIET,
        "qr": drawn,
    }


def ticket_data(event: Event, ticket: Ticket) -> dict[str, Any]:
    """The ticket needs its type, order and add-ons loaded, the event its organiser."""
    address = [tidy(line) for line in event.address.splitlines()]
    return {
        "event": {
            "name": fitted(event.name),
            "title": tidy(event.name),
            "when": when(event),
            "weekdays": weekdays(event),
            "place": tidy(event.place),
            "address": shortened(", ".join(line.rstrip(",") for line in address if line), 300),
            "travel": [tidy(part) for part in shortened(plain(event.travel), TRAVEL).splitlines() if part.strip()][:LINES],
            "hue": event.hue,
            "organiser": tidy(event.organiser.name),
            "contact": tidy(event.contact_email),
        },
        "person": _person(ticket) | {"type": fitted(ticket.ticket_type.name)},
        "order": ticket.order.code,
        "price": show(ticket.cost, event.currency, free="Free"),
        "extras": ", ".join(tidy(one.add_on.name) for one in ticket.extras),
        "unpaid": ticket.state == TicketState.UNPAID,
    }


def shortened(text: str, most: int) -> str:
    """The first sentences of a text, together at most `most` characters."""
    if len(text) <= most:
        return text
    head = text[:most]
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s)|\n", head)]
    return head[: ends[-1]].rstrip() if ends and ends[-1] > most // 2 else head.rpartition(" ")[0] + " …"
