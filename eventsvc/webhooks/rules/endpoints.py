"""Who hears what: added, removed, and a delivery sent again by hand."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import urlsplit

from tortoise.functions import Max

from eventsvc.audit.models import Entry
from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event
from eventsvc.webhooks.forms import EndpointForm
from eventsvc.webhooks.models import Delivery, DeliveryState, Endpoint
from eventsvc.webhooks.rules.network import addresses

MOST = 20


class TooMany(Refused):
    kind = "too-many"
    title = "There are too many webhooks"


async def add(event: Event, wanted: EndpointForm, *, by: str) -> Endpoint:
    """A new endpoint; it hears what happens from now on. Raises PrivateAddress, TooMany."""
    parts = urlsplit(wanted.url)
    await addresses(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    async with transaction():
        if await Endpoint.filter(event=event).count() >= MOST:
            raise TooMany(f"An event has at most {MOST} webhooks. Remove one first.")
        newest = await Entry.all().annotate(newest=Max("id")).values_list("newest", flat=True)
        endpoint = await Endpoint.create(
            event=event,
            code=short_code(12).lower(),
            url=wanted.url,
            wants=wanted.events,
            secret=f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
            seen=int(str(newest[0])) if newest and newest[0] else 0,
        )
        await record("webhook.added", endpoint, by=by, host=parts.hostname)
    return endpoint


async def of(event: Event, code: str) -> Endpoint:
    """Raises NotFound."""
    endpoint = await Endpoint.get_or_none(event=event, code=code)
    if endpoint is None:
        raise NotFound("There is no such webhook at this event.")
    return endpoint


async def remove(endpoint: Endpoint, *, by: str) -> None:
    """Remove an endpoint with its deliveries."""
    async with transaction():
        await record("webhook.removed", endpoint, by=by)
        await endpoint.delete()


async def resume(endpoint: Endpoint, *, by: str) -> None:
    """Send to it again after the other side had said that it is gone."""
    async with transaction():
        await endpoint.change(stopped_at=None)
        await record("webhook.resumed", endpoint, by=by)


async def resend(event: Event, code: str, *, by: str) -> None:
    """Send one delivery again now, with its id. Raises NotFound."""
    async with transaction():
        delivery = await Delivery.get_or_none(endpoint__event=event, code=code).select_related("endpoint")
        if delivery is None:
            raise NotFound("There is no such delivery at this event.")
        await delivery.change(state=DeliveryState.WAITING, attempts=0, next_at=now(), leased_until=None, error="")
        await record("webhook.resent", delivery.endpoint, by=by, message=delivery.action)
