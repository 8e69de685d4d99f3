"""What a tablet is told: who is expected, and what other tablets scanned. Both by what changed since a cursor.

On PostgreSQL a row's number or time can become visible after a later one's: its transaction ended later. So a cursor lags a few
seconds behind, and rows near it are told twice; the tablet knows them by hash and by scan id.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from eventsvc.checkin.models import CheckinList, DoorRight
from eventsvc.checkin.rules.admit import day_of
from eventsvc.checkin.rules.doors import Access
from eventsvc.checkin.rules.facts import PRESENCE, fingerprint, listed, parsed, presence
from eventsvc.core import briefly, signing
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch
from eventsvc.core.text import is_number

LAG = timedelta(seconds=5)

TICKETS = f"""SELECT t.code, t.name, t.organisation, t.job_title, t.email, t.state, t.changed_at, t.ticket_type_id, t.passed_to_id,
    tt.code AS type_code, tt.name AS type_name, tt.days, o.code AS order_code, f.at AS first_at, f.device AS first_device,
    p.verdict AS last, p.at AS last_scanned, p.happened_at AS last_at, p.device AS last_device
  FROM ticket t JOIN ticket_type tt ON tt.id = t.ticket_type_id JOIN ticket_order o ON o.id = t.order_id
  LEFT JOIN scan f ON f.checkin_list_id = $1 AND f.ticket_id = t.id AND f.admits
  LEFT JOIN scan p ON p.id = (SELECT q.id FROM scan q WHERE q.ticket_id = t.id AND q.checkin_list_id = $1 AND q.undone_at IS NULL
       AND q.verdict IN {PRESENCE} ORDER BY q.id DESC LIMIT 1)
  WHERE t.event_id = $2"""  # noqa: S608
CHANGED = """ AND (t.changed_at >= $3 OR t.id IN (SELECT ticket_id FROM scan WHERE checkin_list_id = $1 AND id > $4)
  OR t.id IN (SELECT ticket_id FROM scan WHERE checkin_list_id = $1 AND undone_at >= $3))"""


async def roster(checkin_list: CheckinList, since: str | None, by: Access = Access()) -> dict[str, Any]:
    """Tickets of the list's types, all or those changed (or scanned) since the cursor. Cancelled ones are told as cancelled.

    `whole`: this replaces all that the tablet knew. `others`: live tickets of the event that this list does not take; `removed`:
    tickets that were on it.
    """
    rules = utc_ms(checkin_list.changed_at)
    cursor = f"{utc_ms(now() - LAG)}.{await _cursor_of(checkin_list)}.{rules}"
    after, scan, known = [*(since or "").split("."), "", ""][:3]
    moment = _moment(after)
    whole = moment is None or known != rules
    if whole or moment is None:
        rows = await fetch(TICKETS, checkin_list.id, checkin_list.event_id)
    else:
        rows = await fetch(TICKETS + CHANGED, checkin_list.id, checkin_list.event_id, moment, int(scan) if is_number(scan) else 0)
    types = None if checkin_list.all_types else {one.ticket_type_id for one in checkin_list.types}
    here = [row for row in rows if types is None or row["ticket_type_id"] in types]
    elsewhere = [
        fingerprint(checkin_list.salt, row["code"])
        for row in rows
        if types is not None and row["ticket_type_id"] not in types and row["state"] != "cancelled"
    ]
    zone, sensitive = checkin_list.event.timezone, by.may(DoorRight.SENSITIVE)
    today = day_of(now(), zone)
    return {
        "cursor": cursor,
        "salt": checkin_list.salt,
        "whole": whole,
        "tickets": [_ticket(row, checkin_list.salt, zone, today, sensitive=sensitive) for row in here],
        "removed": [] if whole else elsewhere,
        "others": elsewhere if whole else [],
        "booked": await _booked(checkin_list),
    }


def _ticket(row: dict[str, Any], salt: str, zone: str, today: str, *, sensitive: bool) -> dict[str, Any]:
    code = row["code"]
    day = day_of(parsed(row["last_at"]), zone) if row["last_at"] else None
    return {
        "hash": fingerprint(salt, code),
        "code_tail": code[-4:],
        "name": row["name"],
        "organisation": row["organisation"],
        "job_title": row["job_title"],
        "type": row["type_name"],
        "ticket_type": row["type_code"],
        "state": row["state"],
        "flags": ["passed_on"] if row["passed_to_id"] is not None else [],
        "version": int(parsed(row["changed_at"]).timestamp() * 1000),
        "days": listed(row["days"]) or None,
        "add_ons": [],
        "party": fingerprint(salt, row["order_code"])[:12],
        "hint": _hint(row["email"]),
        **({"email": row["email"]} if sensitive else {}),
        "presence": {
            "state": presence(row["last"]),
            "at": utc(parsed(row["last_scanned"])) if row["last_scanned"] else None,
            "entered": utc(parsed(row["last_at"])) if row["last_at"] else None,
            "device": row["last_device"] or "",
            "day": day,
            "today": day == today,
            "first": {"at": utc(parsed(row["first_at"])), "device": row["first_device"]} if row["first_at"] else None,
        },
    }


def _hint(email: str) -> str:
    """Enough to ask “which address did you use?”, and no more: l…@example.org"""
    name, _, host = email.partition("@")
    return f"{name[:1]}…@{host}" if host else ""


async def _booked(checkin_list: CheckinList) -> list[str] | None:
    """Who has a place in the list's session, all of them each time: a place given back leaves no trace. None where none is needed."""
    if not checkin_list.booked_only:
        return None
    rows = await fetch(
        "SELECT t.code FROM signup s JOIN ticket t ON t.id = s.ticket_id WHERE s.session_id = $1 AND s.state = 'going'",
        checkin_list.session_id,
    )
    return [fingerprint(checkin_list.salt, row["code"]) for row in rows]


