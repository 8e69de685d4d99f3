"""Prices of members, partners and public bodies: what somebody shows for them, which one counts, and the free places that go first.

A member code is proof by itself. An address proves nothing before a letter to it was answered: the order waits (`rules/proving.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.money import show
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.members.forms import addresses
from eventsvc.members.models import Allowance, Organisation
from eventsvc.members.rules import organisations
from eventsvc.ticketing.forms.rates import RateForm
from eventsvc.ticketing.models import HOLDING, Rate, Ticket, TicketType


class FreePlacesGone(Refused):
    """Nobody pays a price that they were not shown."""

    kind = "free-places-gone"
    title = "The free places have just been taken"


@dataclass(frozen=True)
class Shown:
    """What somebody shows: a member code (`by_code`) or an address, and whose it is."""

    organisation: Organisation | None = None
    allowance: Allowance | None = None
    by_code: bool = False
    domain: str = ""

    @property
    def left(self) -> int:
        """Free places."""
        return self.allowance.left if self.allowance else 0


@dataclass(frozen=True)
class Price:
    """What one ticket costs, in minor units. `proved`: nothing has to be confirmed by mail for it."""

    amount: int
    rate: Rate | None = None
    organisation: Organisation | None = None
    free_place: bool = False
    proved: bool = True

    @property
    def why(self) -> str:
        """In words, as the order and the page say it; empty for the ordinary price."""
        if self.rate is None:
            return ""
        whose = f", {self.organisation.name}" if self.organisation else ""
        return f"Free place{whose}" if self.free_place else f"{self.rate.name}{whose}"


async def shown(event: Event, *, email: str = "", member: str = "") -> Shown:
    """What a member code and an address stand for; a code comes first. Raises organisations.BadCode."""
    domain = addresses.domain_of(email) if email else ""
    one = await organisations.by_code(event, member) if member else await organisations.by_email(event, email) if domain else None
    allowance = await Allowance.get_or_none(event=event, organisation=one) if one else None
    return Shown(one, allowance, by_code=bool(member), domain=domain)


def priced(ordinary: int, rates: Iterable[Rate], who: Shown, *, left: int) -> Price:
    """The lowest price that counts, `left` free places being there; where two are the same, the one with nothing to confirm."""
    found = [Price(ordinary)]
    for rate in rates:
        if who.organisation and who.organisation.kind in rate.kinds:
            if rate.free_places and left > 0:
                found.append(Price(0, rate, who.organisation, free_place=True, proved=who.by_code))
            found.append(Price(rate.price, rate, who.organisation, proved=who.by_code))
        if addresses.lies_in(who.domain, rate.suffixes):
            found.append(Price(rate.price, rate, proved=False))
    return min(found, key=lambda one: (one.amount, not one.proved))


class Offer:
    """The prices of one order, ticket by ticket: free places go down with each that takes one."""

    def __init__(self, who: Shown, rates: dict[int, list[Rate]]) -> None:
        self.who, self.rates, self.taken, self.missed = who, rates, 0, 0
        self.proved = True

    def price(self, ticket_type: TicketType, ordinary: int) -> Price:
        """What the next ticket costs, where it would be `ordinary` for anybody."""
        rates = self.rates.get(ticket_type.id, [])
        one = priced(ordinary, rates, self.who, left=self.who.left - self.taken)
        self.missed += not one.free_place and priced(ordinary, rates, self.who, left=1).free_place
        self.taken += one.free_place
        self.proved = self.proved and one.proved
        return one

    async def claim(self, seen: int | None) -> None:
        """Take the free places of the order, in its transaction, before vouchers and quotas. `seen`: how many its buyer was shown.

        Raises FreePlacesGone where fewer are left than they were shown and need: they see the new price first.
        """
        allowance, who = self.who.allowance, self.who.organisation
        if allowance is None or who is None:
            return
        expected = min(seen or 0, self.taken + self.missed)
        if self.taken < expected or (self.taken and not await Allowance.claim(allowance.id, self.taken)):
            raise FreePlacesGone(
                f"Free places of {who.name} have just been taken. The prices here are up to date now: check them, then order again.",
                field="member",
            )

    def member_of(self, price: Price) -> Organisation | None:
        """Whose ticket it is: theirs who have this price, or whose code was typed."""
        return price.organisation or (self.who.organisation if self.who.by_code else None)

    def allowance_of(self, price: Price) -> Allowance | None:
        return self.who.allowance if price.free_place else None


async def offer(event: Event, types: Iterable[TicketType], *, email: str = "", member: str = "") -> Offer:
    """The prices that somebody gets for these types. Raises organisations.BadCode."""
    found: dict[int, list[Rate]] = {}
    for rate in await Rate.filter(ticket_type_id__in=[one.id for one in types]):
        found.setdefault(rate.ticket_type_id, []).append(rate)
    if not found and not member:
        return Offer(Shown(), {})
    return Offer(await shown(event, email=email, member=member), found)


async def give_back(tickets: Sequence[Ticket]) -> None:
    """The free places of tickets that are cancelled, in the transaction that does it; before vouchers and quotas."""
    for allowance_id, count in sorted(Counter(one.allowance_id for one in tickets if one.allowance_id).items()):
        await Allowance.release(allowance_id, count)


async def claim_again(tickets: Sequence[Ticket]) -> bool:
    """The free places that expired with their order; says whether they were all still there."""
    for allowance_id, count in sorted(Counter(one.allowance_id for one in tickets if one.allowance_id).items()):
        if not await Allowance.claim(allowance_id, count):
            return False
    return True


def says(rate: Rate, currency: str, ordinary: int) -> str:
    """A rate in words for somebody who has shown nothing yet: 'Members £95', 'NHS and universities free'. Empty where it is no less."""
    if rate.price >= ordinary and not rate.free_places:
        return ""
    price = show(rate.price, currency, free="free") if rate.price < ordinary else show(ordinary, currency, free="free")
    return f"{rate.name} {price}" + (" after the free places of their organisation" if rate.free_places and rate.price else "")


async def save(ticket_type: TicketType, one: Rate | None, wanted: RateForm, *, by: str) -> Rate:
    """Add a rate, or change one. What was sold keeps its price."""
    async with transaction():
        values = wanted.model_dump()
        if one is None:
            one = await Rate.create(ticket_type=ticket_type, **values)
        else:
            await one.change(**values)
        await record("ticket_type.rate_saved", ticket_type, by=by, rate=one.name, price=one.price)
    return one


async def remove(ticket_type: TicketType, one: Rate, *, by: str) -> None:
    """What was sold keeps its price."""
    async with transaction():
        await record("ticket_type.rate_removed", ticket_type, by=by, rate=one.name)
        await one.delete()


async def of(ticket_type: TicketType, number: str) -> Rate:
    """Raises NotFound."""
    one = await Rate.get_or_none(ticket_type=ticket_type, id=int(number)) if is_number(number) else None
    if one is None:
        raise NotFound("This price is not there any more.")
    return one


async def allowance_errors() -> list[str]:
    """One sentence for each allowance whose number differs from the live tickets that hold its places. None is right."""
    rows = await fetch(
        f"""SELECT a.id, a.used, (SELECT count(*) FROM ticket t WHERE t.allowance_id = a.id
              AND t.state IN ({", ".join(f"'{state}'" for state in HOLDING)})) AS held FROM allowance a"""  # noqa: S608
    )
    return [
        f"Allowance {row['id']} counts {row['used']} free places taken, but {row['held']} live tickets hold one."
        for row in rows
        if row["used"] != row["held"]
    ]


@dataclass(frozen=True)
class OnPage:
    """What one person's ticket costs on the page, and why, in words."""

    amount: int
    says: str = ""


