"""Things that every scan needs and that hardly ever change, kept for two seconds: a token, an event, a check-in list.

A change in this process forgets them at once (`forget`); one in another process shows within two seconds. Nothing that decides
about money or places goes through here.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
SECONDS = 2.0
MOST = 500

_kept: dict[tuple[Any, ...], tuple[Any, float]] = {}


async def keep(key: tuple[Any, ...], load: Callable[[], Awaitable[T]]) -> T:
    """What `load` gives, at most SECONDS old. A refusal is not kept."""
    moment = time.monotonic()
    known = _kept.get(key)
    if known and known[1] > moment:
        found: T = known[0]
        return found
    loaded = await load()
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[key] = loaded, moment + SECONDS
    return loaded


def forget() -> None:
    """Something that may be kept has changed."""
    _kept.clear()
