"""Scans and stays as CSV and XLSX, and scans found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from eventsvc.checkin.models import CheckinList, Scan, Verdict
from eventsvc.checkin.rules import figures
from eventsvc.core import tables
from eventsvc.core.errors import NotFound
from eventsvc.core.text import as_csv, fold
from eventsvc.events.models import Event

KINDS = ("csv", "xlsx")
HEAD = ["arrived", "scanned", "list", "device", "direction", "verdict", "ticket", "name", "organisation", "forced", "undone"]
STAY = ["name", "organisation", "ticket", "came", "left", "minutes"]
WIDTHS = {"arrived": 18, "scanned": 18, "list": 22, "device": 22, "ticket": 20, "name": 28, "organisation": 28, "forced": 28, "came": 18}


async def scans_csv(event: Event) -> str:
    """One line a scan, in order of arrival, times in the event's zone."""
    return as_csv(HEAD, ([_text(value) for value in row] for row in await _scans(event)))


async def scans_file(event: Event, kind: str) -> bytes:
    """The same as CSV or XLSX. Raises NotFound for another kind."""
    if kind == "csv":
        return (await scans_csv(event)).encode("utf-8-sig")
    if kind != "xlsx":
        raise NotFound("Scans come as CSV or XLSX.")
    return await asyncio.to_thread(tables.as_xlsx, "Scans", HEAD, await _scans(event), WIDTHS)


async def _scans(event: Event) -> list[Sequence[Any]]:
    scans = await Scan.filter(checkin_list__event=event).order_by("id").select_related("ticket", "checkin_list")
    return [
        [
            *(_plain(event, s.created_at), _plain(event, s.at)),
            *(s.checkin_list.name, s.device, s.direction, str(s.verdict)),
            *((s.ticket.code, s.ticket.name, s.ticket.organisation) if s.ticket else ("", "", "")),
            *(s.forced, _plain(event, s.undone_at)),
        ]
        for s in scans
    ]


async def stays_csv(checkin_list: CheckinList) -> str:
    """One line a person who was there, with minutes."""
    event = checkin_list.event
    return as_csv(
        STAY,
        (
            [
                *(one.ticket.name, one.ticket.organisation, one.ticket.ticket_type.name),
                *(_text(_plain(event, one.came)), _text(_plain(event, one.left)), str(one.minutes)),
            ]
            for one in await figures.stays(checkin_list)
        ),
    )


def found(event: Event, words: str, verdict: str, list_id: int | None) -> QuerySet[Scan]:
    """Scans, newest first, by a part of the name or device, by verdict, by list."""
    scans = Scan.filter(checkin_list__event=event).order_by("-id").select_related("ticket__ticket_type", "checkin_list")
    for word in fold(words).split():
        scans = scans.filter(Q(ticket__folded__contains=word) | Q(device__icontains=word))
    if verdict in set(Verdict):
        scans = scans.filter(verdict=verdict)
    return scans.filter(checkin_list_id=list_id) if list_id else scans


def _plain(event: Event, moment: datetime | None) -> datetime | None:
    """The event's local time without a zone, as spreadsheets have it."""
    return event.local(moment).replace(tzinfo=None, microsecond=0) if moment else None


def _text(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value or "")
