"""Many badges as one PDF, made in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.badges.forms import Which
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render.layouts import BY_TYPE
from eventsvc.badges.rules.designs import layout_of
from eventsvc.badges.rules.printing import NothingToPrint, live_tickets, sections_for, sections_pdf, tickets_for
from eventsvc.badges.rules.prints import fingerprint, note_prints, only, piles
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.jobs import enqueue
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketType

KEEP = timedelta(days=7)
WHICH = {Which.ALL: "", Which.NEW: "Not printed: ", Which.CHANGED: "Changed: "}
NOBODY = {
    Which.NEW: "All of these badges were printed already. Choose “All” to print them again.",
    Which.CHANGED: "None of these badges has changed since it was printed.",
}
MANY = 1000
"""Badges from which a press that failed may have run out of memory."""


async def order_batch(
    event: Event,
    design: str,
    codes: Sequence[str] | None,
    *,
    types: Sequence[str] | None = None,
    which: Which = Which.ALL,
    starts: str = "",
    by: str,
) -> Batch:
    """Ask for a PDF of badges: of these tickets, of these ticket types, or (None) of everybody with a live ticket.

    Raises NoSuchDesign, Invalid for codes that are no live ticket, NothingToPrint, TooManyBadges.
    """
    if design and design != BY_TYPE:
        design = (await layout_of(event, design)).name
    async with transaction():
        tickets = await only(event, await tickets_for(event, codes, types), which)
        if not tickets and which != Which.ALL:
            raise NothingToPrint(NOBODY[which], field="which")
        if not tickets:
            raise NothingToPrint("Nobody has a ticket for these badges yet. Choose others, or wait for the first registration.")
        batch = await Batch.create(
            event=event,
            code=signing.secret(),
            design=design or BY_TYPE,
            whose=WHICH[which] + await _whose(event, codes, types),
            tickets=[ticket.code for ticket in tickets] if codes is not None or types or which != Which.ALL else None,
            which=which,
            piles=starts,
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
        sections = await sections_for(batch.event, piles(tickets, batch.piles), batch.design)
        body = await sections_pdf(batch.event, sections, marked=True)
    except Refused as refusal:
        less = " Printing one ticket type after the other takes less memory." if len(tickets) > MANY else ""
        await _close(batch, BatchState.FAILED, count=0, error=refusal.sentence[:200] + less)
    else:
        await _close(batch, BatchState.DONE, count=len(tickets), pdf=body, printed=tickets)


async def _close(
    batch: Batch, state: BatchState, *, count: int, pdf: bytes | None = None, error: str = "", printed: Sequence[Ticket] = ()
) -> None:
    async with transaction():
        if await Batch.filter(id=batch.id, state=BatchState.WAITING).select_for_update().first() is None:
            return
        await note_prints(batch.event_id, [(one.id, fingerprint(one)) for one in printed], "batch")
        await batch.change(state=state, count=count, pdf=pdf, error=error)
        await record("badge_batch.finished", batch, by="worker", state=state, count=count)


async def sweep() -> int:
    """Forget batches after a week: they hold names. Returns how many."""
    return await Batch.filter(created_at__lt=now() - KEEP).delete()
