"""The printed programme: made once for each version of the event."""

from __future__ import annotations

import asyncio

from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.rules.people import bills
from eventsvc.badges.render.programme import programme_data
from eventsvc.badges.rules.press import press
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event

_lock: dict[str, asyncio.Lock] = {}
_last: dict[str, tuple[int, bytes]] = {}
"""The newest programme of an event, so that many who ask at once are one job of the press."""
MOST = 4


async def programme_pdf(event: Event) -> bytes:
    """The whole programme on A4 (tagged PDF, PDF/UA-1). Raises NotFound before there is one, PressFailed."""
    lock = _lock.setdefault(f"{id(asyncio.get_running_loop())}:{event.slug}", asyncio.Lock())
    async with lock:
        known = _last.get(event.slug)
        if known and known[0] == event.version:
            return known[1]
        body = await _make(event)
        _last.pop(event.slug, None)
        while len(_last) >= MOST:
            _last.pop(next(iter(_last)))
        _last[event.slug] = event.version, body
        return body


async def _make(event: Event) -> bytes:
    shown = Session.filter(event=event).exclude(state=SessionState.DRAFT).exclude(start=None).select_related("track", "room")
    sessions = await shown
    if not sessions:
        raise NotFound("The programme is not out yet.")
    return await press("programme.typ", await asyncio.to_thread(programme_data, event, sessions, await bills(event)))
