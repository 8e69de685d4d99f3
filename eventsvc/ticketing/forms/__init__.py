"""What an order, a correction and a ticket type take; each serves the page and the API."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from eventsvc.core.forms import Blank, Email, FormModel, Line, LocalMoment, Moment, Name, Prose, backwards
from eventsvc.core.money import Money
from eventsvc.ticketing.forms.add_ons import AddOnWanted
from eventsvc.ticketing.forms.amounts import Amount
from eventsvc.ticketing.forms.amounts import pounds as _pounds
from eventsvc.ticketing.forms.paying import InvoiceToForm as InvoiceToForm
from eventsvc.ticketing.forms.paying import PayIn as PayIn
from eventsvc.ticketing.forms.paying import VatNumber
from eventsvc.ticketing.forms.questions import sent
from eventsvc.ticketing.models import PayMethod, VoucherKind

MAX_TICKETS = 20
_ADDRESS = re.compile(r"://|\bhttps?:|\bmailto:|www\.|@\S+\.|\w\.[a-z]{2,}/", re.IGNORECASE)


def _a_name(value: str) -> str:
    """Names end up in letters to others: an address in one would be a way to send people links in our name."""
    if _ADDRESS.search(unicodedata.normalize("NFKC", value)):
        raise ValueError("A name cannot hold a web or e-mail address. Write just the name.")
    return value


PersonName = Annotated[Name, AfterValidator(_a_name)]
PersonLine = Annotated[Line, AfterValidator(_a_name)]


Answer = Annotated[
    Any,
    AfterValidator(sent),
    WithJsonSchema(
        {"anyOf": [{"type": kind} for kind in ("string", "number", "boolean")] + [{"type": "array", "items": {"type": "string"}}]}
    ),
]


class TicketWanted(FormModel):
    """One person's ticket. `answers` by the code of the question; a code that is no question's is kept as it is sent.

    `amount` is for a ticket type whose buyer chooses how much.
    """

    ticket_type: Annotated[Name, Field(max_length=40)]
    name: PersonName
    organisation: PersonLine = ""
    job_title: PersonLine = ""
    answers: dict[Annotated[Line, Field(max_length=60)], Answer] = {}
    amount: Amount = None
    add_ons: Annotated[list[AddOnWanted], Field(max_length=30)] = []


class OrderForm(FormModel):
    """An order as the page and the API send it. `member`: an organisation's code; `free_seen`: how many free places of it were shown."""

    email: Email
    tickets: Annotated[list[TicketWanted], Field(min_length=1, max_length=MAX_TICKETS)]
    voucher: Annotated[Line, Field(max_length=60)] = ""
    member: Annotated[Line, Field(max_length=60)] = ""
    free_seen: Annotated[int | None, Field(ge=0, le=10_000), Blank] = None
    invoice_to: Annotated[Prose, Field(max_length=1000)] = ""
    purchase_order: Annotated[Line, Field(max_length=80)] = ""
    vat_number: VatNumber = ""
    pay: Literal[PayMethod.BANK, PayMethod.CARD] = PayMethod.BANK
    """By bank, with the invoice; or by card at once, which keeps the places for a while."""


class PersonForm(FormModel):
    """A correction of what a badge says."""

    name: PersonName
    organisation: PersonLine = ""
    job_title: PersonLine = ""


class ColleagueForm(FormModel):
    """Who comes instead."""

    name: PersonName
    email: Email
    organisation: PersonLine = ""
    job_title: PersonLine = ""


class PayForm(FormModel):
    """Money that came in, as the organiser's page sends it; an empty amount is all that is due."""

    method: PayMethod
    amount: Annotated[int | None, BeforeValidator(lambda value: _pounds(value) if value else None), Field(ge=1, le=100_000_000)] = None
    paid_before: Annotated[int | None, Blank] = None
    note: Line = ""


class WaitingForm(FormModel):
    """Somebody who waits for a ticket."""

    name: PersonName
    email: Email


class FindForm(FormModel):
    email: Email


class RefundForm(FormModel):
    """Money paid back, in pounds and pence."""

    method: PayMethod
    amount: Annotated[int, BeforeValidator(_pounds), Field(ge=1, le=100_000_000)]


Pounds = Annotated[int, BeforeValidator(_pounds), Field(ge=0, le=10_000_000)]
"""A price as typed on a page, in pounds and pence → minor units."""
VatRate = Annotated[int, Field(ge=0, le=100)]
"""Percent."""
Places = Annotated[int | None, Field(ge=0, le=1_000_000), Blank]


class EarlyForm(FormModel):
    """A price until a moment, as a page sends it; a row without a moment is none."""

    until: Annotated[LocalMoment | None, Blank] = None
    price: Annotated[int | None, Field(ge=0, le=10_000_000), BeforeValidator(lambda value: _pounds(value) if value else None)] = None

    @model_validator(mode="after")
    def _both(self) -> EarlyForm:
        if (self.until is None) != (self.price is None):
            raise ValueError("An early price needs both: what it costs, and until when.")
        return self


class EarlyIn(FormModel):
    """A price until a moment, as the API sends it."""

    until: Moment
    price: Annotated[int, Field(ge=0, le=10_000_000, description="minor units")]


Days = Annotated[list[date], Field(max_length=31)]
"""The event's days that a ticket is good for; none: all."""


