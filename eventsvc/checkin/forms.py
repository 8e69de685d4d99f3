"""What a scan and a check-in list take."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from eventsvc.core.forms import Blank, FormModel, Line, LocalMoment, Moment, Name, backwards

MOST_AT_ONCE = 500


class ScanIn(FormModel):
    """One read of a ticket. `id` is made on the device; `code` is what the reader read; `at` is the device's clock."""

    id: UUID
    code: Annotated[str, Field(max_length=500)]
    at: Moment
    direction: Literal["in", "out"] = "in"
    device: Annotated[Line, Field(max_length=80)] = ""
    forced: Annotated[Line, Field(max_length=200)] | None = None


class ScansIn(FormModel):
    """`now` is the device's clock as it sends: it tells how far that clock is off."""

    now: Moment | None = None
    scans: Annotated[list[ScanIn], Field(max_length=MOST_AT_ONCE)]


class ListForm(FormModel):
    """A check-in list on a page or through the API. No ticket types: all of them. Times are local on the page."""

    name: Annotated[Name, Field(max_length=120)]
    ticket_types: list[Annotated[Line, Field(max_length=40)]] = []
    opens_at: Annotated[LocalMoment | None, Blank] = None
    closes_at: Annotated[LocalMoment | None, Blank] = None
    admit_unpaid: bool = False

    @model_validator(mode="after")
    def _window(self) -> ListForm:
        if backwards(self.opens_at, self.closes_at):
            raise ValueError("The door closes before it opens. Check both times.")
        return self


class DeskForm(FormModel):
    """Checking somebody in at a desk, without the app."""

    code: Annotated[str, Field(min_length=1, max_length=500)]
    direction: Literal["in", "out"] = "in"
    forced: Annotated[Line, Field(max_length=200)] = ""


class DoorForm(FormModel):
    name: Annotated[Name, Field(max_length=80)]