SCANS = """SELECT s.id, s.uuid, s.verdict, s.direction, s.device, s.at, s.happened_at, s.created_at, s.undone_at, s.resolved_at,
    t.code, t.name
  FROM scan s LEFT JOIN ticket t ON t.id = s.ticket_id
  WHERE s.checkin_list_id = $1 AND (s.id > $2 OR s.undone_at >= $3 OR (s.verdict = 'conflict' AND s.resolved_at >= $3))
  ORDER BY s.id LIMIT $4"""
AT_ONCE = 1000


async def scans_since(checkin_list: CheckinList, since: str | None) -> dict[str, Any]:
    """Scans of all devices after the cursor, undone ones marked. `fresh`: is there anything that the last answer did not tell?"""
    parts = (since or "").split(".")
    after, moment, told = int(parts[0]) if is_number(parts[0]) else 0, _moment(parts[1] if len(parts) > 1 else None), parts[-1]
    recent = now() - LAG
    rows = await fetch(SCANS, checkin_list.id, after, moment or now(), AT_ONCE)
    full = len(rows) == AT_ONCE
    settled = max([after, *(row["id"] for row in rows if parsed(row["created_at"]) < recent)])
    until = (moment or recent) if full else recent
    again = [row for row in rows if row["id"] > settled or (row["undone_at"] and parsed(row["undone_at"]) >= until)]
    return {
        "scans": [_scan(row, checkin_list.salt) for row in rows],
        "cursor": f"{settled}.{utc_ms(until)}.{_mark(again)}",
        "fresh": full or len(parts) < 3 or _mark(rows) != told,
    }


def _mark(rows: list[dict[str, Any]]) -> str:
    """What tells one set of rows from another."""
    return signing.hashed(" ".join(f"{row['id']}{'u' if row['undone_at'] else ''}{'r' if row['resolved_at'] else ''}" for row in rows))[:10]


def _scan(row: dict[str, Any], salt: str) -> dict[str, Any]:
    return {
        "id": row["uuid"],
        "hash": fingerprint(salt, row["code"]) if row["code"] else None,
        "name": row["name"],
        "verdict": row["verdict"],
        "direction": row["direction"],
        "device": row["device"],
        "at": utc(parsed(row["at"])),
        "happened_at": utc(parsed(row["happened_at"])),
        "undone": row["undone_at"] is not None,
        "resolved": row["resolved_at"] is not None,
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
