"""Designs: those that every event has, and an organiser's own; which ticket type has which."""

from __future__ import annotations

from eventsvc.audit.rules import record
from eventsvc.badges.forms import DesignForm, TypeDesignsForm
from eventsvc.badges.models import Batch, BatchState, Design, TypeDesign
from eventsvc.badges.render.layouts import PRESETS, STANDARD, Layout, dumped, loaded
from eventsvc.core.db import transaction
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType

MOST = 40
"""Own designs of one event."""


class NoSuchDesign(Refused):
    status = 422
    kind = "invalid"
    title = "There is no such badge design"


class NameTaken(Refused):
    kind = "name-taken"
    title = "There is a design of that name"


class EnoughDesigns(Refused):
    kind = "enough-designs"
    title = "These are enough designs"


def layout(design: Design) -> Layout:
    """A row as it is drawn."""
    note = f"Your own, {design.width:g} × {design.height:g} mm" + (f", several on {design.sheet.upper()}" if design.sheet else "")
    return Layout(design.name, design.width, design.height, loaded(design.parts), design.name, note, design.sheet, design.gutter)


async def layouts_of(event: Event) -> dict[str, Layout]:
    """Every design there is at an event, by name: its own first."""
    own = {one.name: layout(one) for one in await Design.filter(event=event).order_by("id")}
    return own | PRESETS


async def layout_of(event: Event, name: str) -> Layout:
    """The design of this name. Raises NoSuchDesign, naming those that there are."""
    if name in PRESETS:
        return PRESETS[name]
    known = await layouts_of(event)
    found = next((one for one in known.values() if fold(one.name) == fold(name)), None) if fold(name) else None
    if found is None:
        raise NoSuchDesign(f"There is no design “{name[:40]}”. Choose from: {', '.join(known)}.", field="design")
    return found


async def layouts_by_type(event: Event) -> dict[int, Layout]:
    """Ticket type number → the design of its badges."""
    known = await layouts_of(event)
    chosen = dict(await TypeDesign.filter(ticket_type__event=event).values_list("ticket_type_id", "design"))
    return {number: known.get(chosen.get(number, ""), PRESETS[STANDARD]) for number in await _types(event)}


async def _types(event: Event) -> list[int]:
    return [int(str(number)) for number in await TicketType.filter(event=event).values_list("id", flat=True)]


async def chosen_designs(event: Event) -> dict[int, str]:
    """Ticket type number → the name of the design chosen for it."""
    return {number: one.name for number, one in (await layouts_by_type(event)).items()}


async def design_of(event: Event, code: str) -> Design:
    """One of the event's own. Raises NotFound."""
    design = await Design.get_or_none(event=event, code=code)
    if design is None:
        raise NotFound("There is no such design at this event (any more).")
    return design


async def save_design(event: Event, design: Design | None, wanted: DesignForm, *, by: str) -> Design:
    """A new design, or a change of one. Raises NameTaken, EnoughDesigns."""
    values = wanted.model_dump(exclude={"parts", "name"}) | {"parts": dumped(wanted.layout().parts)}
    async with transaction():
        await Event.filter(id=event.id).select_for_update().first()
        taken = Design.filter(event=event, folded=fold(wanted.name))
        if design:
            taken = taken.exclude(id=design.id)
        if await taken.exists() or any(fold(wanted.name) == fold(name) for name in PRESETS):
            raise NameTaken("Another design has that name. Choose a different one.", field="name")
        if design is None:
            if await Design.filter(event=event).count() >= MOST:
                raise EnoughDesigns(f"You have {MOST} designs. Remove one that you do not need.", field="name")
            design = await Design.create(event=event, code=short_code(8), name=wanted.name, folded=fold(wanted.name), **values)
            await record("badge_design.added", design, by=by)
            return design
        await TypeDesign.filter(ticket_type__event=event, design=design.name).update(design=wanted.name)
        await Batch.filter(event=event, design=design.name, state=BatchState.WAITING).update(design=wanted.name)
        await design.change(name=wanted.name, folded=fold(wanted.name), **values)
        await record("badge_design.changed", design, by=by)
    return design


async def remove_design(event: Event, design: Design, *, by: str) -> None:
    """Ticket types that had it get the standard one again."""
    async with transaction():
        await TypeDesign.filter(ticket_type__event=event, design=design.name).delete()
        await record("badge_design.removed", design, by=by)
        await design.delete()


async def choose_designs(event: Event, wanted: TypeDesignsForm, *, by: str) -> None:
    """Say which ticket type has which design. Raises Invalid."""
    known = await layouts_of(event)
    async with transaction():
        types = {one.code: one for one in await TicketType.filter(event=event)}
        wrong = [(f"designs-{n}-design", "Choose one of the designs.") for n, one in enumerate(wanted.designs) if one.design not in known]
        if wrong or any(one.ticket_type not in types for one in wanted.designs):
            raise Invalid(wrong, "Choose one of the designs for each ticket type.")
        for one in wanted.designs:
            await TypeDesign.update_or_create(ticket_type=types[one.ticket_type], defaults={"design": one.design})
        await record("badge_design.chosen", event, by=by, types=[one.ticket_type for one in wanted.designs])
