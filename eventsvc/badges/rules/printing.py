"""Badges and tickets as documents."""

from __future__ import annotations

from eventsvc.badges.render.sheets import DESIGNS, badge_data, ticket_data
from eventsvc.badges.rules.press import press
from eventsvc.core.errors import Invalid, Refused
from eventsvc.core.signing import read_code
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, Ticket

MOST = 5000
PREVIEW_PPI, PRINT_PPI = 110, 300


class NoSuchDesign(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such badge design"


class NothingToPrint(Refused):
    kind = "nothing-to-print"
    title = "There is no badge to print"


def need_design(name: str) -> str:
    if name not in DESIGNS:
        raise NoSuchDesign(f"There is no design “{name[:40]}”. Choose from: {', '.join(DESIGNS)}.", field="design")
    return name


async def tickets_for(event: Event, codes: list[str] | None = None, types: list[str] | None = None) -> list[Ticket]:
    """Live tickets with their type, sorted by name for the desk: all, of some types (by code), or those named.

    Raises Invalid naming codes that are no live ticket of this event.
    """
    found = Ticket.filter(event=event, state__in=HOLDING).select_related("ticket_type")
    if types:
        found = found.filter(ticket_type__code__in=types)
    if codes is not None:
        wanted = {code: read_code(code) for code in codes}
        tickets = await found.filter(code__in=[code for code in wanted.values() if code])
        known = {ticket.code for ticket in tickets}
        missing = [given for given, code in wanted.items() if code not in known]
        if missing:
            raise Invalid([("tickets", f"No live ticket of this event: {', '.join(one[:20] for one in missing[:5])}.")])
    else:
        tickets = await found
    return sorted(tickets, key=lambda ticket: fold(ticket.name.rpartition(" ")[2], ticket.name))


async def badges_pdf(event: Event, tickets: list[Ticket], design: str = "a6") -> bytes:
    """Print-ready, exact in millimetres. Raises NoSuchDesign, NothingToPrint, PressFailed."""
    need_design(design)
    if not tickets:
        raise NothingToPrint("There is no badge to print yet. Badges appear with the first registration.")
    return await press("badge.typ", badge_data(event, tickets[:MOST], design))


async def badge_png(event: Event, ticket: Ticket, *, preview: bool = False) -> bytes:
    """One A6 badge as a picture: for print, or smaller for a screen."""
    return await press("badge.typ", badge_data(event, [ticket], "a6"), format="png", ppi=PREVIEW_PPI if preview else PRINT_PPI)


async def ticket_pdf(ticket: Ticket) -> bytes:
    """The ticket on A4 as a tagged PDF (PDF/UA-1, ISO 14289-1)."""
    await ticket.fetch_related("event__organiser", "ticket_type", "order")
    return await press("ticket.typ", ticket_data(ticket.event, ticket), standard="ua-1")
