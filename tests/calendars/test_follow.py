"""Who may follow by mail, and the pages and links that begin and end it."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.calendars.models import Follower
from eventsvc.calendars.rules import following
from eventsvc.core.clock import now
from eventsvc.speakers.models import Assistant
from eventsvc.ticketing.models import TicketState
from tests.calendars.post import following_ada
from tests.make import make_event, make_speaker, make_ticket

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_following_is_refused_without_an_address_with_a_dead_ticket_and_after_the_event() -> None:
    event = await make_event()
    over = await make_event(start=event.start - timedelta(days=9), end=event.end - timedelta(days=9))
    cancelled = await make_ticket(event, state=TicketState.CANCELLED)

    for where, who, refusal in (
        (event, await make_speaker(event), following.NoAddress),
        (event, cancelled, following.Over),
        (over, await make_ticket(over), following.Over),
    ):
        with pytest.raises(refusal):
            await following.follow(where, who)

    assert await Follower.all().count() == 0


async def test_the_page_begins_and_ends_the_letters(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, speaker = await make_ticket(event), await make_speaker(event, email="sam@example.org")
    paths = [f"/{event.slug}/my/{ticket.secret}/calendar", f"/{event.slug}/speaker/{speaker.secret}/calendar"]

    before = [(await client.get(path)).text.count("Send my sessions by mail") for path in paths]
    begun = [(await client.post(path, data={"do": "follow"}, follow_redirects=True)).text.count("Stop these letters") for path in paths]
    ended = [(await client.post(path, data={"do": "stop"}, follow_redirects=True)).text.count("Send my sessions by mail") for path in paths]
    wrong = await client.post(f"/{event.slug}/my/wrong/calendar", data={"do": "follow"})

    assert (before, begun, ended) == ([1, 1], [1, 1], [1, 1])
    assert wrong.status_code == 404


async def test_the_link_in_a_letter_asks_first_and_a_mail_programs_own_button_does_not(client: httpx.AsyncClient) -> None:
    event, ticket, _ = await following_ada()
    address = following.stop_address(event, await Follower.get()).removeprefix("http://testserver")
    looked = await client.get(address)
    still = await following.follows(ticket)

    async with httpx.AsyncClient(transport=client._transport, base_url="http://testserver") as program:
        answer = await program.post(
            address, content="List-Unsubscribe=One-Click", headers={"content-type": "application/x-www-form-urlencoded"}
        )

    assert (looked.status_code, still, answer.status_code, await following.follows(ticket)) == (200, True, 200, False)


async def test_a_made_up_link_or_one_of_another_event_ends_nothing(client: httpx.AsyncClient) -> None:
    event, ticket, _ = await following_ada()
    other = await make_event()
    address = following.stop_address(event, await Follower.get()).removeprefix("http://testserver")

    answers = [await client.post(path) for path in (address[:-3] + "xyz", address.replace(event.slug, other.slug, 1))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await following.follows(ticket)


async def test_an_assistant_sees_the_calendar_until_their_link_is_taken_back_and_chooses_no_letters(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, email="sam@example.org")
    assistant = await Assistant.create(speaker=speaker, name="Alex", email="alex@example.org")
    area = f"/{event.slug}/speaker/{assistant.secret}"

    feed, page = await client.get(f"{area}.ics"), await client.get(f"{area}/calendar")
    refused = await client.post(f"{area}/calendar", data={"do": "follow"})
    await assistant.change(revoked_at=now())
    after = [(await client.get(path)).status_code for path in (f"{area}.ics", f"{area}/calendar")]

    assert (feed.status_code, page.status_code, refused.status_code, after) == (200, 200, 403, [404, 404])
    assert speaker.secret not in feed.text + page.text
    assert "by mail</h2>" not in page.text.lower()
    assert await Follower.all().count() == 0


async def test_ones_own_data_says_whether_one_follows(client: httpx.AsyncClient) -> None:
    event, ticket, _ = await following_ada()
    path = f"/{event.slug}/my/{ticket.secret}/data.json"
    on = (await client.get(path)).json()["calendar_by_mail"]

    await following.stop(ticket)

    assert (on, (await client.get(path)).json()["calendar_by_mail"]) == (True, False)
