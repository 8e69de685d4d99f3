"""What a scan and a check-in list take."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from eventsvc.checkin.models import DoorRight, Reentry, Verdict
from eventsvc.core.forms import Blank, Email, FormModel, Line, LocalMoment, Moment, Name, Prose, backwards
from eventsvc.ticketing.forms import PersonLine, PersonName

MOST_AT_ONCE = 500


class ScanIn(FormModel):
    """One read of a ticket. `id` is made on the device; `code` is what the reader read; `at` is the device's clock."""

    id: UUID
    code: Annotated[str, Field(max_length=500)] = ""
    hash: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    """Instead of `code`, for somebody found by name: as the roster gives it."""
    at: Moment
    direction: Literal["in", "out"] = "in"
    device: Annotated[Line, Field(max_length=80)] = ""
    forced: Annotated[Line, Field(max_length=200)] | None = None
    decided: Verdict | None = None
    """What the device answered by itself, while it could not ask."""
    answers: Annotated[dict[Annotated[str, Field(max_length=40)], bool | Line | None], Field(max_length=10)] = {}
    """What staff asked: key of the list's question → answer."""

    @model_validator(mode="after")
    def _which(self) -> ScanIn:
        if self.hash is None and "code" not in self.model_fields_set:
            raise ValueError("Send the code that was read, or the hash of somebody found by name.")
        return self


class ScansIn(FormModel):
    """`now` is the device's clock as it sends: it tells how far that clock is off."""

    now: Moment | None = None
    scans: Annotated[list[ScanIn], Field(max_length=MOST_AT_ONCE)]


class AskIn(FormModel):
    """A question that staff must ask before somebody comes in for the first time. An empty one is left out."""

    text: Annotated[Line, Field(max_length=160)] = ""
    kind: Literal["yes_no", "line"] = "yes_no"
    must_be_yes: bool = False


class ListForm(FormModel):
    """A check-in list on a page or through the API. No ticket types: all of them. Times are local on the page."""

    name: Annotated[Name, Field(max_length=120)]
    ticket_types: list[Annotated[Line, Field(max_length=40)]] = []
    opens_at: Annotated[LocalMoment | None, Blank] = None
    closes_at: Annotated[LocalMoment | None, Blank] = None
    admit_unpaid: bool = False
    pay_at_door: bool = False
    reentry: Reentry = Reentry.FREE
    capacity: Annotated[Annotated[int, Field(ge=1, le=1_000_000)] | None, Blank] = None
    session: Annotated[Annotated[Line, Field(max_length=20)] | None, Blank] = None
    """Code of a session: the list is its door."""
    booked_only: bool = False
    add_ons: list[Annotated[Line, Field(max_length=40)]] = []
    """Codes: one of these add-ons is needed. None: nobody needs any."""
    asks: Annotated[list[AskIn], Field(max_length=5)] = []

    @model_validator(mode="after")
    def _window(self) -> ListForm:
        if backwards(self.opens_at, self.closes_at):
            raise ValueError("The door closes before it opens. Check both times.")
        return self


class AskedIn(FormModel):
    """What staff asked at the desk."""

    key: Annotated[Line, Field(max_length=40)]
    kind: Literal["yes_no", "line"] = "line"
    given: Line = ""


class DeskForm(FormModel):
    """Checking somebody in at a desk, without the app."""

    code: Annotated[str, Field(min_length=1, max_length=500)]
    direction: Literal["in", "out"] = "in"
    forced: Annotated[Line, Field(max_length=200)] = ""
    asked: list[AskedIn] = []

    def answers(self) -> dict[str, bool | str | None]:
        return {one.key: one.given in ("yes", "true") if one.kind == "yes_no" else one.given for one in self.asked if one.given}


class DoorForm(FormModel):
    """A door: its name, its lists (none: all), what its tablets may do, its PIN."""

    name: Annotated[Name, Field(max_length=80)]
    lists: list[int] = []
    rights: list[DoorRight] = []
    pin: Annotated[str, Field(pattern=r"^(\d{4,8})?$"), BeforeValidator(lambda value: str(value).strip())] = ""
    no_pin: bool = False


class ShowForm(FormModel):
    """How long a pairing code is good: an hour on a screen, or as long as the door, to be printed."""

    long: bool = False


class ResolveForm(FormModel):
    """How a conflict ended."""

    note: Annotated[Name, Field(max_length=200)]


class WalkIn(FormModel):
    """Somebody registered at the door. `id` is made on the tablet: sent again, it is the same person."""

    id: UUID
    list: int
    name: PersonName
    email: Email
    organisation: PersonLine = ""
    ticket_type: Annotated[Name, Field(max_length=40)]
    invoice_to: Annotated[Prose, Field(max_length=1000)] = ""
    pay: Literal["cash", "bank"] | None = None
    """Money that was taken there and then."""
    at: Moment
    device: Annotated[Line, Field(max_length=80)] = ""
    decided: Verdict | None = None


class DoorPayIn(FormModel):
    """The whole order of this ticket (its code or its hash) was paid at the door."""

    code: Annotated[str, Field(max_length=500)] = ""
    hash: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    method: Literal["cash", "bank"] = "cash"
    device: Annotated[Line, Field(max_length=80)] = ""


class PairIn(FormModel):
    """What a tablet sends to become a door's: the code it read, how it calls itself, and the door's PIN where it has one."""

    pairing: Annotated[Line, Field(min_length=1, max_length=100)]
    name: Annotated[Name, Field(max_length=75)]
    pin: Annotated[Line, Field(max_length=12)] = ""


class HelloIn(FormModel):
    """How a tablet is: battery in percent, scans that wait to be sent, version of the app."""

    battery: Annotated[int, Field(ge=0, le=100)] | None = None
    waiting: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    version: Annotated[Line, Field(max_length=40)] = ""
