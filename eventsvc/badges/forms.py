"""Which badges, in which design; and what a design is made of."""

from __future__ import annotations

import enum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from eventsvc.badges.render.layouts import Kind, Layout, Paint, Part
from eventsvc.core.forms import Blank, FormModel, Line, LocalMoment, Name, Prose

MOST = 5000
"""Badges in one PDF. Typst needs about a third of a megabyte of memory for each."""
MOST_PARTS = 30
LEAST_QR = 25
"""Millimetres: a smaller code is read badly from paper."""

Code = Annotated[str, Field(max_length=200)]


def _number(value: object) -> object:
    return value.strip().replace(",", ".") if isinstance(value, str) else value


Measure = Annotated[float, BeforeValidator(_number), Field(ge=0, le=420, allow_inf_nan=False)]
"""Millimetres, also as `1,5`."""
Side = Annotated[float, BeforeValidator(_number), Field(ge=20, le=420, allow_inf_nan=False)]
Extent = Annotated[float, BeforeValidator(_number), Field(ge=1, le=420, allow_inf_nan=False)]


class Which(enum.StrEnum):
    ALL = "all"
    NEW = "new"
    CHANGED = "changed"


class BadgesForm(FormModel):
    """No `tickets` (codes, or what a scanner read) and no `types` (codes of ticket types): everybody's badge. No `design`: each ticket
    type's own.
    """

    design: Line = ""
    tickets: Annotated[list[Code], Field(max_length=MOST)] | None = None
    types: Annotated[list[Code], Field(max_length=200)] | None = None
    which: Which = Which.ALL
    """All, those not printed yet, or those that say something else since they were printed."""
    piles: Annotated[Line, Field(max_length=60)] = ""
    """Letters at which a new pile for the desk begins, as in "H P"."""


class PrintForm(FormModel):
    """One badge, now: at a station (no `station`: the one last heard of), or as a page for a browser's own printing."""

    where: Literal["station", "page"] = "station"
    station: Line = ""
    design: Line = ""
    again: bool = False
    """It was printed before, and is really needed once more."""


class SettleForm(FormModel):
    """How a print went: no error, or why not."""

    error: Annotated[Line, Field(max_length=200)] = ""


class DeadlineForm(FormModel):
    until: Annotated[LocalMoment | None, Blank] = None


class StationForm(FormModel):
    name: Annotated[Name, Field(max_length=80)]


class PartForm(FormModel):
    """One thing on a badge, in millimetres and points."""

    kind: Kind
    side: Literal["front", "back"] = "front"
    x: Measure = 0
    y: Measure = 0
    width: Extent
    height: Extent
    size: Annotated[float, BeforeValidator(_number), Field(ge=5, le=120, allow_inf_nan=False)] = 12
    align: Literal["left", "center", "right"] = "center"
    colour: Paint = Paint.INK
    fill: Paint = Paint.NONE
    bold: bool = False
    text: Annotated[Prose, Field(max_length=1000)] = ""
    more: Annotated[Line, Field(max_length=100)] = ""


class DesignForm(FormModel):
    """A layout of one's own. Whatever stands on it has to lie inside it."""

    name: Annotated[Name, Field(max_length=40)]
    width: Side
    height: Side
    sheet: Literal["", "a4", "letter"] = ""
    gutter: Annotated[float, BeforeValidator(_number), Field(ge=0, le=10, allow_inf_nan=False)] = 0
    parts: Annotated[list[PartForm], Field(max_length=MOST_PARTS)] = []

    @model_validator(mode="after")
    def _lies_inside(self) -> DesignForm:
        for part in self.parts:
            if said := self._wrong(part):
                raise ValueError(said)
        return self

    def _wrong(self, part: PartForm) -> str:
        """What is wrong with where a part lies; empty when nothing is."""
        what = WORDS[part.kind]
        if part.x + part.width > self.width + 0.05:
            return f"{what} reaches {part.x + part.width - self.width:.1f} mm beyond the right edge. Make it narrower or move it left."
        if part.y + part.height > self.height + 0.05:
            return f"{what} reaches {part.y + part.height - self.height:.1f} mm beyond the lower edge. Make it lower or move it up."
        if part.kind == Kind.QR and min(part.width, part.height) < LEAST_QR:
            return f"The QR code must be at least {LEAST_QR} mm wide and high, or scanners cannot read it."
        return ""

    def layout(self) -> Layout:
        parts = tuple(Part(**part.model_dump(mode="json")) for part in self.parts)
        return Layout(self.name, self.width, self.height, parts, self.name, "", self.sheet, self.gutter)


WORDS: dict[Kind, str] = {
    Kind.PERSON: "Name, job title and organisation",
    Kind.NAME: "Name",
    Kind.JOB_TITLE: "Job title",
    Kind.ORGANISATION: "Organisation",
    Kind.TICKET_TYPE: "Ticket type",
    Kind.QR: "QR code",
    Kind.CODE: "Ticket code in letters",
    Kind.EVENT: "Event’s name",
    Kind.DATE: "Date and place",
    Kind.TEXT: "Free text",
    Kind.ANSWER: "Answer to a question",
    Kind.PICTURE: "Picture or logo",
    Kind.AGENDA: "Personal agenda",
    Kind.WIFI: "Wi-Fi with its QR code",
    Kind.BAR: "Coloured area",
    Kind.SLOT: "Slot for a lanyard",
}
"""What an organiser calls a part."""


class TypeDesign(FormModel):
    ticket_type: Line
    design: Line


class TypeDesignsForm(FormModel):
    designs: Annotated[list[TypeDesign], Field(max_length=200)] = []
