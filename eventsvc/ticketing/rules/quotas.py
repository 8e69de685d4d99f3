"""Places that several ticket types and add-ons share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from eventsvc.core.db import fetch, on_sqlite
from eventsvc.ticketing.models import Quota


async def hold_still(event_id: int) -> None:
    """Until the transaction ends no ticket type or add-on of the event moves to another quota. Call it before looking their quotas up.

    Shared: orders do not wait for each other, only for somebody who shares places anew. On SQLite a transaction is alone.
    """
    if not on_sqlite():
        await fetch("SELECT id FROM event WHERE id = $1 FOR KEY SHARE", event_id)


async def release(quota_ids: Iterable[int]) -> None:
    """Give a place back for each, in primary-key order."""
    for quota_id, count in sorted(Counter(quota_ids).items()):
        await Quota.release(quota_id, count)
