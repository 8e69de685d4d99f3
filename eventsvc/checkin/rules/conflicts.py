"""Tickets that two tablets let in while they could not ask: an organiser looks, and says how it ended. No admission is taken back."""

from __future__ import annotations

from eventsvc.audit.rules import record
from eventsvc.checkin.models import CheckinList, Scan, Verdict
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event


async def waiting(event: Event) -> int:
    """How many conflicts nobody has looked after."""
    return await Scan.filter(checkin_list__event=event, verdict=Verdict.CONFLICT, resolved_at=None, undone_at=None).count()


async def of_event(event: Event) -> list[tuple[Scan, Scan | None]]:
    """Conflicts, those that wait first, each with the scan that had let the ticket in."""
    found = (
        await Scan.filter(checkin_list__event=event, verdict=Verdict.CONFLICT)
        .order_by("-id")
        .select_related("ticket__ticket_type", "checkin_list")
    )
    first = (
        {
            (one.checkin_list_id, one.ticket_id): one
            for one in await Scan.filter(checkin_list__event=event, admits=True, ticket_id__in=[one.ticket_id for one in found])
        }
        if found
        else {}
    )
    pairs = [(one, first.get((one.checkin_list_id, one.ticket_id))) for one in found]
    return sorted(pairs, key=lambda pair: pair[0].resolved_at is not None)


async def resolve(event: Event, uuid: str, note: str, *, by: str) -> Scan:
    """Somebody looked after a conflict; the tablets hear of it. A second time changes nothing. Raises NotFound."""
    async with transaction():
        found = await Scan.select_for_update().get_or_none(checkin_list__event=event, uuid=uuid, verdict=Verdict.CONFLICT)
        if found is None:
            raise NotFound("There is no such conflict at this event.")
        if found.resolved_at is None:
            await found.change(resolved_at=now(), resolution=note)
            await record("scan.resolved", await CheckinList.get(id=found.checkin_list_id), by=by, scan=uuid)
    return found
