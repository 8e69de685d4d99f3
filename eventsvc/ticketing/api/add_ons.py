"""Add-ons."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import After, Items, Limit, Moment, delete, get, patch, post
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid
from eventsvc.core.money import Money
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.add_ons import AddOnIn
from eventsvc.ticketing.models import AddOn
from eventsvc.ticketing.rules import add_ons


class AddOnOut(BaseModel):
    code: str = Field(description="what an order's `add_ons` name")
    name: str
    description: str
    price: Money = Field(description="VAT included; the least where the buyer chooses the amount")
    open_amount: bool = Field(description="the buyer chooses the amount")
    suggested: Money | None
    once: bool = Field(description="at most once an order: a donation")
    vat_rate: int
    group: str = Field(description="a ticket has at most one of those with the same word here")
    ticket_types: list[str] = Field(description="codes of those it goes with; empty: all")
    included_in: list[str] = Field(description="codes of those it is part of, at no further price")
    session: str | None = Field(description="code of the session whose places it sells")
    hand_out: str = Field(description="what its holder is handed at the door")
    available: int | None = Field(description="places left; null when there is no limit")
    on_sale: bool
    places: int | None
    quota: int = Field(description="the id of its quota")
    public: bool
    sale_starts: Moment | None
    sale_ends: Moment | None


def _out(event: Event, one: AddOn) -> AddOnOut:
    left = one.quota.available
    names = ("code", "name", "description", "open_amount", "once", "vat_rate", "group", "ticket_types", "included_in")
    return AddOnOut(
        **{name: getattr(one, name) for name in (*names, "hand_out", "public", "sale_starts", "sale_ends")},
        price=Money(amount=one.price, currency=event.currency),
        suggested=Money(amount=one.suggested, currency=event.currency) if one.suggested else None,
        session=one.session or None,
        available=left,
        on_sale=one.is_on_sale(now()) and left != 0,
        places=one.quota.size,
        quota=one.quota_id,
    )


async def list_add_ons(event: Event, token: ApiToken | None, limit: Limit = 100, after: After = None) -> Items[AddOnOut]:
    """Add-ons with what is available; hidden ones only with a token."""
    found = AddOn.filter(event=event).select_related("quota").order_by("position", "id")
    if token is None:
        found = found.filter(public=True)
    start = int(after) if after and is_number(after) else 0
    rows = await found.offset(start).limit(limit + 1)
    return Items(items=[_out(event, one) for one in rows[:limit]], next=str(start + limit) if len(rows) > limit else None)


async def add_add_on(event: Event, token: ApiToken, wanted: AddOnIn) -> AddOnOut:
    """Add an add-on, with places of its own or those of a `quota`."""
    values = wanted.columns()
    if not (name := values.pop("name", None)):
        raise Invalid([("name", "Fill this in.")])
    return _out(event, await add_ons.add(event, name, by=f"token {token.name}", **values))


async def change_add_on(event: Event, token: ApiToken, code: str, wanted: AddOnIn) -> AddOnOut:
    """Change an add-on; what is left out stays. What was sold keeps its price."""
    await add_ons.change(event, await add_ons.of_event(event, code), by=f"token {token.name}", **wanted.columns())
    return _out(event, await add_ons.of_event(event, code))


async def remove_add_on(event: Event, token: ApiToken, code: str) -> None:
    """Remove an add-on that nobody has had."""
    await add_ons.remove(await add_ons.of_event(event, code), by=f"token {token.name}")


routes = [
    get("/events/{event}/add-ons", list_add_ons, None),
    post("/events/{event}/add-ons", add_add_on, "admin", 201),
    patch("/events/{event}/add-ons/{code}", change_add_on, "admin", errors={409: "Fewer places than are taken"}),
    delete("/events/{event}/add-ons/{code}", remove_add_on, "admin", errors={409: "Tickets have it"}),
]
