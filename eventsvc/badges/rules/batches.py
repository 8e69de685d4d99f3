"""Many badges as one PDF, made in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render.layouts import BY_TYPE
from eventsvc.badges.rules.designs import layout_of
from eventsvc.badges.rules.printing import NothingToPrint, badges_pdf, live_tickets, tickets_for
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.jobs import enqueue
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType

KEEP = timedelta(days=7)
MANY = 1000
"""Badges from which a press that failed may have run out of memory."""


async def order_batch(event: Event, design: str, codes: Sequence[str] | None, *, types: Sequence[str] | None = None, by: str) -> Batch:
    """Ask for a PDF of badges: of these tickets, of these ticket types, or (None) of everybody with a live ticket.

    Raises NoSuchDesign, Invalid for codes that are no live ticket, NothingToPrint, TooManyBadges.
    """
    if design and design != BY_TYPE:
        design = (await layout_of(event, design)).name
    async with transaction():
        tickets = await tickets_for(event, codes, types)
        if not tickets:
            raise NothingToPrint("Nobody has a ticket for these badges yet. Choose others, or wait for the first registration.")
        batch = await Batch.create(
            event=event,
            code=signing.secret(),
            design=design or BY_TYPE,
            whose=await _whose(event, codes, types),
            tickets=[ticket.code for ticket in tickets] if codes is not None or types else None,
            count=len(tickets),
        )
        await enqueue("badges/batch", batch=batch.id)
        await record("badge_batch.ordered", batch, by=by, design=batch.design, whose=batch.whose, count=batch.count)
    return batch


async def _whose(event: Event, codes: Sequence[str] | None, types: Sequence[str] | None) -> str:
    if codes is not None:
        return f"{len(codes)} chosen"
    if types:
        names = await TicketType.filter(event=event, code__in=types).values_list("name", flat=True)
        return ", ".join(map(str, names))[:200]
    return "Everybody"


async def print_batch(batch: Batch) -> None:
    """Make the PDF; the batch needs its event loaded. Doing it again changes nothing. A refusal is kept as the batch's error.

    Who has cancelled since the batch was ordered gets no badge.
    """
    if batch.state != BatchState.WAITING:
        return
    tickets = await live_tickets(batch.event, batch.tickets)
    try:
        body = await badges_pdf(batch.event, tickets, batch.design)
    except Refused as refusal:
        less = " Printing one ticket type after the other takes less memory." if len(tickets) > MANY else ""
        await _close(batch, BatchState.FAILED, count=0, error=refusal.sentence[:200] + less)
    else:
        await _close(batch, BatchState.DONE, count=len(tickets), pdf=body)


async def _close(batch: Batch, state: BatchState, *, count: int, pdf: bytes | None = None, error: str = "") -> None:
    async with transaction():
        await batch.change(state=state, count=count, pdf=pdf, error=error)
        await record("badge_batch.finished", batch, by="worker", state=state, count=count)


async def sweep() -> int:
    """Forget batches after a week: they hold names. Returns how many."""
    return await Batch.filter(created_at__lt=now() - KEEP).delete()