def on_page(offer_of: Offer, types: Sequence[TicketType], ordinary: dict[str, int], people: int, currency: str) -> list[dict[str, OnPage]]:
    """For each person the prices by type, as if those before took the same: free places go down from one to the next."""
    return [{one.code: _on_page(offer_of, one, ordinary[one.code], before, currency) for one in types} for before in range(people)]


def _on_page(offer_of: Offer, ticket_type: TicketType, ordinary: int, before: int, currency: str) -> OnPage:
    rates, who = offer_of.rates.get(ticket_type.id, []), offer_of.who
    left = who.left - before
    price = priced(ordinary, rates, who, left=left)
    if price.rate is None and who.by_code and who.allowance and who.allowance.free and any(rate.free_places for rate in rates):
        return OnPage(price.amount, "The free places are taken.")
    if price.rate is None:
        return OnPage(price.amount, _joined([said for rate in rates if (said := says(rate, currency, ordinary))]))
    by_mail = "" if price.proved else " We check your address by mail."
    whose = price.organisation.name if price.organisation else ""
    if price.free_place:
        then = show(priced(ordinary, rates, who, left=0).amount, currency, free="free")
        return OnPage(price.amount, f"Free place of {whose}: {left} left, then {then}.{by_mail}")
    gone = " Its free places are taken." if whose and price.rate.free_places and who.allowance and who.allowance.free else ""
    return OnPage(price.amount, f"Price for {price.why}.{gone}{by_mail}")


def _joined(said: list[str]) -> str:
    return f"{'; '.join(said)}: with a member code, or an address at their own domain." if said else ""


async def for_organisation(types: Sequence[TicketType], allowance: Allowance, currency: str) -> dict[str, OnPage]:
    """What the next place costs the organisation, by type."""
    who = Shown(allowance.organisation, allowance, by_code=True)
    found: dict[int, list[Rate]] = {}
    for rate in await Rate.filter(ticket_type_id__in=[one.id for one in types]):
        found.setdefault(rate.ticket_type_id, []).append(rate)
    return on_page(Offer(who, found), types, {one.code: one.price_at(now()) for one in types}, 1, currency)[0]
