"""Member organisations as one event sees them. They belong to the organiser, so a token of an event only reads them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eventsvc.core.api import After, Items, Limit, get
from eventsvc.events.models import Event
from eventsvc.members.models import Allowance, OrganisationKind
from eventsvc.members.rules import organisations


class MemberOut(BaseModel):
    slug: str
    name: str
    kind: OrganisationKind
    domains: list[str]
    left: bool = Field(description="belongs no more")
    free: int = Field(description="free places at this event")
    used: int = Field(description="of them, taken")


async def list_members(event: Event, limit: Limit = 100, after: After = None) -> Items[MemberOut]:
    """Member organisations, by their slug, with their free places at this event."""
    found = organisations.found(event)
    if after:
        found = found.filter(slug__gt=after)
    rows = await found.order_by("slug").limit(limit + 1).prefetch_related("domains")
    here = {one.organisation_id: one for one in await Allowance.filter(event=event, organisation_id__in=[row.id for row in rows])}
    items = [
        MemberOut(
            slug=one.slug,
            name=one.name,
            kind=one.kind,
            domains=[row.domain for row in one.domains],
            left=one.left,
            free=here[one.id].free if one.id in here else 0,
            used=here[one.id].used if one.id in here else 0,
        )
        for one in rows[:limit]
    ]
    return Items(items=items, next=rows[limit - 1].slug if len(rows) > limit else None)


routes = [get("/events/{event}/members", list_members, "orders")]