class TicketTypeForm(FormModel):
    """A ticket type as the organiser's page sends it; the price in pounds and pence, empty places meaning no limit."""

    name: Annotated[Name, Field(max_length=120)]
    description: Annotated[Line, Field(max_length=500)] = ""
    price: Annotated[int, BeforeValidator(_pounds), Field(ge=0, le=10_000_000)] = 0
    vat_rate: VatRate = 20
    places: Places = None
    hue: Annotated[int, Field(ge=0, lt=360)] = 275
    public: bool = False
    needs_approval: bool = False
    days: Days = []
    min_per_order: Annotated[int, Field(ge=1, le=MAX_TICKETS)] = 1
    max_per_order: Annotated[int, Field(ge=1, le=MAX_TICKETS)] = 10
    sale_starts: Annotated[LocalMoment | None, Blank] = None
    sale_ends: Annotated[LocalMoment | None, Blank] = None
    early: Annotated[list[EarlyForm], Field(max_length=5)] = []
    open_amount: bool = False
    suggested: Annotated[int, BeforeValidator(_pounds), Field(ge=0, le=10_000_000)] = 0

    @model_validator(mode="after")
    def _order(self) -> TicketTypeForm:
        _check_type(self.min_per_order, self.max_per_order, self.sale_starts, self.sale_ends)
        return self


def _check_type(least: int, most: int, starts: datetime | None, ends: datetime | None) -> None:
    if least > most:
        raise ValueError("At least is more than at most. Check both numbers.")
    if backwards(starts, ends):
        raise ValueError("The end of the sale is not after its start. Check both.")


class TicketTypeIn(FormModel):
    """A ticket type as the API sends it; whatever is left out stays as it is."""

    name: Annotated[Name, Field(max_length=120)] | None = None
    description: Annotated[Line, Field(max_length=500)] | None = None
    price: Money | None = None
    vat_rate: VatRate | None = None
    places: Places = None
    hue: Annotated[int, Field(ge=0, lt=360)] | None = None
    public: bool | None = None
    needs_approval: bool | None = None
    days: Days | None = None
    sale_starts: Moment | None = None
    sale_ends: Moment | None = None
    min_per_order: Annotated[int, Field(ge=1, le=MAX_TICKETS)] | None = None
    max_per_order: Annotated[int, Field(ge=1, le=MAX_TICKETS)] | None = None
    early: Annotated[list[EarlyIn], Field(max_length=5)] | None = None
    open_amount: bool | None = None
    suggested: Money | None = None

    @model_validator(mode="after")
    def _order(self) -> TicketTypeIn:
        _check_type(self.min_per_order or 1, self.max_per_order or MAX_TICKETS, self.sale_starts, self.sale_ends)
        return self

    def values(self) -> dict[str, Any]:
        """What was really sent, as columns."""
        sent = self.model_dump(exclude_unset=True)
        return sent | {name: value.amount for name in ("price", "suggested") if (value := getattr(self, name)) is not None}


def _code(value: Any) -> Any:
    return re.sub(r"[\s\-]", "", value).upper() if isinstance(value, str) else value


VoucherCode = Annotated[str, BeforeValidator(_code), Field(max_length=40, pattern=r"^([A-Z0-9]{4,40})?$")]
"""A voucher's code: four or more letters and digits; spaces and hyphens are for reading only."""


class VoucherForm(FormModel):
    """One voucher with a code of one's own, or `count` of them with made ones. `percent` or `amount` counts by its `kind`."""

    code: VoucherCode = ""
    count: Annotated[int, Field(ge=1, le=2000)] = 1
    note: Line = ""
    kind: VoucherKind = VoucherKind.PERCENT
    percent: Annotated[int, Field(ge=1, le=100), BeforeValidator(lambda value: 100 if value in ("", None) else value)] = 100
    amount: Annotated[int, BeforeValidator(_pounds), Field(ge=0, le=10_000_000)] = 0
    ticket_types: list[Annotated[Line, Field(max_length=40)]] = []
    opens_hidden: bool = False
    uses: Annotated[int | None, Field(ge=1, le=100_000), Blank] = 1
    reserves: bool = False
    expires_at: Annotated[LocalMoment | None, Blank] = None

    @model_validator(mode="after")
    def _whole(self) -> VoucherForm:
        if self.kind == VoucherKind.NONE and not self.opens_hidden:
            raise ValueError("Let it change the price, or open hidden tickets, or both.")
        if self.kind == VoucherKind.AMOUNT and not self.amount:
            raise ValueError("Enter how much is taken off.")
        return self

    @property
    def value(self) -> int:
        return {VoucherKind.PERCENT: self.percent, VoucherKind.NONE: 0}.get(self.kind, self.amount)


class VoucherIn(FormModel):
    """A voucher as the API sends it: `value` is percent or minor units, by its `kind`."""

    code: VoucherCode = ""
    count: Annotated[int, Field(ge=1, le=500)] = 1
    note: Line = ""
    kind: VoucherKind
    value: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    ticket_types: list[Annotated[Line, Field(max_length=40)]] = []
    opens_hidden: bool = False
    uses: Annotated[int | None, Field(ge=1, le=100_000)] = 1
    reserves: bool = False
    expires_at: Moment | None = None

    @model_validator(mode="after")
    def _possible(self) -> VoucherIn:
        if self.kind == VoucherKind.PERCENT and not 1 <= self.value <= 100:
            raise ValueError("Send a value between 1 and 100 percent.")
        self.as_form()
        return self

    def as_form(self) -> VoucherForm:
        values = self.model_dump(exclude={"value"})
        percent = self.kind == VoucherKind.PERCENT
        return VoucherForm.model_validate({**values, "percent" if percent else "amount": self.value})


class AttendeeRow(FormModel):
    """A line of an attendee file."""

    name: PersonName
    email: Email
    organisation: PersonLine = ""
    job_title: PersonLine = ""
