"""Counting attempts where every process can see them: sign-ins, guesses, orders from one address.

The key is stored as a keyed fingerprint, so the table holds no e-mail or network address.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tortoise import fields
from tortoise.models import Model

from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import fetch
from eventsvc.core.errors import TooMany


class Attempt(Model):
    key = fields.CharField(max_length=60, primary_key=True)
    count = fields.IntField(default=0)
    until = fields.DatetimeField()

    class Meta:
        table = "attempt"
        indexes = (("until",),)


def _window(per: timedelta) -> int:
    return int(now().timestamp() // per.total_seconds())


def _key(what: str, who: str, window: int) -> str:
    return f"{what}:{signing.mac('attempt', what, who, window)}"


async def check(what: str, who: str, *, limit: int, per: timedelta) -> None:
    """Where only failures are counted: raises TooMany once there are `limit` of them, before anybody learns whether this one is right."""
    found = await Attempt.get_or_none(key=_key(what, who, _window(per)))
    if found and found.count >= limit:
        raise TooMany


async def count(what: str, who: str, *, limit: int, per: timedelta) -> None:
    """Count one attempt of `who` at `what`. Raises TooMany past `limit` within a window of `per`."""
    window = _window(per)
    until = datetime.fromtimestamp((window + 1) * per.total_seconds(), UTC)
    rows = await fetch(
        """INSERT INTO attempt (key, count, until) VALUES ($1, 1, $2)
           ON CONFLICT (key) DO UPDATE SET count = attempt.count + 1 RETURNING count""",
        _key(what, who, window),
        until,
    )
    if rows[0]["count"] > limit:
        raise TooMany


async def forget() -> int:
    """Drop counters whose window is over. Returns how many."""
    return await Attempt.filter(until__lt=now()).delete()
