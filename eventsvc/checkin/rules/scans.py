"""Recording scans: exactly one admission for each ticket and list, whoever races, and one answer for each scan id, for ever.

This is the hot path: raw SQL, two statements for a scan. The database decides the race: `uq_scan_admits` allows one admitting
scan for a ticket and list, `uq_scan_uuid` one scan for an id. Whoever comes second inserts nothing and looks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from eventsvc.audit.rules import record
from eventsvc.checkin.forms import ScanIn
from eventsvc.checkin.models import CheckinList, DoorRight, Scan, Verdict
from eventsvc.checkin.rules.admit import How, Known, Said, verdict
from eventsvc.checkin.rules.doors import Access
from eventsvc.checkin.rules.facts import PRESENCE, codes_of, door_of, fingerprint, inside, known, parsed
from eventsvc.checkin.rules.messages import First, message
from eventsvc.core.clock import now, utc
from eventsvc.core.db import fetch, on_sqlite, transaction
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import read_code
from eventsvc.ticketing.models import Order

TICKET = f"""SELECT t.id, t.code, t.name, t.organisation, t.job_title, t.state, t.ticket_type_id,
    t.passed_to_id, t.order_id, tt.code AS type_code, tt.name AS type_name, tt.days,
    f.at AS first_at, f.device AS first_device, f.created_at AS first_came, p.verdict AS last, p.happened_at AS last_at
  FROM ticket t JOIN ticket_type tt ON tt.id = t.ticket_type_id
  LEFT JOIN scan f ON f.checkin_list_id = $1 AND f.ticket_id = t.id AND f.admits
  LEFT JOIN scan p ON p.id = (SELECT q.id FROM scan q WHERE q.ticket_id = t.id AND q.checkin_list_id = $1 AND q.undone_at IS NULL
       AND q.verdict IN {PRESENCE} ORDER BY q.id DESC LIMIT 1)
  WHERE t.code = $2 AND t.event_id = $3"""  # noqa: S608

INSERT = """INSERT INTO scan (uuid, checkin_list_id, ticket_id, verdict, direction, device, made_by_id, at, happened_at, forced, admits,
    answers, answer, resolution, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14) ON CONFLICT DO NOTHING RETURNING id"""

ADD_ONS = "SELECT a.code FROM ticket_add_on x JOIN add_on a ON a.id = x.add_on_id WHERE x.ticket_id = $1 AND x.cancelled_at IS NULL"

ADMITS = (Verdict.WELCOME, Verdict.WELCOME_BACK)
LATE = timedelta(seconds=30)
"""A scan that took longer to arrive was made while its tablet could not ask."""


async def scan(
    checkin_list: CheckinList, scans: Sequence[ScanIn], *, device_now: datetime | None = None, by: Access = Access()
) -> list[dict[str, Any]]:
    """Judge and record scans in their order; the answers as the API gives them. A scan id sent again gets its first answer.

    `checkin_list` comes with its event and types. `device_now` is the device's clock as it sends; the difference to ours corrects
    `at` before it is held against the list's opening times. Several scans are one transaction.
    """
    drift = now() - device_now if device_now else None
    found = await codes_of(checkin_list, {one.hash for one in scans if one.hash})
    codes = {one.id: found.get(one.hash) if one.hash else read_code(one.code) for one in scans}
    if len(scans) == 1 and _alone(checkin_list, scans[0], drift):
        return [await _one(checkin_list, scans[0], codes[scans[0].id], drift, by)]
    first = await _answered(checkin_list, scans)
    async with transaction():
        await _hold(checkin_list, sorted({code for code in codes.values() if code}))
        answers = []
        for one in scans:
            key = str(one.id)
            if key not in first:
                first[key] = await _one(checkin_list, one, codes[one.id], drift, by)
            answers.append(first[key])
    return answers


def _alone(checkin_list: CheckinList, one: ScanIn, drift: timedelta | None) -> bool:
    """Is one INSERT all there is to write? Then it needs no transaction around it."""
    late = drift is not None and now() - (one.at + drift) >= LATE
    return checkin_list.capacity is None and not one.forced and not one.decided and not late


async def _hold(checkin_list: CheckinList, codes: list[str]) -> None:
    """Hold a batch's tickets in one order for all batches: two tablets with the same guests in opposite order would wait for each other.
    Where only so many may be inside, the list itself: one door at a time counts them."""
    if on_sqlite():
        return
    if checkin_list.capacity is not None:
        await fetch("SELECT id FROM checkin_list WHERE id = $1 FOR NO KEY UPDATE", checkin_list.id)
    if codes:
        places = ", ".join(f"${number}" for number in range(1, len(codes) + 1))
        await fetch(f"SELECT id FROM ticket WHERE code IN ({places}) ORDER BY id FOR NO KEY UPDATE", *codes)  # noqa: S608


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


async def _one(checkin_list: CheckinList, one: ScanIn, code: str | None, drift: timedelta | None, by: Access) -> dict[str, Any]:
    moment = one.at + (drift or timedelta(0))
    forced = bool(one.forced) and by.may(DoorRight.OVERRIDE)
    while True:
        rows = await fetch(TICKET, checkin_list.id, code, checkin_list.event_id) if code else []
        row = rows[0] if rows else None
        door = door_of(checkin_list)
        ticket = await _known(checkin_list, row) if row else None
        if checkin_list.capacity is not None:
            door = replace(door, inside=await inside(checkin_list.id))
        how = How(one.direction, forced, _admitted(one, row, moment, late=drift is not None), one.answers)
        said = verdict(ticket, door, moment, how)
        if said.verdict in ADMITS and one.decided and _turned_away(one.decided, moment):
            said = Said(one.decided)
        answer = _answer(checkin_list, one, row, said, message(said, ticket, door, moment, _first(row)))
        if row and row["state"] == "unpaid":
            answer["ticket"]["due"] = await _due(row["order_id"])
        if await _insert(checkin_list, one, row, said, answer, moment, by, forced=forced):
            if said.verdict == Verdict.CONFLICT:
                await record("scan.conflict", _InEvent(checkin_list, one), by=one.device, list=checkin_list.id)
            elif forced and said.verdict in ADMITS:
                await record("scan.forced", _InEvent(checkin_list, one), by=one.device, verdict=said.verdict)
            return answer
        # Somebody was faster: with this very scan, or with this ticket. In the second case, look again.
        if earlier := (await _answered(checkin_list, [one])).get(str(one.id)):
            return earlier


def _admitted(one: ScanIn, row: dict[str, Any] | None, moment: datetime, *, late: bool) -> bool:
    """Did the tablet let them in while it could not ask? It says so; one that does not say cannot have known of an admission that
    came to us after its own scan."""
    if one.decided or one.direction == "out":
        return one.decided in ADMITS
    if not late or row is None or not row["first_came"] or row["first_device"] == one.device or now() - moment < LATE:
        return False
    return parsed(row["first_came"]) > moment


def _turned_away(decided: Verdict, moment: datetime) -> bool:
    """A tablet sent somebody away while it could not ask, and they are gone: what changed since then does not let them in."""
    return decided not in (*ADMITS, Verdict.LEFT) and now() - moment >= LATE


async def _known(checkin_list: CheckinList, row: dict[str, Any]) -> Known:
    booked = bool(
        checkin_list.booked_only
        and await fetch(
            "SELECT id FROM signup WHERE session_id = $1 AND ticket_id = $2 AND state = 'going'", checkin_list.session_id, row["id"]
        )
    )
    extras = await fetch(ADD_ONS, row["id"]) if checkin_list.add_ons else []
    return known(row, booked=booked, add_ons=[one["code"] for one in extras])


async def _due(order_id: int) -> dict[str, Any]:
    """What is to be paid for the whole order."""
    order = await Order.get(id=order_id)
    return {"amount": order.due, "currency": order.currency}


def _first(row: dict[str, Any] | None) -> First | None:
    return First(parsed(row["first_at"]), row["first_device"]) if row and row["first_at"] else None


async def _insert(
    checkin_list: CheckinList,
    one: ScanIn,
    row: dict[str, Any] | None,
    said: Said,
    answer: dict[str, Any],
    moment: datetime,
    by: Access,
    *,
    forced: bool,
) -> bool:
    rows = await fetch(
        INSERT,
        str(one.id),
        checkin_list.id,
        row["id"] if row else None,
        str(said.verdict),
        one.direction,
        one.device or (by.device.name if by.device else ""),
        by.device.id if by.device else None,
        one.at,
        moment,
        (one.forced or "") if forced else "",
        said.verdict == Verdict.WELCOME,
        orjson.dumps(one.answers).decode(),
        orjson.dumps(answer).decode(),
        now(),
    )
    return bool(rows)


def _answer(checkin_list: CheckinList, one: ScanIn, row: dict[str, Any] | None, said: Said, sentence: str) -> dict[str, Any]:
    first = _first(row)
    return {
        "id": str(one.id),
        "verdict": str(said.verdict),
        "because": said.because,
        "ticket": {
            "code": row["code"],
            "hash": fingerprint(checkin_list.salt, row["code"]),
            "name": row["name"],
            "organisation": row["organisation"],
            "job_title": row["job_title"],
            "type": row["type_name"],
            "ticket_type": row["type_code"],
            "state": row["state"],
        }
        if row
        else None,
        "first_scan": {"at": utc(first.at), "device": first.device} if first else None,
        "message": sentence,
    }


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
