"""What a tablet is told: who is expected, and what other tablets scanned. Both by what changed since a cursor.

On PostgreSQL a row's number or time can become visible after a later one's: its transaction ended later. So a cursor lags a few
seconds behind, and rows near it are told twice; the tablet knows them by hash and by scan id.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise.expressions import Q

from eventsvc.checkin.models import CheckinList, Scan
from eventsvc.core import briefly
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch
from eventsvc.core.text import is_number
from eventsvc.ticketing.models import Ticket

LAG = timedelta(seconds=5)


def fingerprint(salt: str, code: str) -> str:
    """First 16 bytes of SHA-256(salt ‖ code), hex: a stolen tablet cannot print tickets."""
    return hashlib.sha256(bytes.fromhex(salt) + code.encode("ascii")).hexdigest()[:32]


async def roster(checkin_list: CheckinList, since: str | None) -> dict[str, Any]:
    """Tickets of the list's types, all or those changed since the cursor. Cancelled ones are told as cancelled, not left out."""
    cursor = utc_ms(now() - LAG)
    found = Ticket.filter(event_id=checkin_list.event_id).select_related("ticket_type")
    if not checkin_list.all_types:
        found = found.filter(ticket_type_id__in=[one.ticket_type_id for one in checkin_list.types])
    if after := _moment(since):
        found = found.filter(changed_at__gte=after)
    tickets = [
        {
            "hash": fingerprint(checkin_list.salt, ticket.code),
            "code_tail": ticket.code[-4:],
            "name": ticket.name,
            "organisation": ticket.organisation,
            "type": ticket.ticket_type.name,
            "state": str(ticket.state),
            "flags": [],
            "version": int(ticket.changed_at.timestamp() * 1000),
        }
        for ticket in await found.order_by("id")
    ]
    return {"cursor": cursor, "salt": checkin_list.salt, "tickets": tickets, "removed": []}


async def scans_since(checkin_list: CheckinList, since: str | None) -> dict[str, Any]:
    """Scans of all devices after the cursor, undone ones marked."""
    after = int(since) if since and is_number(since) else 0
    recent = now() - LAG
    found = Scan.filter(checkin_list=checkin_list).filter(Q(id__gt=after) | Q(created_at__gte=recent) | Q(undone_at__gte=recent))
    rows = await found.order_by("id").limit(1000).select_related("ticket")
    settled = [row.id for row in rows if row.created_at < recent]
    return {
        "scans": [
            {
                "id": row.uuid,
                "hash": fingerprint(checkin_list.salt, row.ticket.code) if row.ticket else None,
                "name": row.ticket.name if row.ticket else None,
                "verdict": str(row.verdict),
                "direction": row.direction,
                "device": row.device,
                "at": utc(row.at),
                "undone": row.undone_at is not None,
            }
            for row in rows
        ],
        "cursor": str(max([after, *settled])),
    }


async def cursor_of(checkin_list: CheckinList) -> str:
    """Where `scans_since` may go on from. It lags anyway, so it is kept for a moment."""
    return await briefly.keep(("cursor", checkin_list.id), lambda: _cursor_of(checkin_list))


async def _cursor_of(checkin_list: CheckinList) -> str:
    rows = await fetch(
        "SELECT id FROM scan WHERE checkin_list_id = $1 AND created_at < $2 ORDER BY id DESC LIMIT 1", checkin_list.id, now() - LAG
    )
    return str(rows[0]["id"] if rows else 0)


def utc_ms(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _moment(cursor: str | None) -> datetime | None:
    return datetime.fromtimestamp(int(cursor) / 1000, UTC) if cursor and is_number(cursor) and len(cursor) < 15 else None
