"""Which version of a thing is the newest, known without asking the database at every request.

A change in this process is seen at once (`changed`), one in another process within half a second.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

TTL = 0.5
SETTLE = 5.0

look_up: Callable[[str], Awaitable[int | None]] | None = None
"""Asks the database for the version of a key; set once by `app.py`."""

_known: dict[str, tuple[int | None, float]] = {}
_unsettled: dict[str, float] = {}


def changed(key: str) -> None:
    """Said by whoever changes what `key` shows, inside the transaction. Until it has surely ended, every request asks anew."""
    _known.pop(key, None)
    _unsettled[key] = time.monotonic() + SETTLE


async def current(key: str) -> int | None:
    """The version of `key`; None when it is not there (any more)."""
    moment = time.monotonic()
    known = _known.get(key)
    if known and moment - known[1] < TTL and _unsettled.get(key, 0) < moment:
        return known[0]
    assert look_up is not None
    found = await look_up(key)
    if len(_known) > 10_000:
        _known.clear()
    _known[key] = found, moment
    return found


def renew(key: str) -> None:
    """Said by whoever saw that another process changed what `key` shows."""
    _known.pop(key, None)


def forget() -> None:
    _known.clear()
    _unsettled.clear()
