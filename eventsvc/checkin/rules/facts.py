"""Rows as the plain values that `admit` judges, and the fingerprints that stand for codes on a tablet."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

import orjson

from eventsvc.checkin.models import CheckinList
from eventsvc.checkin.rules.admit import Door, Known
from eventsvc.core.db import fetch

PRESENCE = "('welcome', 'welcome_back', 'left')"
"""Verdicts that say where somebody is."""


def fingerprint(salt: str, code: str) -> str:
    """First 16 bytes of SHA-256(salt ‖ code), hex: a stolen tablet cannot print tickets."""
    return hashlib.sha256(bytes.fromhex(salt) + code.encode("ascii")).hexdigest()[:32]


async def codes_of(checkin_list: CheckinList, hashes: set[str]) -> dict[str, str]:
    """The codes behind fingerprints: of people who were found by name on a tablet. It takes 20 ms for 20,000 tickets."""
    if not hashes:
        return {}
    codes = [str(row["code"]) for row in await fetch("SELECT code FROM ticket WHERE event_id = $1", checkin_list.event_id)]
    return {hash_: code for code in codes if (hash_ := fingerprint(checkin_list.salt, code)) in hashes}


def parsed(value: Any) -> datetime:
    """Raw SQL gives a datetime on PostgreSQL and text on SQLite."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def listed(value: Any) -> list[str]:
    """JSON comes as text from raw SQL."""
    found: list[str] = orjson.loads(value) if isinstance(value, str | bytes) else value
    return found


def door_of(checkin_list: CheckinList) -> Door:
    """A list, with its event and types, as its rule. How many are inside is asked only where it matters."""
    return Door(
        types=None if checkin_list.all_types else {str(one.ticket_type_id) for one in checkin_list.types},
        opens=checkin_list.opens_at,
        closes=checkin_list.closes_at,
        admit_unpaid=checkin_list.admit_unpaid,
        pay_at_door=checkin_list.pay_at_door,
        add_ons=checkin_list.add_ons or None,
        booked_only=checkin_list.booked_only,
        reentry=checkin_list.reentry,
        capacity=checkin_list.capacity,
        asks=checkin_list.asks,
        zone=checkin_list.event.timezone,
        name=checkin_list.name,
    )


def known(row: dict[str, Any], *, booked: bool = False, add_ons: Collection[str] = ()) -> Known:
    """A ticket's row (with `last`, `last_at`: its last scan on this list that says where it is) as what is judged."""
    return Known(
        state=row["state"],
        ticket_type=str(row["ticket_type_id"]),
        presence=presence(row["last"]),
        entered=parsed(row["last_at"]) if row["last_at"] else None,
        days=listed(row["days"]) or None,
        add_ons=add_ons,
        booked=booked,
        passed_on=row["passed_to_id"] is not None,
    )


def presence(last: str | None) -> str:
    return {None: "never", "left": "out"}.get(last, "in")


INSIDE = f"""SELECT checkin_list_id AS id, count(*) AS n FROM (
    SELECT checkin_list_id, verdict, row_number() OVER (PARTITION BY checkin_list_id, ticket_id ORDER BY id DESC) AS back
    FROM scan WHERE undone_at IS NULL AND verdict IN {PRESENCE} AND checkin_list_id IN (%s)) walked
  WHERE back = 1 AND verdict <> 'left' GROUP BY checkin_list_id"""  # noqa: S608
"""How many are inside, by list: one pass over its scans, whatever the database knows of the table."""


async def inside(list_id: int) -> int:
    """How many are inside now."""
    rows = await fetch(INSIDE % "$1", list_id)
    return int(rows[0]["n"]) if rows else 0
