"""Recording scans: exactly one admission for each ticket and list, whoever races, and one answer for each scan id, for ever.

This is the hot path: raw SQL, two statements for a scan. The database decides the race: `uq_scan_admits` allows one admitting
scan for a ticket and list, `uq_scan_uuid` one scan for an id. Whoever comes second inserts nothing and looks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from eventsvc.audit.rules import record
from eventsvc.checkin.forms import ScanIn
from eventsvc.checkin.models import CheckinList, Scan, Verdict
from eventsvc.checkin.rules.admit import Door, Known, verdict
from eventsvc.checkin.rules.messages import message
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch, on_sqlite, transaction
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import read_code

PRESENCE = "('welcome', 'welcome_back', 'left')"

TICKET = f"""SELECT t.id, t.code, t.name, t.organisation, t.job_title, t.state, t.ticket_type_id,
    tt.code AS type_code, tt.name AS type_name,
    f.at AS first_at, f.device AS first_device,
    (SELECT p.verdict FROM scan p WHERE p.ticket_id = t.id AND p.checkin_list_id = $1 AND p.undone_at IS NULL
       AND p.verdict IN {PRESENCE} ORDER BY p.id DESC LIMIT 1) AS last
  FROM ticket t JOIN ticket_type tt ON tt.id = t.ticket_type_id
  LEFT JOIN scan f ON f.checkin_list_id = $1 AND f.ticket_id = t.id AND f.admits
  WHERE t.code = $2 AND t.event_id = $3"""  # noqa: S608

INSERT = """INSERT INTO scan (uuid, checkin_list_id, ticket_id, verdict, direction, device, at, forced, admits, answer, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id"""


async def scan(checkin_list: CheckinList, scans: Sequence[ScanIn], *, device_now: datetime | None = None) -> list[dict[str, Any]]:
    """Judge and record scans in their order; the answers as the API gives them. A scan id sent again gets its first answer.

    `checkin_list` comes with its event and types. `device_now` is the device's clock as it sends; the difference to ours corrects
    `at` before it is held against the list's opening times. Several scans are one transaction.
    """
    drift = now() - device_now if device_now else timedelta(0)
    door = _door(checkin_list)
    if len(scans) == 1:
        return [await _one(checkin_list, door, scans[0], drift)]
    first = await _answered(checkin_list, scans)
    async with transaction():
        await _hold(scans)
        answers = []
        for one in scans:
            key = str(one.id)
            if key not in first:
                first[key] = await _one(checkin_list, door, one, drift)
            answers.append(first[key])
    return answers


async def _hold(scans: Sequence[ScanIn]) -> None:
    """Hold a batch's tickets in one order for all batches: two tablets with the same guests in opposite order would wait for each other."""
    codes = sorted({code for one in scans if (code := read_code(one.code))})
    if codes and not on_sqlite():
        places = ", ".join(f"${number}" for number in range(1, len(codes) + 1))
        await fetch(f"SELECT id FROM ticket WHERE code IN ({places}) ORDER BY id FOR NO KEY UPDATE", *codes)  # noqa: S608


def _door(checkin_list: CheckinList) -> Door:
    types = None if checkin_list.all_types else {str(one.ticket_type_id) for one in checkin_list.types}
    return Door(types, checkin_list.opens_at, checkin_list.closes_at, checkin_list.admit_unpaid)


async def _answered(checkin_list: CheckinList, scans: Sequence[ScanIn]) -> dict[str, dict[str, Any]]:
    """First answers of scans that were here before, by id."""
    if len(scans) == 1:
        rows = await fetch("SELECT uuid, answer FROM scan WHERE checkin_list_id = $1 AND uuid = $2", checkin_list.id, str(scans[0].id))
    else:
        rows = [
            dict(row)
            for row in await Scan.filter(checkin_list=checkin_list, uuid__in=[str(one.id) for one in scans]).values("uuid", "answer")
        ]
    return {row["uuid"]: _loads(row["answer"]) for row in rows}


def _loads(answer: Any) -> dict[str, Any]:
    """JSON comes as text from raw SQL and as data from the ORM."""
    data: dict[str, Any] = orjson.loads(answer) if isinstance(answer, str | bytes) else answer
    return data


async def _one(checkin_list: CheckinList, door: Door, one: ScanIn, drift: timedelta) -> dict[str, Any]:
    code = read_code(one.code)
    while True:
        rows = await fetch(TICKET, checkin_list.id, code, checkin_list.event_id) if code else []
        ticket = rows[0] if rows else None
        said = verdict(_known(ticket), door, one.at + drift, direction=one.direction, forced=bool(one.forced))
        answer = _answer(checkin_list, one, ticket, said)
        if await _insert(checkin_list, one, ticket, said, answer):
            if one.forced and said in (Verdict.WELCOME, Verdict.WELCOME_BACK):
                await record("scan.forced", _InEvent(checkin_list, one), by=one.device, verdict=said)
            return answer
        # Somebody was faster: with this very scan, or with this ticket. In the second case, look again.
        if earlier := (await _answered(checkin_list, [one])).get(str(one.id)):
            return earlier


def _known(ticket: dict[str, Any] | None) -> Known | None:
    if ticket is None:
        return None
    presence = {None: "never", "left": "out"}.get(ticket["last"], "in")
    return Known(ticket["state"], str(ticket["ticket_type_id"]), presence)


async def _insert(checkin_list: CheckinList, one: ScanIn, ticket: dict[str, Any] | None, said: Verdict, answer: dict[str, Any]) -> bool:
    rows = await fetch(
        INSERT,
        str(one.id),
        checkin_list.id,
        ticket["id"] if ticket else None,
        str(said),
        one.direction,
        one.device,
        one.at,
        one.forced or "",
        said == Verdict.WELCOME,
        orjson.dumps(answer).decode(),
        now(),
    )
    return bool(rows)


def _answer(checkin_list: CheckinList, one: ScanIn, ticket: dict[str, Any] | None, said: Verdict) -> dict[str, Any]:
    first_at = _moment(ticket["first_at"]) if ticket and ticket["first_at"] else None
    return {
        "id": str(one.id),
        "verdict": str(said),
        "ticket": {
            "code": ticket["code"],
            "name": ticket["name"],
            "organisation": ticket["organisation"],
            "job_title": ticket["job_title"],
            "type": ticket["type_name"],
            "ticket_type": ticket["type_code"],
            "state": ticket["state"],
        }
        if ticket
        else None,
        "first_scan": {"at": utc(first_at), "device": ticket["first_device"]} if ticket and first_at else None,
        "message": message(said, checkin_list, first_at, ticket["first_device"] if ticket else "", at=one.at),
    }


def _moment(value: Any) -> datetime:
    """Raw SQL gives a datetime on PostgreSQL and text on SQLite."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


class _InEvent:
    """A scan as the journal names it."""

    def __init__(self, checkin_list: CheckinList, one: ScanIn) -> None:
        self.event_id, self.uuid = checkin_list.event_id, str(one.id)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "scan", self.uuid


async def undo(checkin_list: CheckinList, uuid: str, *, by: str) -> Scan:
    """Take a scan back: the ticket can be admitted again. Undoing twice is harmless. Raises NotFound for another list's scan."""
    async with transaction():
        found = await Scan.select_for_update().get_or_none(checkin_list=checkin_list, uuid=uuid)
        if found is None:
            raise NotFound("There is no such scan on this list.")
        if found.undone_at is None:
            await found.change(undone_at=now(), admits=False)
            await record("scan.undone", checkin_list, by=by, scan=uuid, verdict=found.verdict)
    return found
