"""Who may keep listening."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request

from eventsvc.accounts import rules as accounts
from eventsvc.events.models import Event, Membership
from eventsvc.live import routes
from tests.make import make_event
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def _listening(event: Event) -> Request:
    """Olga's request for the organisers' stream."""
    async with await signed_in("olga", event) as olga:
        cookie = f"{accounts.cookie_name()}={olga.cookies[accounts.cookie_name()]}"
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode())], "path_params": {"event": event.slug}, "state": {}})


async def test_whoever_is_taken_off_the_team_hears_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "RECHECK", 0.01)
    event = await make_event()
    ends = asyncio.create_task(routes._sent_away(await _listening(event)))

    await asyncio.sleep(0.2)
    before = ends.done()
    await Membership.filter(event=event).delete()
    await asyncio.wait_for(ends, 10)

    assert (before, ends.done()) == (False, True)
