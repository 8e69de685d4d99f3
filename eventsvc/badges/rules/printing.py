"""Badges and tickets as documents."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tortoise.functions import Count, Length

from eventsvc.badges.forms import MOST
from eventsvc.badges.render.invoices import invoice_data
from eventsvc.badges.render.sheets import DESIGNS, badge_data, ticket_data
from eventsvc.badges.rules.press import press
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.signing import read_code
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, Invoice, Ticket

PREVIEW_PPI, PRINT_PPI = 110, 300


class NoSuchDesign(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such badge design"


class NothingToPrint(Refused):
    kind = "nothing-to-print"
    title = "There is no badge to print"


class TooManyBadges(Refused):
    status = 422
    kind = "too-many-badges"
    title = "That is more than one PDF can hold"


def need_design(name: str) -> str:
    """The name of a design that there is. Raises NoSuchDesign."""
    if name not in DESIGNS:
        raise NoSuchDesign(f"There is no design “{name[:40]}”. Choose from: {', '.join(DESIGNS)}.", field="design")
    return name


async def live_ticket(event: Event, code: str) -> Ticket:
    """One live ticket with its type and order, by its code in any spelling. Raises NotFound."""
    found = Ticket.filter(event=event, state__in=HOLDING).select_related("ticket_type", "order")
    ticket = await found.get_or_none(code=read_code(code) or "")
    if ticket is None:
        raise NotFound("There is no such live ticket at this event.")
    return ticket


async def live_tickets(event: Event, codes: Sequence[str] | None = None, types: Sequence[str] | None = None) -> list[Ticket]:
    """Live tickets with their type, sorted by last name for the desk: all, or only these codes, or only these ticket types."""
    found = Ticket.filter(event=event, state__in=HOLDING).select_related("ticket_type")
    if types:
        found = found.filter(ticket_type__code__in=types)
    if codes is not None:
        found = found.filter(code__in=codes)
    return sorted(await found, key=lambda ticket: (fold(ticket.name.rpartition(" ")[2], ticket.name), ticket.code))


async def tickets_for(event: Event, codes: Sequence[str] | None = None, types: Sequence[str] | None = None) -> list[Ticket]:
    """The tickets somebody asks badges for. Raises Invalid naming codes that are no live ticket of this event, TooManyBadges."""
    if codes is None:
        tickets = await live_tickets(event, types=types)
    else:
        wanted = {code: read_code(code) for code in codes}
        tickets = await live_tickets(event, [code for code in wanted.values() if code], types)
        known = {ticket.code for ticket in tickets}
        if missing := [given for given, code in wanted.items() if code not in known]:
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            said = f"No live ticket of this event: {', '.join(one[:40] for one in missing[:5])}{more}."
            raise Invalid([("tickets", said)], said)
    if len(tickets) > MOST:
        raise TooManyBadges(f"These are {len(tickets)} badges, and one PDF holds {MOST}. Print one ticket type after the other.")
    return tickets


async def counts(event: Event) -> dict[int, int]:
    """How many live tickets there are, by the number of their type."""
    rows = Ticket.filter(event=event, state__in=HOLDING).group_by("ticket_type_id").annotate(many=Count("id"))
    return dict(await rows.values_list("ticket_type_id", "many"))


async def samples(event: Event, many: int) -> list[Ticket]:
    """The live tickets with the longest names: they show whether a design holds."""
    found = Ticket.filter(event=event, state__in=HOLDING).annotate(length=Length("name")).order_by("-length", "id")
    return await found.limit(many).select_related("ticket_type")


async def badges_pdf(event: Event, tickets: Sequence[Ticket], design: str = "a6") -> bytes:
    """Print-ready, exact in millimetres; tickets need their type loaded. Raises NoSuchDesign, NothingToPrint, PressFailed."""
    need_design(design)
    if not tickets:
        raise NothingToPrint("There is no badge to print yet. Badges appear with the first registration.")
    return await press("badge.typ", await _data(event, tickets, design))


async def badge_png(event: Event, ticket: Ticket, design: str = "a6", *, preview: bool = False) -> bytes:
    """One badge as a picture: for print (300 dpi), or smaller for a screen. Raises NoSuchDesign, PressFailed."""
    return await sheet_png(event, [ticket], design, ppi=PREVIEW_PPI if preview else PRINT_PPI)


async def sheet_png(event: Event, tickets: Sequence[Ticket], design: str, *, ppi: int = PREVIEW_PPI) -> bytes:
    """The first page of these badges as a picture. Raises NoSuchDesign, NothingToPrint, PressFailed."""
    need_design(design)
    if not tickets:
        raise NothingToPrint("There is no badge to show yet.")
    return await press("badge.typ", await _data(event, tickets, design), format="png", ppi=ppi)


async def _data(event: Event, tickets: Sequence[Ticket], design: str) -> dict[str, Any]:
    """Drawing thousands of codes takes a second or two: in a thread, so that whoever is at the door does not wait for it."""
    return await asyncio.to_thread(badge_data, event, tickets, design)


async def invoice_pdf(invoice: Invoice) -> bytes:
    """An invoice or credit note on A4; it needs its order and `credits` loaded. Raises PressFailed."""
    return await press("invoice.typ", invoice_data(invoice))


async def ticket_pdf(ticket: Ticket) -> bytes:
    """The ticket on A4. Raises PressFailed."""
    await ticket.fetch_related("event__organiser", "ticket_type", "order")
    return await press("ticket.typ", ticket_data(ticket.event, ticket))
