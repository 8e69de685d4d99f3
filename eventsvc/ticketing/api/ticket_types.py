"""Ticket types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import After, Items, Limit, Moment, delete, get, patch, post
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid
from eventsvc.core.money import Money
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import TicketTypeIn
from eventsvc.ticketing.models import AddOn, TicketType
from eventsvc.ticketing.rules import catalogue, choosing


class EarlyPrice(BaseModel):
    until: Moment
    price: int = Field(description="minor units")


class TicketTypeOut(BaseModel):
    code: str
    name: str
    description: str
    price: Money = Field(description="what it costs now, VAT included")
    full_price: Money
    early: list[EarlyPrice] = Field(description="prices until a moment, earliest first")
    open_amount: bool = Field(description="the buyer chooses the amount; `price` is the least")
    suggested: Money | None
    min_per_order: int
    max_per_order: int
    sale_starts: Moment | None
    sale_ends: Moment | None
    available: int | None = Field(description="places left, of it and of each of its parts; null when there is no limit")
    quota: int = Field(description="the id of its quota")
    on_sale: bool
    places: int | None
    public: bool
    days: list[str] = Field(description="the event's days it is good for; none: all")
    needs_approval: bool = Field(description="orders of it wait until an organiser approves")


def _type_out(event: Event, one: TicketType, add_ons: list[AddOn]) -> TicketTypeOut:
    left = choosing.left(one, add_ons)
    return TicketTypeOut(
        code=one.code,
        name=one.name,
        description=one.description,
        price=Money(amount=one.price_at(now()), currency=event.currency),
        full_price=Money(amount=one.price, currency=event.currency),
        open_amount=one.open_amount,
        suggested=Money(amount=one.suggested, currency=event.currency) if one.suggested else None,
        early=[EarlyPrice.model_validate(step) for step in one.early],
        min_per_order=one.min_per_order,
        max_per_order=one.max_per_order,
        sale_starts=one.sale_starts,
        sale_ends=one.sale_ends,
        available=left,
        quota=one.quota_id,
        on_sale=one.is_on_sale(now()) and left != 0,
        places=one.quota.size,
        public=one.public,
        days=one.days,
        needs_approval=one.needs_approval,
    )


async def list_ticket_types(event: Event, token: ApiToken | None, limit: Limit = 100, after: After = None) -> Items[TicketTypeOut]:
    """Ticket types with what is available; hidden ones only with a token."""
    found = TicketType.filter(event=event).select_related("quota").order_by("position", "id")
    if token is None:
        found = found.filter(public=True)
    start = int(after) if after and is_number(after) else 0
    add_ons = await choosing.add_ons_of(event)
    rows = await found.offset(start).limit(limit + 1)
    following = str(start + limit) if len(rows) > limit else None
    return Items(items=[_type_out(event, one, add_ons) for one in rows[:limit]], next=following)


async def add_ticket_type(event: Event, token: ApiToken, wanted: TicketTypeIn) -> TicketTypeOut:
    """Add a ticket type."""
    values = wanted.values()
    name = values.pop("name", None)
    if not name:
        raise Invalid([("name", "Fill this in.")])
    made = await catalogue.add_ticket_type(event, name, places=values.pop("places", None), by=f"token {token.name}", **_known(values))
    return _type_out(event, made, [])


async def change_ticket_type(event: Event, token: ApiToken, code: str, wanted: TicketTypeIn) -> TicketTypeOut:
    """Change a ticket type; what is left out stays."""
    one = await catalogue.ticket_type_of(event, code)
    values = wanted.values()
    places = {"places": values["places"]} if "places" in values else {}
    await catalogue.change_ticket_type(event, one, by=f"token {token.name}", **places, **_known(values))
    return _type_out(event, await catalogue.ticket_type_of(event, code), await choosing.add_ons_of(event))


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Columns that were sent with a value; only a sales window may be emptied with null."""
    emptiable = ("sale_starts", "sale_ends")
    return {name: value for name, value in values.items() if name != "places" and (value is not None or name in emptiable)}


async def remove_ticket_type(event: Event, token: ApiToken, code: str) -> None:
    """Remove a ticket type that nobody has bought."""
    await catalogue.remove_ticket_type(await catalogue.ticket_type_of(event, code), by=f"token {token.name}")


routes = [
    get("/events/{event}/ticket-types", list_ticket_types, None),
    post("/events/{event}/ticket-types", add_ticket_type, "admin", 201),
    patch("/events/{event}/ticket-types/{code}", change_ticket_type, "admin", errors={409: "Fewer places than are taken"}),
    delete("/events/{event}/ticket-types/{code}", remove_ticket_type, "admin", errors={409: "Tickets of it exist"}),
]
