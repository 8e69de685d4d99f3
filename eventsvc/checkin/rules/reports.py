"""Scans as CSV."""

from __future__ import annotations

from eventsvc.checkin.models import Scan
from eventsvc.core.text import as_csv
from eventsvc.events.models import Event


async def scans_csv(event: Event) -> str:
    """One line a scan, in order of arrival, times in the event's zone."""
    scans = await Scan.filter(checkin_list__event=event).order_by("id").select_related("ticket", "checkin_list")
    return as_csv(
        ["arrived", "scanned", "list", "device", "direction", "verdict", "ticket", "name", "organisation", "forced", "undone"],
        (
            [
                f"{event.local(s.created_at):%Y-%m-%d %H:%M:%S}",
                f"{event.local(s.at):%Y-%m-%d %H:%M:%S}",
                *(s.checkin_list.name, s.device, s.direction, s.verdict),
                *((s.ticket.code, s.ticket.name, s.ticket.organisation) if s.ticket else ("", "", "")),
                *(s.forced, f"{event.local(s.undone_at):%Y-%m-%d %H:%M:%S}" if s.undone_at else ""),
            ]
            for s in scans
        ),
    )
