"""Amounts of money as people type them and systems send them."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from eventsvc.core.money import Money

MOST = 10_000_000
"""Minor units of one price."""
_TYPED = re.compile(r"(\d{1,7}|\d{1,3}(,\d{3}){1,2})(\.\d{1,2})?", re.ASCII)
_COMMA = re.compile(r"(\d{1,7}),(\d{1,2})", re.ASCII)


def pounds(value: Any) -> Any:
    """'95', '95.50' or '£1,200' as typed on a page → minor units. Raises ValueError with what to write.

    >>> pounds("£1,200.5")
    120050
    """
    if not isinstance(value, str):
        return value
    text = "".join(value.split()).lstrip("£€$")
    if not text:
        return 0
    if text.startswith(("-", "−")):
        raise ValueError("An amount cannot be below 0. Enter one such as 95 or 95.50.")
    if match := _COMMA.fullmatch(text):
        raise ValueError(f"Use a point for the pence: {match[1]}.{match[2]}.")
    if not _TYPED.fullmatch(text):
        raise ValueError("Enter an amount such as 95 or 95.50.")
    major, _, minor = text.replace(",", "").partition(".")
    return int(major) * 100 + int((minor + "00")[:2])


def _sent(value: Any) -> Any:
    if isinstance(value, dict):
        return Money.model_validate(value).amount
    if isinstance(value, str):
        amount = pounds(value) if value.strip() else None
        if amount and amount > MOST:
            raise ValueError(f"Enter at most {MOST // 100:,}.")
        return amount
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise ValueError('Send an amount such as {"amount": 2500, "currency": "GBP"}.')


_SCHEMA = {"anyOf": [Money.model_json_schema(), {"type": "null"}], "description": "how much, where the buyer chooses the amount"}
Amount = Annotated[int | None, Field(ge=0, le=MOST), BeforeValidator(_sent), WithJsonSchema(_SCHEMA)]
"""How much, where the buyer chooses: typed in pounds and pence on a page, Money in JSON; None is no answer."""
