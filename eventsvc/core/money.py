"""Money is an integer of minor units and a currency (ISO 4217)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
_NO_MINOR = {"JPY", "KRW", "ISK"}


class Money(BaseModel):
    """`{"amount": 12000, "currency": "GBP"}`: amount in minor units (pence)."""

    amount: Annotated[int, Field(ge=0, le=100_000_000)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "GBP"


def show(amount: int, currency: str = "GBP", *, free: str | None = None) -> str:
    """£120, £95.50, 95.50 CHF. With `free`, that word stands for nothing: show(0, free='Free')."""
    if amount == 0 and free is not None:
        return free
    digits = 0 if currency in _NO_MINOR else 2
    major, minor = divmod(abs(amount), 10**digits)
    text = f"{major:,}" + (f".{minor:0{digits}}" if minor else "")
    sign = "-" if amount < 0 else ""
    return f"{sign}{_SIGNS[currency]}{text}" if currency in _SIGNS else f"{sign}{text} {currency}"
