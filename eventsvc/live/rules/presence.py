"""Which organisers are here, on any process: a row for each open stream, renewed while it lives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from eventsvc.core.clock import now
from eventsvc.live.models import Presence
from eventsvc.live.rules.hub import Listener

RENEWED = 15.0
"""Seconds between two renewals of a stream's row."""
ALIVE = timedelta(seconds=40)


async def arrive(listener: Listener) -> None:
    """Say, or say again, that this stream is open."""
    await Presence.update_or_create(
        stream=listener.stream, defaults={"event_id": listener.event_id, "user_id": listener.user_id, "seen_at": now()}
    )


async def depart(listener: Listener) -> None:
    """Say that this stream is closed."""
    await Presence.filter(stream=listener.stream).delete()


async def people(event_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Event number → who is here: user number → name."""
    here: dict[int, dict[int, str]] = {event_id: {} for event_id in event_ids}
    for one in await Presence.filter(event_id__in=list(event_ids), seen_at__gt=now() - ALIVE).select_related("user"):
        here[one.event_id][one.user_id] = one.user.label
    return here


async def forget() -> int:
    """Drop the rows of streams that died with their process. Returns how many."""
    return await Presence.filter(seen_at__lt=now() - ALIVE).delete()
