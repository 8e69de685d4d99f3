"""Where what stands on a badge: parts with a place and size in millimetres, and the layouts that every event has.

A layout is plain values, so that an organiser's own (a `Design` row), one that is being typed and a preset are drawn alike.
"""

from __future__ import annotations

import dataclasses
import enum
import math
from typing import Any

SHEETS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Paper that holds several badges, in millimetres."""
BY_TYPE = "by-type"
"""Instead of a design's name: each ticket type's own."""
STANDARD = "a6"


class Kind(enum.StrEnum):
    PERSON = "person"
    NAME = "name"
    JOB_TITLE = "job_title"
    ORGANISATION = "organisation"
    TICKET_TYPE = "ticket_type"
    QR = "qr"
    CODE = "code"
    EVENT = "event"
    DATE = "date"
    TEXT = "text"
    ANSWER = "answer"
    PICTURE = "picture"
    AGENDA = "agenda"
    WIFI = "wifi"
    BAR = "bar"
    SLOT = "slot"


class Paint(enum.StrEnum):
    """The colours a part can have. Lightness is fixed for each, so that text keeps its contrast on every hue."""

    INK = "ink"
    SOFT = "soft"
    WHITE = "white"
    TYPE = "type"
    EVENT = "event"
    DARK = "dark"
    PALE = "pale"
    NONE = "none"


DARK_PAINTS = {Paint.INK, Paint.SOFT, Paint.TYPE, Paint.EVENT, Paint.DARK}
"""The others are light: text of the one is read on the other."""
BELOW = (Kind.BAR, Kind.PICTURE, Kind.SLOT)
"""Drawn first: whatever else there is lies on them."""


@dataclasses.dataclass(frozen=True)
class Part:
    """One thing on a badge. `text` is a free text, a question's or picture's code, or a Wi-Fi network; `more` its password."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    size: float = 12
    side: str = "front"
    align: str = "center"
    colour: str = "ink"
    fill: str = "none"
    bold: bool = False
    text: str = ""
    more: str = ""


@dataclasses.dataclass(frozen=True)
class Layout:
    name: str
    width: float
    height: float
    parts: tuple[Part, ...]
    title: str = ""
    note: str = ""
    sheet: str = ""
    gutter: float = 0

    def side(self, side: str) -> tuple[Part, ...]:
        """The parts of the front or the back, in the order in which they are drawn."""
        return tuple(sorted((part for part in self.parts if part.side == side), key=lambda part: part.kind not in BELOW))

    def needs(self, kind: Kind) -> bool:
        return any(part.kind == kind for part in self.parts)

    @property
    def across(self) -> tuple[int, int]:
        """Columns and rows on a sheet; a layout without a sheet is its own page."""
        if not self.sheet:
            return 1, 1
        width, height = SHEETS[self.sheet]
        return max(1, math.floor(width / self.width + 0.001)), max(1, math.floor(height / self.height + 0.001))

    @property
    def page(self) -> tuple[float, float]:
        """The paper, in millimetres."""
        return SHEETS[self.sheet] if self.sheet else (self.width, self.height)


def _a6(name: str, title: str, note: str, sheet: str = "") -> Layout:
    return Layout(name, 105, 148, _PORTRAIT, title, note, sheet)


_PORTRAIT = (
    Part("bar", 0, 0, 105, 30, fill="dark"),
    Part("slot", 45.5, 4, 14, 3.5),
    Part("event", 6, 9, 93, 13, 19, colour="white", bold=True),
    Part("date", 6, 23.5, 93, 4, 9.5, colour="pale"),
    Part("person", 5, 33, 95, 57, 52, bold=True),
    Part("qr", 36.5, 94.5, 32, 32),
    Part("bar", 0, 131, 105, 17, fill="type"),
    Part("ticket_type", 4, 133, 97, 13, 18, colour="white", bold=True),
)
_CARD = (
    Part("event", 4, 3.3, 78, 4, 8, colour="soft", text="date"),
    Part("person", 4, 9, 47, 34, 28, bold=True),
    Part("qr", 55.8, 13, 26, 26),
    Part("bar", 0, 45, 86, 9, fill="type"),
    Part("ticket_type", 3, 46.2, 80, 6.5, 12, colour="white", bold=True),
)
_WIDE = (
    Part("event", 4, 4, 93.6, 6, 12, colour="soft", bold=True, text="date"),
    Part("person", 4, 12, 58, 50, 36, bold=True),
    Part("qr", 66, 20, 30, 30),
    Part("bar", 0, 64.2, 101.6, 12, fill="type"),
    Part("ticket_type", 4, 65.7, 93.6, 9, 15, colour="white", bold=True),
)
_LABEL = (
    Part("person", 3, 3, 56, 40, 34, bold=True),
    Part("qr", 17, 49, 28, 28),
    Part("bar", 0, 83, 62, 12, fill="ink"),
    Part("ticket_type", 3, 84.5, 56, 9, 16, colour="white", bold=True),
)
_LARGE = (
    Part("bar", 0, 0, 102, 30, fill="dark"),
    Part("slot", 44, 4, 14, 3.5),
    Part("event", 6, 9, 90, 13, 19, colour="white", bold=True),
    Part("date", 6, 23.5, 90, 4, 9.5, colour="pale"),
    Part("person", 5, 33, 92, 58, 52, bold=True),
    Part("qr", 34, 96, 34, 34),
    Part("bar", 0, 135, 102, 15, fill="type"),
    Part("ticket_type", 4, 136.5, 94, 12, 18, colour="white", bold=True),
)

