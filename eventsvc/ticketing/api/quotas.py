"""Quotas: places that ticket types and add-ons share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import Items, get, patch, post
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.quotas import QuotaForm
from eventsvc.ticketing.rules import quotas
from eventsvc.ticketing.rules.quotas import Shared


class QuotaOut(BaseModel):
    id: int
    name: str
    places: int | None = Field(description="null: no limit")
    taken: int
    available: int | None
    ticket_types: list[str]
    add_ons: list[str]


def _out(one: Shared) -> QuotaOut:
    quota: Any = one.quota
    return QuotaOut(
        id=quota.id,
        name=quota.name,
        places=quota.size,
        taken=quota.claimed,
        available=quota.available,
        ticket_types=[kind.code for kind in one.ticket_types],
        add_ons=[extra.code for extra in one.add_ons],
    )


async def list_quotas(event: Event) -> Items[QuotaOut]:
    """All quotas with what is sold from each."""
    return Items(items=[_out(one) for one in await quotas.of_event(event)], next=None)


async def add_quota(event: Event, token: ApiToken, wanted: QuotaForm) -> QuotaOut:
    """Make places that these ticket types and add-ons share; they come with what they have taken."""
    made = await quotas.save(event, None, wanted, by=f"token {token.name}")
    return _out(await quotas.of(event, str(made.id)))


async def change_quota(event: Event, token: ApiToken, id: str, wanted: QuotaForm) -> QuotaOut:
    """Change all of a quota. What is no longer named gets places of its own: as many as it has taken."""
    known = await quotas.of(event, id)
    await quotas.save(event, known.quota, wanted, by=f"token {token.name}")
    return _out(await quotas.of(event, id))


routes = [
    get("/events/{event}/quotas", list_quotas, "orders"),
    post("/events/{event}/quotas", add_quota, "admin", 201),
    patch("/events/{event}/quotas/{id}", change_quota, "admin", errors={409: "Fewer places than are taken"}),
]
