"""Webhooks and their deliveries."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import After, Items, Limit, Moment, delete, get, post
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.webhooks.forms import EndpointForm
from eventsvc.webhooks.models import Delivery, DeliveryState, Endpoint
from eventsvc.webhooks.rules import endpoints


class EndpointOut(BaseModel):
    id: str
    url: str
    events: list[str]
    stopped_at: Moment | None = Field(description="set when the other side answered 410")


class NewEndpoint(EndpointOut):
    secret: str = Field(description="told once: it checks the signatures")


class DeliveryOut(BaseModel):
    id: str
    webhook: str
    type: str
    state: DeliveryState
    attempts: int
    status: int | None
    error: str
    next_at: Moment | None
    sent_at: Moment | None


def _out(one: Endpoint) -> EndpointOut:
    return EndpointOut(id=one.code, url=one.url, events=one.wants, stopped_at=one.stopped_at)


async def list_webhooks(event: Event, limit: Limit = 100, after: After = None) -> Items[EndpointOut]:
    """Webhooks of the event, without their secrets."""
    start = int(after) if after and is_number(after) else 0
    rows = await Endpoint.filter(event=event, id__gt=start).order_by("id").limit(limit + 1)
    return Items(items=[_out(one) for one in rows[:limit]], next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def add_webhook(event: Event, token: ApiToken, wanted: EndpointForm) -> NewEndpoint:
    """Add a webhook. The answer holds the secret; it is not told again."""
    made = await endpoints.add(event, wanted, by=f"token {token.name}")
    return NewEndpoint(**_out(made).model_dump(), secret=made.secret)


async def remove_webhook(event: Event, token: ApiToken, id: str) -> None:
    """Remove a webhook with its deliveries."""
    await endpoints.remove(await endpoints.of(event, id), by=f"token {token.name}")


async def list_deliveries(event: Event, id: str, limit: Limit = 50, after: After = None) -> Items[DeliveryOut]:
    """Deliveries of a webhook, newest first; they are kept for 30 days."""
    endpoint = await endpoints.of(event, id)
    found = Delivery.filter(endpoint=endpoint)
    if after and is_number(after):
        found = found.filter(id__lt=int(after))
    rows = await found.order_by("-id").limit(limit + 1)
    items = [
        DeliveryOut(
            id=one.code,
            webhook=endpoint.code,
            type=one.action,
            next_at=one.next_at if one.state == DeliveryState.WAITING else None,
            **{name: getattr(one, name) for name in ("state", "attempts", "status", "error", "sent_at")},
        )
        for one in rows[:limit]
    ]
    return Items(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def resend_delivery(event: Event, token: ApiToken, id: str) -> None:
    """Send a delivery again, with the same id."""
    await endpoints.resend(event, id, by=f"token {token.name}")


routes = [
    get("/events/{event}/webhooks", list_webhooks, "admin"),
    post("/events/{event}/webhooks", add_webhook, "admin", 201),
    delete("/events/{event}/webhooks/{id}", remove_webhook, "admin"),
    get("/events/{event}/webhooks/{id}/deliveries", list_deliveries, "admin"),
    post("/events/{event}/webhooks/deliveries/{id}/resend", resend_delivery, "admin", 204),
]
