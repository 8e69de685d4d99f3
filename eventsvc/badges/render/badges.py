"""Badges as plain values for Typst. Text goes as JSON, never as markup.

A document is sections (one layout each) of piles (a desk's share of the alphabet) of people. What is the same on every badge of a
section stands once, in its part; what differs stands with the person, in the order of the parts.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from eventsvc.badges.render import qr
from eventsvc.badges.render.layouts import Kind, Layout, Part, text_sizes
from eventsvc.badges.render.lettering import tidy
from eventsvc.badges.render.sheets import fitted, when
from eventsvc.core.text import plain
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket

OWN_PLACE = {Kind.PERSON, Kind.NAME, Kind.JOB_TITLE, Kind.ORGANISATION, Kind.TICKET_TYPE, Kind.QR, Kind.CODE, Kind.ANSWER, Kind.AGENDA}
"""Parts that say something else on each badge."""
LINES = 40


@dataclasses.dataclass
class Material:
    """What layouts show beyond the ticket itself, by ticket number or by code."""

    pictures: Mapping[str, tuple[bytes, str]] = dataclasses.field(default_factory=dict)
    agendas: Mapping[int, list[list[str]]] = dataclasses.field(default_factory=dict)
    prints: Mapping[int, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Pile:
    """Badges for one place at the desk. With a title, a sheet that says so lies before them."""

    tickets: Sequence[Ticket]
    title: str = ""


@dataclasses.dataclass
class Section:
    layout: Layout
    piles: list[Pile]


def badge_data(event: Event, sections: Sequence[Section], material: Material, sides: Sequence[str] = ("front", "back")) -> dict[str, Any]:
    """Tickets need their type loaded."""
    return {
        "event": {"title": tidy(event.name), "hue": event.hue, "name": fitted(event.name)},
        "sections": [_section(event, section, material, sides) for section in sections],
    }


def _section(event: Event, section: Section, material: Material, sides: Sequence[str]) -> dict[str, Any]:
    layout = section.layout
    faces = [layout.side(side) for side in sides]
    faces = [face for number, face in enumerate(faces) if face or not number]
    columns, rows = layout.across
    width, height = layout.page
    return {
        "width": layout.width,
        "height": layout.height,
        "page": {"width": width, "height": height, "columns": columns, "rows": rows},
        "sheet": bool(layout.sheet),
        "gutter": layout.gutter if layout.sheet else 0,
        "faces": [[_drawn(event, part, material) for part in face] for face in faces],
        "piles": [
            {
                "title": fitted(pile.title) if pile.title else None,
                "count": len(pile.tickets),
                "people": [_person(ticket, faces, material) for ticket in pile.tickets],
            }
            for pile in section.piles
        ],
    }


def _drawn(event: Event, part: Part, material: Material) -> dict[str, Any]:
    """A part as Typst draws it; `value` is there when it is the same for everybody."""
    sizes = text_sizes(part.size)
    drawn = dataclasses.asdict(part) | {"sizes": sizes, "form": _form(part), "value": None, "whole": round(part.size * 0.38, 1)}
    if part.kind == Kind.PERSON:
        drawn["below"] = [text_sizes(max(6.0, part.size * 0.31)), text_sizes(max(6.0, part.size * 0.33))]
    if part.kind not in OWN_PLACE:
        drawn["value"] = _common(event, part, material)
    return drawn


def _form(part: Part) -> str:
    match part.kind:
        case Kind.PERSON | Kind.QR | Kind.PICTURE | Kind.WIFI | Kind.BAR | Kind.SLOT:
            return part.kind
        case Kind.AGENDA:
            return "lines"
        case Kind.TEXT:
            return "lines" if len(part.text.splitlines()) > 1 else "text"
        case Kind.NAME:
            return "name"
        case _:
            return "text"


def _common(event: Event, part: Part, material: Material) -> Any:
    """What a part shows on every badge."""
    match part.kind:
        case Kind.EVENT:
            return fitted(f"{event.name} · {when(event)}" if part.text == "date" else event.name)
        case Kind.DATE:
            return fitted("  ·  ".join(filter(None, [when(event), event.place])))
        case Kind.TEXT:
            rows = [[tidy(row)] for row in plain(part.text).splitlines()][:LINES]
            return rows if _form(part) == "lines" else fitted(part.text)
        case Kind.PICTURE:
            found = material.pictures.get(part.text)
            return {"bytes": list(found[0]), "alt": tidy(found[1])} if found else None
        case Kind.WIFI:
            side, drawn = qr.any_path(wifi(part.text, part.more))
            said = [[f"Wi-Fi: {tidy(part.text)}"], *([[f"Password: {tidy(part.more)}"]] if part.more else [])]
            return {"side": side, "quiet": qr.QUIET, "qr": drawn, "alt": f"QR code of the Wi-Fi {tidy(part.text)}", "said": said}
        case _:
            return []


def wifi(network: str, password: str) -> str:
    """What a phone joins a network by (ZXing's format, which iOS and Android read)."""

    def escaped(text: str) -> str:
        return "".join("\\" + c if c in '\\;,:"' else c for c in tidy(text))

    return f"WIFI:T:WPA;S:{escaped(network)};P:{escaped(password)};;" if password else f"WIFI:T:nopass;S:{escaped(network)};;"


def _person(ticket: Ticket, faces: Sequence[Sequence[Part]], material: Material) -> dict[str, Any]:
    again = material.prints.get(ticket.id, 0) if material.prints else 0
    return {
        "name": tidy(ticket.name) or "Guest",
        "hue": ticket.ticket_type.hue,
        "code": ticket.code,
        "again": f"Print {again + 1}" if again else "",
        "values": [[_own(ticket, part, material) if part.kind in OWN_PLACE else None for part in face] for face in faces],
    }


def _own(ticket: Ticket, part: Part, material: Material) -> Any:
    """What a part shows on this ticket's badge."""
    match part.kind:
        case Kind.PERSON:
            return [fitted(ticket.name), fitted(ticket.job_title), fitted(ticket.organisation)]
        case Kind.NAME:
            return fitted(ticket.name)
        case Kind.JOB_TITLE:
            return fitted(ticket.job_title)
        case Kind.ORGANISATION:
            return fitted(ticket.organisation)
        case Kind.TICKET_TYPE:
            return _fitted_once(ticket.ticket_type.name.upper())
        case Kind.QR:
            side, drawn = qr.path(qr.url(ticket.code))
            return {"side": side, "quiet": qr.QUIET, "qr": drawn, "alt": f"QR code of ticket {ticket.code}"}
        case Kind.CODE:
            return fitted(" ".join(ticket.code[at : at + 4] for at in range(0, 16, 4)))
        case Kind.ANSWER:
            return fitted(_answer(ticket.answers.get(part.text)))
        case _:
            return material.agendas.get(ticket.id, [])


_fitted_once = functools.lru_cache(maxsize=64)(fitted)


def _answer(kept: Any) -> str:
    """An answer as a person would say it."""
    value = kept.get("answer") if isinstance(kept, dict) else kept
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
