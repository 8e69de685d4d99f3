"""Waiting for other devices' scans: many tablets wait in one process, and few questions are asked of the database."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from eventsvc.checkin.models import CheckinList
from eventsvc.checkin.rules.roster import scans_since
from eventsvc.core.db import fetch

EVERY = 0.3
LONGEST = 20.0

_newest: dict[int, tuple[tuple[Any, ...], float]] = {}
_stopped = False


def stop() -> None:
    """The server is told to stop: nobody waits any more."""
    global _stopped
    _stopped = True


async def wait(checkin_list: CheckinList, since: str | None, seconds: float) -> dict[str, Any]:
    """`scans_since`, as soon as there is something new, or after `seconds`."""
    until = time.monotonic() + min(seconds, LONGEST)
    seen: tuple[Any, ...] = ()
    while True:
        newest = await _look(checkin_list.id)
        if newest != seen:
            seen = newest
            found = await scans_since(checkin_list, since)
            if found["fresh"]:
                return found
        if _stopped or time.monotonic() >= until:
            return await scans_since(checkin_list, since)
        await asyncio.sleep(EVERY)


async def _look(list_id: int) -> tuple[Any, ...]:
    """What the newest thing is, at most EVERY old: shared by all who wait for this list here."""
    known = _newest.get(list_id)
    if known and known[1] > time.monotonic():
        return known[0]
    rows = await fetch(
        """SELECT (SELECT max(id) FROM scan WHERE checkin_list_id = $1) AS a,
             (SELECT max(undone_at) FROM scan WHERE checkin_list_id = $1) AS b""",
        list_id,
    )
    found = (rows[0]["a"], rows[0]["b"])
    if len(_newest) > 500:
        _newest.clear()
    _newest[list_id] = found, time.monotonic() + EVERY * 0.9
    return found
