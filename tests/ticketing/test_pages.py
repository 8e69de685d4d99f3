"""Registration on the page, the order behind its link, My day, and the organiser's side."""

from __future__ import annotations

import re

import httpx
import pytest

from eventsvc.mail.models import Letter
from eventsvc.ticketing.models import Order, OrderState, Ticket, TicketState
from tests.make import make_event, make_session, make_ticket, make_ticket_type
from tests.people import signed_in
from tests.queries import counted

FREE = {"once": "a", "do": "order", "email": "Ada@Example.org", "tickets-0-name": "Ada  Lovelace", "tickets-0-organisation": "NHS"}


async def test_a_free_ticket_takes_one_form_and_leads_to_my_day(client: httpx.AsyncClient) -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    form = (await client.get(f"/{event.slug}/tickets")).text

    answer = await client.post(f"/{event.slug}/tickets", data={**FREE, "tickets-0-ticket_type": free.code})

    ticket = await Ticket.get(event=event)
    typed = re.findall(r'<input id="[^"]+" name="[^"]+" type="(?:text|email)"', form)
    assert len(typed) == 4
    assert answer.headers["location"] == f"/{event.slug}/my/{ticket.secret}?new=1"
    assert (ticket.name, ticket.email, ticket.organisation) == ("Ada Lovelace", "ada@example.org", "NHS")


