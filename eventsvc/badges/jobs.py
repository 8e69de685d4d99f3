"""Batches of badges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from eventsvc.badges import rules
from eventsvc.badges.models import Batch

sweeps = [rules.sweep, rules.sweep_jobs]


async def batch(batch: int) -> None:
    found = await Batch.get_or_none(id=batch).select_related("event__organiser")
    if found:
        await rules.print_batch(found)


jobs: dict[str, Callable[..., Awaitable[None]]] = {"badges/batch": batch}
