"""Where the event's home leads."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.core.clock import now
from tests.make import make_call, make_event

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_the_home_leads_to_a_call_while_it_is_open(client: httpx.AsyncClient) -> None:
    calling, closed, without = await make_event(), await make_event(), await make_event()
    await make_call(calling)
    await make_call(closed, closes_at=now() - timedelta(days=1))

    pages = [(await client.get(f"/{event.slug}/")).text for event in (calling, closed, without)]

    assert [f'/{event.slug}/cfp"' in page for event, page in zip((calling, closed, without), pages, strict=True)] == [True, False, False]
