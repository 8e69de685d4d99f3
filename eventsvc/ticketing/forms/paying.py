"""Who pays, and what came in."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from eventsvc.core.forms import FormModel, Line, Prose
from eventsvc.core.money import Money
from eventsvc.ticketing.models import PayMethod


def _vat_number(value: Any) -> Any:
    text = re.sub(r"[\s.\-]", "", value).upper() if isinstance(value, str) else value
    if text and not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{5,13}", str(text)):
        raise ValueError("Begin with the two letters of the country, as in DE123456789; or leave it empty.")
    return text


VatNumber = Annotated[str, BeforeValidator(_vat_number), Field(max_length=20)]


class PayIn(FormModel):
    """Money that came in, as the API sends it; without an amount it is all that is due."""

    method: PayMethod
    amount: Annotated[Money, AfterValidator(lambda value: _some(value))] | None = None
    note: Line = ""


def _some(value: Money) -> Money:
    if not value.amount:
        raise ValueError("Send more than nothing.")
    return value


class InvoiceToForm(FormModel):
    """Who pays later, and how their books call it."""

    invoice_to: Annotated[Prose, Field(min_length=1, max_length=1000)]
    purchase_order: Annotated[Line, Field(max_length=80)] = ""
    vat_number: VatNumber = ""
