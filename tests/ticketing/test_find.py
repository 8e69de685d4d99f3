"""Find my ticket: the owner of an address gets the links, a stranger learns nothing."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from eventsvc import worker
from eventsvc.mail.models import Letter
from eventsvc.ticketing.models import TicketState
from tests.make import make_event, make_ticket

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_the_answer_is_the_same_whether_there_is_a_ticket_or_not(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket(event, email="ada@example.org")

    known = await client.post(f"/{event.slug}/tickets/find", data={"email": "ada@example.org"})
    unknown = await client.post(f"/{event.slug}/tickets/find", data={"email": "eve@example.org"})

    assert known.text.replace("ada@", "eve@") == unknown.text
    assert await Letter.filter(kind="ticketing/links").values_list("to", flat=True) == ["ada@example.org"]


async def test_the_letter_holds_the_links_of_this_address_at_this_event_only(client: httpx.AsyncClient, outbox: Path) -> None:
    event, other = await make_event(), await make_event()
    mine = await make_ticket(event, email="ada@example.org", name="Ada")
    gone = await make_ticket(event, email="ada@example.org", state=TicketState.CANCELLED)
    elsewhere = await make_ticket(other, email="ada@example.org")
    stranger = await make_ticket(event, email="eve@example.org")

    await client.post(f"/{event.slug}/tickets/find", data={"email": " ADA@example.org "})
    await worker.drain()

    text = next(outbox.glob("*.eml")).read_text().replace("=\n", "")
    assert re.findall(r"/my/([\w-]+)$", text, re.M) == [mine.secret]
    assert [secret in text for secret in (gone.secret, elsewhere.secret, stranger.secret)] == [False] * 3


async def test_asking_ten_times_sends_one_letter(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket(event, email="ada@example.org")

    for _ in range(10):
        await client.post(f"/{event.slug}/tickets/find", data={"email": "ada@example.org"})

    assert await Letter.filter(kind="ticketing/links").count() == 1


async def test_a_wrong_address_is_said_beside_the_field(client: httpx.AsyncClient) -> None:
    event = await make_event()

    answer = await client.post(f"/{event.slug}/tickets/find", data={"email": "not-an-address"})

    assert answer.status_code == 422
    assert "Check the email address" in answer.text
    assert 'value="not-an-address"' in answer.text
