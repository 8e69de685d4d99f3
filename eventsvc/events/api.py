"""Public facts about events."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import After, Items, Limit, get
from eventsvc.events.models import Event, EventState


class EventOut(BaseModel):
    slug: str
    name: str
    tagline: str
    start: date
    end: date
    timezone: str
    place: str
    currency: str
    state: EventState


def event_out(event: Event) -> EventOut:
    return EventOut.model_validate(event, from_attributes=True)


async def list_events(token: ApiToken | None, limit: Limit = 50, after: After = None) -> Items[EventOut]:
    """All events the public may see; with a token, its own event too."""
    found = Event.exclude(state=EventState.DRAFT)
    if token is not None:
        found = Event.all() if token.event_id is None else Event.filter(id=token.event_id)
    if after:
        found = found.filter(slug__gt=after)
    rows = await found.order_by("slug").limit(limit + 1)
    return Items(items=[event_out(event) for event in rows[:limit]], next=rows[limit - 1].slug if len(rows) > limit else None)


async def get_event(event: Event) -> EventOut:
    """One event."""
    return event_out(event)


routes = [
    get("/events", list_events, None),
    get("/events/{event}", get_event, None),
]
