"""What the organiser's order desk takes: which orders are meant, and what to do with all of them."""

from __future__ import annotations

import enum
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field

from eventsvc.core.forms import Blank, Day, Email, FormModel, Line, Prose
from eventsvc.ticketing.forms import MAX_TICKETS, TicketWanted


class MoneyIs(enum.StrEnum):
    DUE = "due"
    OVERDUE = "overdue"
    PART = "part"
    OWED = "owed"


class Bulk(enum.StrEnum):
    REMIND = "remind"
    RESEND = "resend"
    PAY = "pay"
    CANCEL = "cancel"


Word = Annotated[Line, Field(max_length=100), BeforeValidator(lambda value: value[:100] if isinstance(value, str) else "")]


class OrderFilter(FormModel):
    """Which orders; what is empty, or no value that there is, leaves none out."""

    search: Word = ""
    state: Word = ""
    kind: Word = ""
    """Code of a ticket type."""
    add_on: Word = ""
    method: Word = ""
    money: Word = ""
    voucher: Word = ""

    @property
    def as_query(self) -> str:
        return urlencode({name: value for name, value in self.model_dump().items() if value})

    @property
    def is_any(self) -> bool:
        """Does it leave any out?"""
        return bool(self.as_query)


class BulkForm(FormModel):
    """What to do with these orders, or with `all` that the filter means. `seen`: how many of them there were in the preview."""

    do: Bulk
    codes: Annotated[list[Annotated[Line, Field(max_length=12)]], Field(max_length=500)] = []
    all: bool = False
    sure: bool = False
    seen: int = 0
    key: Annotated[Line, Field(max_length=64)] = ""


class HandPay(enum.StrEnum):
    INVOICE = "invoice"
    BANK = "bank"
    CASH = "cash"
    COMP = "comp"


class HandForm(FormModel):
    """An order that an organiser places for somebody. `note` is for the team; for a free place it says why. `due_on`: until when it is
    to be paid, where something is; empty: as for everybody.
    """

    email: Email
    tickets: Annotated[list[TicketWanted], Field(min_length=1, max_length=MAX_TICKETS)]
    how: HandPay = HandPay.INVOICE
    due_on: Annotated[Day | None, Blank] = None
    note: Annotated[Prose, Field(max_length=1000)] = ""
    invoice_to: Annotated[Prose, Field(max_length=1000)] = ""
    purchase_order: Annotated[Line, Field(max_length=80)] = ""
    letter: bool = False


class BuyerForm(FormModel):
    email: Email
    invoice_to: Annotated[Prose, Field(max_length=1000)] = ""
    purchase_order: Annotated[Line, Field(max_length=80)] = ""


class NoteForm(FormModel):
    note: Annotated[Prose, Field(max_length=1000)] = ""
