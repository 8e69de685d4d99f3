"""Many badges as one PDF, made in the background."""

from __future__ import annotations

from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.rules.printing import badges_pdf, need_design, tickets_for
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.jobs import enqueue
from eventsvc.events.models import Event

KEEP = timedelta(days=7)


async def order_batch(event: Event, design: str, codes: list[str] | None, *, by: str) -> Batch:
    """Ask for a PDF of these tickets' badges (None: all live ones). Raises NoSuchDesign, Invalid for codes that are no live ticket."""
    need_design(design)
    if codes is not None:
        await tickets_for(event, codes)
    async with transaction():
        batch = await Batch.create(event=event, code=signing.secret(), design=design, tickets=codes)
        await enqueue("badges/batch", batch=batch.id)
        await record("badge_batch.ordered", batch, by=by, design=design, tickets="all" if codes is None else len(codes))
    return batch


async def print_batch(batch: Batch) -> None:
    """Make the PDF. A refusal is kept as the batch's error; anything else is tried again."""
    if batch.state == BatchState.DONE:
        return
    try:
        tickets = await tickets_for(batch.event, batch.tickets)
        body = await badges_pdf(batch.event, tickets, batch.design)
    except Refused as refusal:
        if refusal.status == 503:
            raise
        await batch.change(state=BatchState.FAILED, error=refusal.sentence[:300])
        return
    await batch.change(state=BatchState.DONE, pdf=body, count=len(tickets))


async def sweep() -> int:
    """Forget batches after a week: they hold names. Returns how many."""
    return await Batch.filter(created_at__lt=now() - KEEP).delete()