async def test_my_day_shows_code_badge_and_calendar(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelace")
    await make_session(event, title="First talk")

    answer = await client.get(f"/{event.slug}/my/{ticket.secret}?new=1")

    assert answer.headers["cache-control"] == "no-store"
    for wanted in ("You are registered", "<svg", "badge.png", f"/my/{ticket.secret}.ics", "First talk", "Ada Lovelace"):
        assert wanted in answer.text


async def test_a_double_click_is_one_order(client: httpx.AsyncClient) -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    data = {**FREE, "tickets-0-ticket_type": free.code}

    first, second = [await client.post(f"/{event.slug}/tickets", data=data) for _ in range(2)]

    assert first.headers["location"] == second.headers["location"]
    assert await Ticket.filter(event=event).count() == 1


async def test_bad_entries_are_told_beside_their_fields_and_nothing_is_lost(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket_type(event)
    data = {"do": "order", "email": "ada@exmaple", "tickets-0-name": "Kept Name", "tickets-0-job_title": "x" * 201}

    answer = await client.post(f"/{event.slug}/tickets", data=data)

    assert answer.status_code == 422
    assert "Check the email address." in answer.text
    assert "Choose a ticket." in answer.text
    assert "Use at most 200 characters." in answer.text
    assert 'value="Kept Name"' in answer.text
    assert 'value="ada@exmaple"' in answer.text
    assert await Order.filter(event=event).count() == 0


@pytest.mark.parametrize("name", ["Win at https://evil.example", "www.evil.example", "see evil@evil.example now"])
async def test_a_name_with_an_address_in_it_is_refused(client: httpx.AsyncClient, name: str) -> None:
    event = await make_event()
    free = await make_ticket_type(event)

    answer = await client.post(f"/{event.slug}/tickets", data={**FREE, "tickets-0-name": name, "tickets-0-ticket_type": free.code})

    assert answer.status_code == 422
    assert "A name cannot hold a web or e-mail address" in answer.text
    assert await Letter.all().count() == 0


async def test_another_person_is_added_without_a_script_and_keeps_the_first(client: httpx.AsyncClient) -> None:
    event = await make_event()
    free = await make_ticket_type(event)

    more = await client.post(f"/{event.slug}/tickets", data={**FREE, "do": "add", "tickets-0-ticket_type": free.code})
    two = {**FREE, "tickets-0-ticket_type": free.code, "tickets-1-name": "Ben", "tickets-1-ticket_type": free.code}
    placed = await client.post(f"/{event.slug}/tickets", data=two)

    assert "Person 2 of 2" in more.text
    assert 'value="Ada  Lovelace"' in more.text
    assert "/orders/" in placed.headers["location"]
    assert await Ticket.filter(event=event).count() == 2


async def test_a_paid_ticket_needs_an_invoice_address_and_shows_how_to_pay(client: httpx.AsyncClient) -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500)
    data = {**FREE, "tickets-0-ticket_type": paid.code}

    without = await client.post(f"/{event.slug}/tickets", data=data)
    placed = await client.post(f"/{event.slug}/tickets", data={**data, "invoice_to": "Severn Assays", "purchase_order": "PO-7"})
    order = await Order.get(event=event)
    page = await client.get(placed.headers["location"])

    assert "Fill in who the invoice is for" in without.text
    assert (order.state, order.purchase_order) == (OrderState.PLACED, "PO-7")
    assert all(word in page.text for word in ("£95", order.code, "Severn Assays", "PO-7"))


async def test_a_sold_out_ticket_is_said_so(client: httpx.AsyncClient) -> None:
    event = await make_event()
    last = await make_ticket_type(event, places=1)
    await client.post(f"/{event.slug}/tickets", data={**FREE, "tickets-0-ticket_type": last.code})

    late = await client.post(f"/{event.slug}/tickets", data={**FREE, "once": "b", "tickets-0-ticket_type": last.code})

    assert late.status_code == 422
    assert "is sold out. Choose another ticket." in late.text
    assert "Sold out." in (await client.get(f"/{event.slug}/tickets")).text


async def test_an_event_that_is_over_takes_no_registration(client: httpx.AsyncClient) -> None:
    from datetime import timedelta

    from eventsvc.core.clock import now

    event = await make_event(start=now().date() - timedelta(days=3), end=now().date() - timedelta(days=2))
    await make_ticket_type(event)

    assert "This event is over" in (await client.get(f"/{event.slug}/tickets")).text


async def test_an_attendee_corrects_their_name_and_gives_the_place_back(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Ada Lovelase")
    address = f"/{event.slug}/my/{ticket.secret}"

    await client.post(address, data={"do": "save", "name": "Ada Lovelace", "organisation": "", "job_title": ""})
    corrected = (await Ticket.get(id=ticket.id)).name
    await client.post(address, data={"do": "cancel", "name": "Ada Lovelace"})

    assert corrected == "Ada Lovelace"
    assert (await Ticket.get(id=ticket.id)).state == TicketState.CANCELLED
    assert "This ticket is cancelled." in (await client.get(address)).text


async def test_a_paid_ticket_is_not_simply_given_back(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, price=9500)

    answer = await client.post(f"/{event.slug}/my/{ticket.secret}", data={"do": "cancel", "name": ticket.name})

    assert answer.status_code == 409
    assert "Write to the organiser" in answer.text
    assert (await Ticket.get(id=ticket.id)).state == TicketState.VALID


async def test_ones_own_data_is_all_there_and_nobody_elses(client: httpx.AsyncClient) -> None:
    event = await make_event()
    mine, other = (
        await make_ticket(event, name="Ada", email="ada@example.org"),
        await make_ticket(event, name="Ben", email="ben@example.org"),
    )

    answer = await client.get(f"/{event.slug}/my/{mine.secret}/data.json")

    assert answer.json()["ticket"]["email"] == "ada@example.org"
    assert "Ben" not in answer.text
    assert (await client.get(f"/{event.slug}/my/{other.code}/data.json")).status_code == 404


async def test_a_link_of_another_event_opens_nothing(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ticket = await make_ticket(other)
    order = await Order.get(id=ticket.order_id)

    for path in (
        f"my/{ticket.secret}",
        f"my/{ticket.secret}/data.json",
        f"orders/{order.code}/{order.secret}",
        f"orders/{order.code}/wrong",
    ):
        assert (await client.get(f"/{event.slug}/{path}")).status_code == 404
    assert (await client.get(f"/{other.slug}/orders/{order.code}/{order.secret}")).status_code == 200


PAGES = ["orders", "attendees", "tickets", "tickets/new", "settings", "team", "history", "mail", "", "checkin", "badges", "surveys"]


@pytest.mark.parametrize("path", PAGES)
async def test_organiser_pages_open_empty_and_full(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        assert (await olga.get(f"/manage/{event.slug}/{path}")).status_code == 200
        await make_ticket(event)

        assert (await olga.get(f"/manage/{event.slug}/{path}")).status_code == 200


MATRIX = {
    "orders": {"olga", "tara"},
    "attendees": {"olga", "tara"},
    "attendees.csv": {"olga", "tara"},
    "orders.csv": {"olga", "tara"},
    "bank": {"olga", "tara"},
    "tickets": {"olga"},
    "add-ons/new": {"olga"},
    "settings": {"olga"},
    "team": {"olga"},
    "mail": {"olga", "tara"},
    "history": {"olga", "rita", "tara", "victor"},
    "": {"olga", "rita", "tara", "victor"},
    "checkin": {"olga", "tara", "dev"},
    "sessions": {"olga", "rita", "tara", "victor"},
    "checkin/scans.csv": {"olga", "tara"},
}


@pytest.mark.parametrize("path", MATRIX)
async def test_who_may_see_what(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()
    await make_ticket(event)

    seen = set()
    for who in ("olga", "rita", "tara", "dev", "victor", "mallory"):
        async with await signed_in(who, event) as browser:
            status = (await browser.get(f"/manage/{event.slug}/{path}")).status_code
            assert status == (404 if who == "mallory" else status)
            if status == 200:
                seen.add(who)

    assert seen == MATRIX[path]


async def test_an_organiser_of_one_event_sees_nothing_of_another(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    foreign = await make_ticket(other)
    order = await Order.get(id=foreign.order_id)
    async with await signed_in("olga", event) as olga:
        for path in (f"attendees/{foreign.code}", f"orders/{order.code}", f"badges/{foreign.code}.pdf"):
            assert (await olga.get(f"/manage/{event.slug}/{path}")).status_code == 404
        assert (await olga.get(f"/manage/{other.slug}/attendees")).status_code == 404


async def test_an_organiser_marks_an_order_as_paid_and_cancels_another(client: httpx.AsyncClient) -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500)
    for once in ("a", "b"):
        await client.post(f"/{event.slug}/tickets", data={**FREE, "once": once, "tickets-0-ticket_type": paid.code, "invoice_to": "x"})
    first, second = await Order.filter(event=event).order_by("id")
    async with await signed_in("tara", event) as tara:
        await tara.post(f"/manage/{event.slug}/orders/{first.code}", data={"do": "pay", "method": "bank"})
        await tara.post(f"/manage/{event.slug}/orders/{second.code}", data={"do": "cancel", "method": "free"})

    assert [order.state for order in await Order.filter(event=event).order_by("id")] == [OrderState.PAID, OrderState.CANCELLED]


async def test_search_finds_by_name_without_accents_and_by_code(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, name="Léa Łukasz")
    await make_ticket(event, name="Somebody Else")
    order = await Order.get(id=ticket.order_id)
    async with await signed_in("tara", event) as tara:
        attendees = (await tara.get(f"/manage/{event.slug}/attendees?search=lukasz")).text
        orders = (await tara.get(f"/manage/{event.slug}/orders?search={order.code.lower()}")).text

    assert "Léa Łukasz" in attendees
    assert "Somebody Else" not in attendees
    assert order.code in orders


@pytest.mark.parametrize("path", ["orders", "attendees", "history", "mail", "checkin"])
async def test_lists_ask_as_often_for_three_rows_as_for_one(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        await make_ticket(event)
        await olga.get(f"/manage/{event.slug}/{path}")
        with counted() as one:
            await olga.get(f"/manage/{event.slug}/{path}")
        await make_ticket(event)
        await make_ticket(event)

        with counted() as three:
            await olga.get(f"/manage/{event.slug}/{path}")

    assert int(one) == int(three)
