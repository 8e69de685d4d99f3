"""What the door looks like in numbers: arrivals by quarter of an hour, tablets, and how long people stayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from eventsvc.checkin.models import CheckinList, Scan
from eventsvc.checkin.rules.admit import day_of
from eventsvc.checkin.rules.facts import PRESENCE, parsed
from eventsvc.core.clock import now
from eventsvc.core.db import fetch
from eventsvc.ticketing.models import Ticket

QUARTER = timedelta(minutes=15)
MOST_BARS = 48
Walk = tuple[datetime, str]
"""A moment and `in` or `out`."""


@dataclass(frozen=True)
class Flow:
    """Of one list, on the last day anybody was scanned: arrivals by quarter of an hour, and by tablet all scans and admissions."""

    day: str
    quarters: list[tuple[str, int]]
    devices: list[tuple[str, int]]


async def flow(checkin_list: CheckinList) -> Flow:
    rows = await fetch(
        "SELECT happened_at, device, verdict FROM scan WHERE checkin_list_id = $1 AND undone_at IS NULL ORDER BY id", checkin_list.id
    )
    zone = checkin_list.event.timezone
    moments = [parsed(row["happened_at"]) for row in rows if row["verdict"] in ("welcome", "welcome_back")]
    day = max((day_of(moment, zone) for moment in moments), default="")
    arrivals = Counter(_quarter(checkin_list.event.local(moment)) for moment in moments if day_of(moment, zone) == day)
    return Flow(day, _without_gaps(arrivals), Counter(row["device"] or "no name" for row in rows).most_common(20))


def _quarter(local: datetime) -> datetime:
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)


def _without_gaps(arrivals: Counter[datetime]) -> list[tuple[str, int]]:
    """Every quarter from the first to the last, the last MOST_BARS of them."""
    if not arrivals:
        return []
    moment, last = min(arrivals), max(arrivals)
    moment = max(moment, last - QUARTER * (MOST_BARS - 1))
    found = []
    while moment <= last:
        found.append((f"{moment:%H:%M}", arrivals[moment]))
        moment += QUARTER
    return found


@dataclass(frozen=True)
class Stay:
    """How long somebody was there."""

    ticket: Ticket
    minutes: int
    came: datetime
    left: datetime | None


async def stays(checkin_list: CheckinList) -> list[Stay]:
    """Everybody who was scanned in, by name. Of a session's door only the session's own time counts; who did not scan out stayed until
    it ended, or until now."""
    session = checkin_list.session
    begin = session.start if session else None
    end = (session.end if session else None) or checkin_list.closes_at
    rows = await Scan.filter(checkin_list=checkin_list, undone_at=None, ticket_id__not_isnull=True).order_by(
        "ticket_id", "happened_at", "id"
    )
    walks = {
        number: [(one.happened_at, "out" if one.verdict == "left" else "in") for one in group if f"'{one.verdict}'" in PRESENCE]
        for number, group in groupby(rows, key=lambda one: one.ticket_id)
    }
    people = await Ticket.filter(id__in=[number for number in walks if number]).select_related("ticket_type")
    return sorted((_stay(one, walks[one.id], begin, end) for one in people if walks[one.id]), key=lambda stay: stay.ticket.folded)


def _stay(ticket: Ticket, walk: list[Walk], begin: datetime | None, end: datetime | None) -> Stay:
    last_moment, last_way = walk[-1]
    return Stay(ticket, minutes(walk, begin, end, now()), walk[0][0], last_moment if last_way == "out" else None)


def minutes(walk: Iterable[Walk], begin: datetime | None, end: datetime | None, moment: datetime) -> int:
    """Minutes inside: from each coming in to the next going out, within begin and end. An open end is `end` or, before that, `moment`."""
    close = min(end, moment) if end else moment
    total, since = timedelta(0), None
    for at, way in [*walk, (close, "out")]:
        if way == "in":
            since = since or at
        elif since:
            total += max(timedelta(0), min(at, close) - (max(since, begin) if begin else since))
            since = None
    return round(total.total_seconds() / 60)
