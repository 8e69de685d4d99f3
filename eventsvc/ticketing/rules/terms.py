"""Cancelling by oneself: until when, what is kept, and what comes back. The same sum is shown before the click and counts after it."""

from __future__ import annotations

from dataclasses import dataclass, field

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.terms import TermsForm
from eventsvc.ticketing.models import HOLDING, FeeKind, Order, Terms, Ticket


class TooLate(Refused):
    kind = "too-late"
    title = "It is too late for that"


class AskOrganiser(Refused):
    kind = "ask-the-organiser"
    title = "Please ask the organiser"


class FeeChanged(Refused):
    """The page was open while the free time ended."""

    kind = "fee-changed"
    title = "The fee has changed meanwhile"


@dataclass(frozen=True)
class Offer:
    """What cancelling these tickets now means, in minor units: `fees` by the id of the ticket, and what comes `back`."""

    back: int = 0
    fees: dict[int, int] = field(default_factory=dict)

    @property
    def fee(self) -> int:
        return sum(self.fees.values())


async def of(event: Event) -> Terms:
    """Those of the event, or what holds without any."""
    return await Terms.get_or_none(event=event) or Terms(event=event)


async def change(event: Event, wanted: TermsForm, *, by: str) -> None:
    """They hold from now on, for orders that were placed before, too."""
    until = {name: event.aware(value) if (value := getattr(wanted, name)) else None for name in ("cancel_until", "free_until")}
    values = {**until, "paid_too": wanted.paid_too, "fee_kind": wanted.fee_kind, "fee_value": wanted.fee_value}
    values["reverse_charge"] = wanted.reverse_charge
    async with transaction():
        await Terms.update_or_create(values, event=event)
        await record("terms.changed", event, by=by)


def offer(terms: Terms, order: Order, tickets: list[Ticket]) -> Offer:
    """What cancelling these live tickets of the order means now; they come with their add-ons. A fee is only ever kept of money that
    would else come back.
    """
    moment, costs = now(), _costs(order, tickets)
    back = max(0, int(order.paid) - (int(order.total) - sum(costs.values())))
    fees, left = {}, back
    for one in tickets:
        fee = min(left, terms.fee_of(costs[one.id], moment))
        if fee:
            fees[one.id] = fee
            left -= fee
    return Offer(left, fees)


def _costs(order: Order, tickets: list[Ticket]) -> dict[int, int]:
    """What goes with each of them: not what is asked once an order, while it has other tickets."""
    all_go = sum(one.cost for one in tickets) >= int(order.total) - int(order.fee)
    return {one.id: one.cost - (0 if all_go else sum(x.price for x in one.extras if x.add_on.once)) for one in tickets}


async def check(event: Event, order: Order, tickets: list[Ticket], *, seen: int | None = None) -> Offer:
    """What a buyer gets back who cancels these now. `seen`: the fee that they were shown. Raises TooLate, AskOrganiser, FeeChanged."""
    terms = await of(event)
    if now() >= event.ends_at:
        raise TooLate("The event is over, so there is nothing left to cancel.")
    if terms.cancel_until and now() >= terms.cancel_until:
        raise TooLate(f"Cancelling was possible until {_when(event, terms)}. Write to the organiser if something happened.")
    made = offer(terms, order, tickets)
    if made.back + made.fee and not terms.paid_too:
        raise AskOrganiser("This is paid. Write to the organiser to cancel it and to talk about a refund.")
    if seen is not None and seen != made.fee:
        raise FeeChanged(f"{show(made.fee, order.currency)} is kept by now. Look at the sum again, then cancel.")
    return made


async def seen(event: Event, order: Order, tickets: list[Ticket]) -> Offer | None:
    """What the page offers: None where there is nothing to cancel, or it is not for the buyer to do."""
    try:
        return await check(event, order, tickets) if tickets else None
    except Refused:
        return None


async def live(order: Order) -> list[Ticket]:
    """Its live tickets, with their add-ons."""
    return await Ticket.filter(order=order, state__in=HOLDING).order_by("id").prefetch_related("add_ons__add_on")


def in_words(event: Event, terms: Terms) -> list[str]:
    """The terms as sentences for buyers."""
    until = f"until {_when(event, terms)}" if terms.cancel_until else "until the event is over"
    if not terms.paid_too:
        return [f"You can give back what is not paid {until}. What is paid is cancelled by the organiser."]
    said = [f"You can cancel {until}."]
    if terms.fee_kind == FeeKind.NONE:
        return [*said, "All of the money comes back."]
    kept = f"{terms.fee_value} % of its price" if terms.fee_kind == FeeKind.PERCENT else show(terms.fee_value, event.currency)
    if terms.free_until:
        local = event.local(terms.free_until)
        said.append(f"It is free until {local.day} {local:%B %Y, %H:%M}; after that {kept} is kept for each ticket.")
    else:
        said.append(f"{kept} is kept for each ticket.")
    return said


def _when(event: Event, terms: Terms) -> str:
    assert terms.cancel_until is not None
    local = event.local(terms.cancel_until)
    return f"{local.day} {local:%B %Y, %H:%M}"
