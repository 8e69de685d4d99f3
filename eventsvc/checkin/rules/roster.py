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
from eventsvc.ticketing.models import Order, OrderState

LAG = timedelta(seconds=5)

TICKETS = """SELECT t.id, t.code, t.name, t.organisation, t.job_title, t.email, t.state, t.changed_at, t.ticket_type_id, t.passed_to_id,
    tt.code AS type_code, tt.name AS type_name, tt.days, o.code AS order_code, o.state AS order_state, o.total, o.paid, o.let_go, o.currency
  FROM ticket t JOIN ticket_type tt ON tt.id = t.ticket_type_id JOIN ticket_order o ON o.id = t.order_id
  WHERE t.event_id = $1"""
WALKS = f"""SELECT ticket_id, verdict, at, happened_at, device, admits FROM scan
  WHERE checkin_list_id = $1 AND undone_at IS NULL AND verdict IN {PRESENCE}"""  # noqa: S608
FEW = 500
"""So many tickets are asked for by number; more of them, and reading all scans of the list once is quicker."""
EXTRAS = """SELECT x.ticket_id, a.code, a.hand_out FROM ticket_add_on x JOIN add_on a ON a.id = x.add_on_id
  WHERE a.event_id = $1 AND x.cancelled_at IS NULL"""
CHANGED = """ AND (t.changed_at >= $2 OR t.id IN (SELECT ticket_id FROM scan WHERE checkin_list_id = $3 AND id > $4)
  OR t.id IN (SELECT ticket_id FROM scan WHERE checkin_list_id = $3 AND undone_at >= $2))"""


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
        rows = await fetch(TICKETS, checkin_list.event_id)
    else:
        rows = await fetch(TICKETS + CHANGED, checkin_list.event_id, moment, checkin_list.id, int(scan) if is_number(scan) else 0)
    types = None if checkin_list.all_types else {one.ticket_type_id for one in checkin_list.types}
    here = [row for row in rows if types is None or row["ticket_type_id"] in types]
    elsewhere = [
        fingerprint(checkin_list.salt, row["code"])
        for row in rows
        if types is not None and row["ticket_type_id"] not in types and row["state"] != "cancelled"
    ]
    zone, sensitive = checkin_list.event.timezone, by.may(DoorRight.SENSITIVE)
    till = checkin_list.pay_at_door or by.may(DoorRight.WALK_IN)
    today = day_of(now(), zone)
    numbers = [row["id"] for row in here]
    last, first = await _walks(checkin_list.id, numbers)
    extras = await _extras(checkin_list.event_id, numbers)
    return {
        "cursor": cursor,
        "salt": checkin_list.salt,
        "whole": whole,
        "tickets": [
            _ticket(row, checkin_list.salt, sensitive=sensitive)
            | _taken(extras.get(row["id"], []))
            | (_due(row) if till and row["state"] == "unpaid" else {})
            | {"presence": _presence(last.get(row["id"]), first.get(row["id"]), zone, today)}
            for row in here
        ],
        "removed": [] if whole else elsewhere,
        "others": elsewhere if whole else [],
        "booked": await _booked(checkin_list),
    }


async def _walks(list_id: int, numbers: list[int]) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """Of each ticket, its last scan that says where it is, and the one that let it in."""
    rows = await fetch(f"{WALKS}{_among('ticket_id', numbers, 2)} ORDER BY id", list_id, *(numbers if len(numbers) <= FEW else []))
    return {row["ticket_id"]: row for row in rows}, {row["ticket_id"]: row for row in rows if row["admits"]}


async def _extras(event_id: int, numbers: list[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    order = f"{EXTRAS}{_among('x.ticket_id', numbers, 2)} ORDER BY a.position, a.id"
    for row in await fetch(order, event_id, *(numbers if len(numbers) <= FEW else [])):
        found.setdefault(row["ticket_id"], []).append(row)
    return found


def _among(column: str, numbers: list[int], first: int) -> str:
    """A condition on few numbers; none on many."""
    if len(numbers) > FEW:
        return ""
    return f" AND {column} IN ({', '.join(f'${first + index}' for index in range(len(numbers))) or 'NULL'})"


def _ticket(row: dict[str, Any], salt: str, *, sensitive: bool) -> dict[str, Any]:
    code = row["code"]
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
        "party": fingerprint(salt, row["order_code"])[:12],
        "hint": _hint(row["email"]),
        **({"email": row["email"]} if sensitive else {}),
    }


def _taken(extras: list[dict[str, Any]]) -> dict[str, Any]:
    return {"add_ons": [one["code"] for one in extras], "hand_out": [one["hand_out"] for one in extras if one["hand_out"]]}


def _due(row: dict[str, Any]) -> dict[str, Any]:
    """What is to be paid for the whole order, for doors that take money."""
    order = Order(state=OrderState(row["order_state"]), total=row["total"], paid=row["paid"], let_go=row["let_go"])
    return {"due": {"amount": order.due, "currency": row["currency"]}} if order.due else {}


def _presence(last: dict[str, Any] | None, first: dict[str, Any] | None, zone: str, today: str) -> dict[str, Any]:
    if last is None:
        return {"state": "never", "at": None, "entered": None, "device": "", "day": None, "today": False, "first": None}
    entered = parsed(last["happened_at"])
    day = day_of(entered, zone)
    return {
        "state": presence(last["verdict"]),
        "at": utc(parsed(last["at"])),
        "entered": utc(entered),
        "device": last["device"],
        "day": day,
        "today": day == today,
        "first": {"at": utc(parsed(first["at"])), "device": first["device"]} if first else None,
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
