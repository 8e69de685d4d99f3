"""What a half-filled registration form costs so far, and what each person in it adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventsvc.core.forms import Form
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.forms.add_ons import ticked
from eventsvc.ticketing.forms.amounts import pounds
from eventsvc.ticketing.forms.desk import HandForm
from eventsvc.ticketing.models import AddOn, TicketType
from eventsvc.ticketing.rules import invoices
from eventsvc.ticketing.rules.rates import OnPage


@dataclass(frozen=True)
class Basket:
    """`sums`: (name, how many, what they cost); minor units. What is not clear yet is left out: placing the order judges it."""

    sums: list[tuple[str, int, int]]
    total: int
    vat: int


def basket(
    form: Form[Any], types: Iterable[TicketType], own: Sequence[Mapping[str, OnPage]], add_ons: Sequence[AddOn], *, vat: bool
) -> Basket:
    """`own`: for each person the prices by type."""
    chosen: list[tuple[str, int, int]] = []
    by_code, extras = {one.code: one for one in types}, {one.code: one for one in add_ons}
    pairs = [(name, value) for name, value in form.values.items() if isinstance(value, str)]
    for index, prices in enumerate(own):
        prefix = f"tickets-{index}-"
        ticket_type = by_code.get(str(form.value(f"{prefix}ticket_type")))
        if ticket_type is None:
            continue
        price = prices[ticket_type.code].amount
        price = _amount(form, f"{prefix}amount", price) if ticket_type.open_amount else price
        chosen.append((ticket_type.name, ticket_type.vat_rate, price))
        for one in ticked(pairs, prefix)[0]:
            add_on = extras.get(one.code)
            if add_on and add_on.fits(ticket_type) and not add_on.is_part_of(ticket_type):
                chosen.append((add_on.name, add_on.vat_rate, one.amount or 0 if add_on.open_amount else add_on.price))
    counts = Counter(chosen)
    parts = invoices.split([{"gross": price, "rate": rate} for _, rate, price in chosen], vat)
    sums = [(name, count, price * count) for (name, _, price), count in counts.items()]
    return Basket(sums, sum(price for _, _, price in chosen), sum(part["vat"] for part in parts))


def _amount(form: Form[Any], field: str, least: int) -> int:
    try:
        return max(least, int(pounds(str(form.value(field)))))
    except ValueError:
        return least


def added(form: Form[OrderForm] | Form[HandForm], pairs: list[tuple[str, str]], people: int) -> None:
    """Read what each person adds into the order, and say what is wrong beside its field."""
    given = [ticked(pairs, f"tickets-{index}-") for index in range(people)]
    for _, wrong in given:
        for field, sentence in wrong:
            form.errors.setdefault(field, sentence)
    if not form.errors:
        for one, (found, _) in zip(form.data.tickets, given, strict=False):
            one.add_ons = found
