"""What somebody chose for a ticket, judged: what the ticket costs, and the add-ons that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsvc.core.errors import Refused
from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.add_ons import AddOnWanted, slug
from eventsvc.ticketing.models import AddOn, TicketType


class BadAddOn(Refused):
    status = 422
    kind = "invalid"
    title = "That does not go with this ticket"


class AddOnNotOnSale(Refused):
    kind = "not-on-sale"
    title = "Not on sale"


class BadAmount(Refused):
    status = 422
    kind = "invalid"
    title = "Enter an amount"


@dataclass(frozen=True)
class Chosen:
    """An add-on of a ticket, with what it costs there and the field it was chosen in."""

    add_on: AddOn
    price: int
    field: str


async def add_ons_of(event: Event) -> list[AddOn]:
    """All add-ons of the event, in order, with their quotas."""
    return await AddOn.filter(event=event).select_related("quota")


def offered(add_ons: Iterable[AddOn], moment: datetime) -> list[AddOn]:
    """What a page shows: public ones, on sale now or later."""
    return [one for one in add_ons if one.public and (one.sale_ends is None or moment < one.sale_ends)]


def grouped(add_ons: Iterable[AddOn]) -> list[tuple[str, list[AddOn]]]:
    """As a page asks for them: (group, those of which a ticket has at most one), each other one alone under ""."""
    found: dict[str, list[AddOn]] = {}
    for one in add_ons:
        found.setdefault(one.group.casefold() or f"={one.code}", []).append(one)
    return [(several[0].group if len(several) > 1 else "", several) for several in found.values()]


def left(ticket_type: TicketType, add_ons: Iterable[AddOn]) -> int | None:
    """Places left of a type, whose parts have to have one too; None when there is no limit. Both come with their quotas."""
    counts = [ticket_type.quota.available, *(one.quota.available for one in add_ons if one.is_part_of(ticket_type))]
    return min((one for one in counts if one is not None), default=None)


def priced(ticket_type: TicketType, least: int, amount: int | None, currency: str, *, field: str, ask: bool) -> int:
    """What a ticket costs: `least`, or the amount its buyer chose. `ask`: somebody sits there to be asked. Raises BadAmount."""
    if not ticket_type.open_amount:
        if amount is not None and amount != least and not ask:
            raise BadAmount(f"“{ticket_type.name}” has a fixed price. Leave the amount out.", field=field)
        return least
    return _open(ticket_type.name, least, amount, currency, field=field, ask=ask)


def _open(name: str, least: int, amount: int | None, currency: str, *, field: str, ask: bool) -> int:
    if amount is None and ask:
        least_said = f", at least {show(least, currency)}" if least else "; 0 is fine too"
        raise BadAmount(f"Enter how much you want to pay for “{name}”{least_said}.", field=field)
    if amount is not None and amount < least:
        raise BadAmount(f"Enter at least {show(least, currency)} for “{name}”.", field=field)
    return least if amount is None else amount


def judge(
    wanted: Iterable[AddOnWanted],
    ticket_type: TicketType,
    add_ons: Sequence[AddOn],
    moment: datetime,
    currency: str,
    *,
    trusted: bool,
    prefix: str = "",
    had: frozenset[int] = frozenset(),
) -> list[Chosen]:
    """The add-ons of one ticket: those asked for, and those that are part of its type.

    `trusted`: systems and organisers may sell what is hidden or not on sale; so may a ticket keep what it `had`.
    `prefix` begins the names of the fields to blame. Raises BadAddOn, AddOnNotOnSale, BadAmount.
    """
    known = {one.code: one for one in add_ons}
    found: dict[str, Chosen] = {}
    for one in wanted:
        add_on = known.get(one.code)
        field = f"{prefix}{'amount' if add_on and add_on.open_amount else 'add_on'}_{slug(one.code)}"
        free_of_doubt = add_on is not None and (trusted or add_on.id in had or add_on.is_part_of(ticket_type))
        if add_on is None or not (add_on.public or free_of_doubt):
            raise BadAddOn("We do not have that. Choose from what is on the page.", field=field)
        if one.code in found:
            raise BadAddOn(f"A ticket can have “{add_on.name}” once.", field=field)
        if not add_on.fits(ticket_type):
            raise BadAddOn(f"“{add_on.name}” does not go with “{ticket_type.name}”. Leave it out, or choose another ticket.", field=field)
        if not free_of_doubt and not add_on.is_on_sale(moment):
            raise AddOnNotOnSale(f"“{add_on.name}” is not on sale now. Leave it out.", field=field)
        found[one.code] = Chosen(add_on, _price(add_on, ticket_type, one.amount, currency, field), field)
    for add_on in add_ons:
        if add_on.is_part_of(ticket_type) and add_on.code not in found:
            found[add_on.code] = Chosen(add_on, 0, f"{prefix}ticket_type")
    _one_of_each_group(found.values())
    return list(found.values())


def _price(add_on: AddOn, ticket_type: TicketType, amount: int | None, currency: str, field: str) -> int:
    if add_on.is_part_of(ticket_type):
        return 0
    if add_on.open_amount:
        return _open(add_on.name, add_on.price, amount, currency, field=field, ask=True)
    if amount is not None and amount != add_on.price:
        raise BadAmount(f"“{add_on.name}” has a fixed price. Leave the amount out.", field=field)
    return int(add_on.price)


def _one_of_each_group(chosen: Iterable[Chosen]) -> None:
    seen: dict[str, Chosen] = {}
    for one in chosen:
        group = one.add_on.group.casefold()
        if group and group in seen:
            raise BadAddOn(f"Choose “{seen[group].add_on.name}” or “{one.add_on.name}”, not both.", field=one.field)
        seen[group] = one


def once_each(chosen: Iterable[Iterable[Chosen]]) -> None:
    """What is asked once an order is in it once. Raises BadAddOn."""
    seen: set[int] = set()
    for one in (one for several in chosen for one in several if one.add_on.once):
        if one.add_on.id in seen:
            raise BadAddOn(f"“{one.add_on.name}” can be in an order once.", field=one.field)
        seen.add(one.add_on.id)
