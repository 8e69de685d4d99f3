"""What an add-on takes, for the page and the API; and the add-ons somebody ticked for one person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from eventsvc.core.forms import Blank, FormModel, Line, LocalMoment, Moment, Name, backwards, errors_of
from eventsvc.core.money import Money
from eventsvc.ticketing.forms.amounts import MOST, Amount, pounds

Code = Annotated[Line, Field(max_length=40)]
Codes = Annotated[list[Code], Field(max_length=100)]
Price = Annotated[int, BeforeValidator(pounds), Field(ge=0, le=MOST)]
Percent = Annotated[int, Field(ge=0, le=100)]
Places = Annotated[int | None, Field(ge=0, le=1_000_000), Blank]


class AddOnWanted(FormModel):
    """An add-on for one ticket. `"dinner"` alone is short for `{"code": "dinner"}`."""

    code: Annotated[Name, Field(max_length=40)]
    amount: Amount = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"code": value} if isinstance(value, str) else value


class ChangeForm(FormModel):
    """What a ticket is to become: its type (None: as it is), and all of its add-ons."""

    ticket_type: Annotated[Name, Field(max_length=40)] | None = None
    amount: Amount = None
    add_ons: Annotated[list[AddOnWanted], Field(max_length=30)] = []


class AddOnForm(FormModel):
    """An add-on as the organiser's page sends it. `goes` says for each ticket type: `code=no`, `code=extra` or `code=part`."""

    name: Annotated[Name, Field(max_length=120)]
    description: Annotated[Line, Field(max_length=500)] = ""
    price: Price = 0
    open_amount: bool = False
    suggested: Price = 0
    once: bool = False
    vat_rate: Percent = 20
    places: Places = None
    quota: Annotated[int | None, Blank] = None
    group: Annotated[Line, Field(max_length=60)] = ""
    goes: Annotated[list[Annotated[Line, Field(max_length=50)]], Field(max_length=200)] = []
    session: Annotated[Line, Field(max_length=20)] = ""
    hand_out: Annotated[Line, Field(max_length=120)] = ""
    public: bool = False
    sale_starts: Annotated[LocalMoment | None, Blank] = None
    sale_ends: Annotated[LocalMoment | None, Blank] = None

    @model_validator(mode="after")
    def _possible(self) -> AddOnForm:
        _check(self.open_amount, self.price, self.suggested, self.sale_starts, self.sale_ends)
        return self

    def columns(self) -> dict[str, Any]:
        """As AddOn has it, with `places` and `quota`. One that is for all stays so: also for types made later."""
        said = [one.rpartition("=") for one in self.goes]
        without = any(how == "no" for _, _, how in said)
        return {
            **self.model_dump(exclude={"goes"}),
            "ticket_types": [code for code, _, how in said if how != "no"] if without else [],
            "included_in": [code for code, _, how in said if how == "part"],
        }


def _check(open_amount: bool, least: int, suggested: int, starts: datetime | None, ends: datetime | None) -> None:
    if open_amount and suggested and suggested < least:
        raise ValueError("The suggestion is less than the least. Check both amounts.")
    if backwards(starts, ends):
        raise ValueError("The end of the sale is not after its start. Check both.")


class AddOnIn(FormModel):
    """An add-on as the API sends it; whatever is left out stays as it is."""

    name: Annotated[Name, Field(max_length=120)] | None = None
    description: Annotated[Line, Field(max_length=500)] | None = None
    price: Money | None = None
    open_amount: bool | None = None
    suggested: Money | None = None
    once: bool | None = None
    vat_rate: Percent | None = None
    places: Places = None
    quota: int | None = None
    group: Annotated[Line, Field(max_length=60)] | None = None
    ticket_types: Codes | None = None
    included_in: Codes | None = None
    session: Annotated[Line, Field(max_length=20)] | None = None
    hand_out: Annotated[Line, Field(max_length=120)] | None = None
    public: bool | None = None
    sale_starts: Moment | None = None
    sale_ends: Moment | None = None

    @model_validator(mode="after")
    def _possible(self) -> AddOnIn:
        _check(False, 0, 0, self.sale_starts, self.sale_ends)
        return self

    def columns(self) -> dict[str, Any]:
        """What was really sent, as columns."""
        sent = self.model_dump(exclude_unset=True)
        money = {name: value.amount for name in ("price", "suggested") if (value := getattr(self, name)) is not None}
        emptiable = ("sale_starts", "sale_ends", "places", "quota")
        return {name: value for name, value in {**sent, **money}.items() if value is not None or name in emptiable}


_TICKED = re.compile(r"(.*)(add_on|group|amount)_(\w{1,40})")


def slug(code: str) -> str:
    """An add-on's code inside the name of a field."""
    return code.replace("-", "_")


def ticked(pairs: Iterable[tuple[str, str]], prefix: str) -> tuple[list[AddOnWanted], list[tuple[str, str]]]:
    """The add-ons of one person as a page sends them: `add_on_…` and `group_…` hold a code, `amount_…` how much of an open one.

    An empty amount, or 0, is no add-on. Returns them and what is wrong as (field, sentence).
    """
    found, wrong = [], []
    for name, value in pairs:
        match = _TICKED.fullmatch(name)
        if not match or match[1] != prefix or not value.strip():
            continue
        row = {"code": match[3].replace("_", "-"), "amount": value} if match[2] == "amount" else {"code": value}
        try:
            one = AddOnWanted.model_validate(row)
        except ValidationError as exc:
            wrong.append((name, errors_of(exc)[0][1]))
            continue
        if one.amount != 0:
            found.append(one)
    return found, wrong
