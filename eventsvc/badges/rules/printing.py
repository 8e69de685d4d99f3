"""Badges and tickets as documents."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from tortoise.functions import Count, Length

from eventsvc.badges.forms import MOST
from eventsvc.badges.render.badges import Pile, Section, badge_data
from eventsvc.badges.render.invoices import invoice_data
from eventsvc.badges.render.layouts import BY_TYPE, Layout
from eventsvc.badges.render.sheets import ticket_data
from eventsvc.badges.rules.designs import layout_of, layouts_by_type
from eventsvc.badges.rules.material import material_for
from eventsvc.badges.rules.press import press
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.signing import read_code
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, Invoice, Ticket, TicketType

PREVIEW_PPI, PRINT_PPI = 110, 300


class NothingToPrint(Refused):
    kind = "nothing-to-print"
    title = "There is no badge to print"


class TooManyBadges(Refused):
    status = 422
    kind = "too-many-badges"
    title = "That is more than one PDF can hold"


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


async def samples_or_example(event: Event, many: int) -> list[Ticket]:
    """The same, or before the first registration an example that is nobody's."""
    if found := await samples(event, many):
        return found
    kind = await TicketType.filter(event=event).first() or TicketType(id=0, name="Delegate", hue=event.hue)
    kind._saved_in_db = True  # Tortoise lets no row refer to one that is not there; these two never are
    named = {"name": "Maximiliana-Alexandrina Example", "job_title": "Head of Research", "organisation": "Example University Hospital"}
    return [Ticket(ticket_type=kind, code="0" * 16, answers={}, **named)]


async def badges_pdf(event: Event, tickets: Sequence[Ticket], design: str = "", *, marked: bool = False) -> bytes:
    """Print-ready, exact in millimetres; tickets need their type loaded. No design: each ticket type's own. `marked`: re-prints say so.

    Raises NoSuchDesign, NothingToPrint, PressFailed.
    """
    sections = await sections_for(event, [Pile(tickets)], design)
    return await sections_pdf(event, sections, marked=marked)


async def sections_for(event: Event, piles: Sequence[Pile], design: str) -> list[Section]:
    """The piles under the layouts in which they are printed: one that is named, or for each ticket type its own. Raises NoSuchDesign."""
    if design and design != BY_TYPE:
        return [Section(await layout_of(event, design), list(piles))]
    own = await layouts_by_type(event)
    sections: dict[str, Section] = {}
    for pile in piles:
        sorted_out: dict[str, list[Ticket]] = {}
        for ticket in pile.tickets:
            sorted_out.setdefault(own[ticket.ticket_type_id].name, []).append(ticket)
            sections.setdefault(own[ticket.ticket_type_id].name, Section(own[ticket.ticket_type_id], []))
        for name, some in sorted_out.items():
            sections[name].piles.append(Pile(some, pile.title))
    return list(sections.values())


async def sections_pdf(event: Event, sections: Sequence[Section], *, marked: bool = False) -> bytes:
    """Raises NothingToPrint, PressFailed."""
    if not any(pile.tickets for section in sections for pile in section.piles):
        raise NothingToPrint("There is no badge to print yet. Badges appear with the first registration.")
    return await press("badge.typ", await _data(event, sections, marked=marked))


async def badge_png(event: Event, ticket: Ticket, design: str = "", *, preview: bool = False) -> bytes:
    """One badge as a picture: for print (300 dpi), or smaller for a screen. Raises NoSuchDesign, PressFailed."""
    return await sheet_png(event, [ticket], design, ppi=PREVIEW_PPI if preview else PRINT_PPI)


async def sheet_png(event: Event, tickets: Sequence[Ticket], design: str, *, ppi: int = PREVIEW_PPI) -> bytes:
    """The first page of these badges as a picture. Raises NoSuchDesign, NothingToPrint, PressFailed."""
    if not tickets:
        raise NothingToPrint("There is no badge to show yet.")
    sections = await sections_for(event, [Pile(tickets)], design)
    return await press("badge.typ", await _data(event, sections), format="png", ppi=ppi)


async def layout_for(event: Event, ticket: Ticket, design: str) -> Layout:
    """The design one badge is printed in. Raises NoSuchDesign."""
    return (await sections_for(event, [Pile([ticket])], design))[0].layout


async def layout_png(event: Event, layout: Layout, tickets: Sequence[Ticket], side: str, *, ppi: int = PREVIEW_PPI) -> bytes:
    """One side of a layout, kept or not, as a picture. Raises PressFailed."""
    data = await _data(event, [Section(layout, [Pile(tickets)])], sides=(side,))
    return await press("badge.typ", data, format="png", ppi=ppi)


async def misfits(event: Event, sections: Sequence[Section]) -> list[dict[str, Any]]:
    """What does not fit as it stands: [{"code", "field", "size" in points, "broken", "squeezed" in percent}], before anything is printed.

    Raises PressFailed.
    """
    data = await _data(event, sections)
    body = await press("badge.typ", data | {"report": True}, format="query", query="<fits>")
    return [one["value"] for one in orjson.loads(body)]


def outcome(one: Mapping[str, Any]) -> str:
    """What was done about a text that does not fit, as a person would say it."""
    field = str(one["field"]).replace("_", " ").capitalize()
    if one["squeezed"] < 100:
        return f"{field}: squeezed to {one['squeezed']:g} % of {one['size']:g} pt. Shorten it."
    return f"{field}: {'long words broken, ' if one['broken'] else ''}{one['size']:g} pt."


async def _data(
    event: Event, sections: Sequence[Section], *, marked: bool = False, sides: Sequence[str] = ("front", "back")
) -> dict[str, Any]:
    """Drawing thousands of codes takes a second or two: in a thread, so that whoever is at the door does not wait for it."""
    material = await material_for(event, sections, marked=marked)
    return await asyncio.to_thread(badge_data, event, sections, material, sides)


async def invoice_pdf(invoice: Invoice) -> bytes:
    """An invoice or credit note on A4; it needs its order and `credits` loaded. Raises PressFailed."""
    return await press("invoice.typ", invoice_data(invoice))


async def ticket_pdf(ticket: Ticket) -> bytes:
    """The ticket on A4. Raises PressFailed."""
    await ticket.fetch_related("event__organiser", "ticket_type", "order", "add_ons__add_on")
    return await press("ticket.typ", ticket_data(ticket.event, ticket))