PRESETS: dict[str, Layout] = {
    one.name: one
    for one in (
        _a6("a6", "A6", "One badge a page, 105 × 148 mm"),
        _a6("a6-4up", "A6, four on A4", "For an office printer: cut at the marks", "a4"),
        Layout("label-86x54", 86, 54, _CARD, "Card", "86 × 54 mm, for card and label printers"),
        Layout("badge-4x3in", 101.6, 76.2, _WIDE, "4 × 3 in", "101.6 × 76.2 mm, for clip-in holders"),
        Layout("label-62", 62, 95, _LABEL, "Label, 62 mm", "62 × 95 mm, for rolls of a label printer; black only"),
        Layout("badge-102x150", 102, 150, _LARGE, "102 × 150 mm", "4 × 6 in rolls of badge printers"),
    )
}
"""Name → layout. Every event has these."""
SIZES = {name: (one.width, one.height) for name, one in PRESETS.items() if not one.sheet}
"""Sizes to begin an own design from."""


def text_sizes(largest: float) -> list[float]:
    """Sizes of type to try, in points: down to 6, each about a fourteenth smaller."""
    found, size = [], largest
    while size > 6:
        found.append(round(size * 2) / 2)
        size = min(size * 0.93, size - 0.5)
    return [*dict.fromkeys(found), 6.0] if largest > 6 else [largest]


def dumped(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(part) for part in parts]


def loaded(parts: list[dict[str, Any]]) -> tuple[Part, ...]:
    """Parts as a row keeps them. Names that a later version does not know are left out."""
    known = {field.name for field in dataclasses.fields(Part)}
    return tuple(Part(**{name: value for name, value in part.items() if name in known}) for part in parts)


def fresh(kind: Kind, width: str, height: str) -> Part:
    """A part just added: in the middle of a badge of this size, as large as is usual."""
    across, down = _side(width), _side(height)
    wide, high, size = _USUAL.get(kind, (across * 0.8, 8.0, 14))
    wide, high = min(wide, across), min(high, down)
    text = "Free text" if kind == Kind.TEXT else ""
    fill = "type" if kind == Kind.BAR else "none"
    return Part(kind, round((across - wide) / 2, 1), round((down - high) / 2, 1), wide, high, size, text=text, fill=fill)


_USUAL: dict[Kind, tuple[float, float, float]] = {
    Kind.PERSON: (90, 45, 40),
    Kind.NAME: (90, 22, 36),
    Kind.QR: (30, 30, 12),
    Kind.WIFI: (70, 26, 11),
    Kind.PICTURE: (30, 15, 12),
    Kind.AGENDA: (95, 100, 10),
    Kind.SLOT: (14, 3.5, 12),
    Kind.BAR: (420, 15, 12),
}


def _side(typed: str) -> float:
    try:
        return min(420.0, max(20.0, float(typed.replace(",", "."))))
    except ValueError:
        return 100.0


def unreadable(layout: Layout) -> list[str]:
    """What a person would not see until it is printed: no name, no code, light text on white, something over a QR code."""
    said = []
    if not any(part.kind in (Kind.PERSON, Kind.NAME) for part in layout.parts):
        said.append("There is no name on it.")
    if not layout.needs(Kind.QR):
        said.append("There is no QR code on it: the door cannot scan this badge.")
    for part in layout.parts:
        if part.kind in (*BELOW, Kind.QR, Kind.WIFI):
            continue
        below = [one for one in layout.parts if one.kind == Kind.BAR and one.side == part.side and _holds(one, part)]
        paper = part.fill if part.fill != Paint.NONE else below[-1].fill if below else Paint.WHITE
        if (part.colour in DARK_PAINTS) == (paper in DARK_PAINTS):
            said.append(f"{part.kind.replace('_', ' ').capitalize()} at {part.x:g}, {part.y:g} mm: its colour is hard to read there.")
    for code in (part for part in layout.parts if part.kind == Kind.QR):
        for part in layout.parts:
            if part.kind not in (*BELOW, Kind.QR) and part.side == code.side and _meet(part, code):
                said.append(f"{part.kind.replace('_', ' ').capitalize()} lies on the QR code.")
    if layout.sheet and layout.gutter:
        edge = layout.gutter / 2
        for part in layout.parts:
            outside = min(part.x, part.y, layout.width - part.x - part.width, layout.height - part.y - part.height) < edge
            if outside and part.kind not in BELOW:
                said.append(f"{part.kind.replace('_', ' ').capitalize()} reaches into the gutter, which is cut away.")
    return said


def _holds(outer: Part, inner: Part) -> bool:
    return (
        outer.x <= inner.x + 0.1
        and outer.y <= inner.y + 0.1
        and outer.x + outer.width >= inner.x + inner.width - 0.1
        and outer.y + outer.height >= inner.y + inner.height - 0.1
    )


def _meet(one: Part, other: Part) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width and one.y < other.y + other.height and other.y < one.y + one.height
