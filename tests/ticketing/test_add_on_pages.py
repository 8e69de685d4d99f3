"""Add-ons on pages: offered to each person, billed, shown where they matter, and made by the organiser; and through the API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from eventsvc.events.models import Event
from eventsvc.ticketing.models import AddOn, Order, Ticket
from eventsvc.ticketing.rules import add_ons, catalogue
from tests.make import make_event, make_session
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")
ADA = {
    "email": "ada@example.org",
    "tickets-0-name": "Ada",
    "tickets-0-ticket_type": "full",
    "invoice_to": "Trust",
    "do": "order",
    "once": "1",
}


async def shop() -> Event:
    event = await make_event()
    await catalogue.add_ticket_type(event, "Full", price=10000)
    await add_ons.add(event, "Conference dinner", price=4500, places=3, hand_out="dinner token")
    await add_ons.add(event, "Room A", group="Workshop")
    await add_ons.add(event, "Room B", group="Workshop", price=1000)
    await add_ons.add(event, "Gift", open_amount=True, once=True, price=200)
    return event


async def test_what_is_ticked_is_bought_and_shown_on_the_order_and_on_my_day(client: httpx.AsyncClient) -> None:
    event = await shop()
    talk = await make_session(event, at="15:00", title="Room B")
    await AddOn.filter(code="room-b").update(session=talk.code)
    ticks = {"tickets-0-add_on_conference_dinner": "conference-dinner", "tickets-0-group_2": "room-b", "tickets-0-amount_gift": "12.50"}

    answer = await client.post(f"/{event.slug}/tickets", data={**ADA, **ticks})
    order, ticket = await Order.get(event=event), await Ticket.get(event=event)
    shown = (await client.get(answer.headers["location"])).text
    day = (await client.get(f"/{event.slug}/my/{ticket.secret}")).text

    assert order.total == 10000 + 4500 + 1000 + 1250
    assert ["+ Conference dinner, £45" in shown, "+ Room B, £10" in shown, "+ Gift, £12.50" in shown] == [True] * 3
    assert "15:00" in day[day.index("With it") :]


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(client: httpx.AsyncClient) -> None:
    event = await shop()
    ticks = {"tickets-0-add_on_conference_dinner": "conference-dinner", "tickets-0-amount_gift": "12,50", "tickets-0-group_2": "room-a"}

    answer = await client.post(f"/{event.slug}/tickets", data={**ADA, **ticks})

    assert answer.status_code == 422
    assert 'id="tickets-0-amount_gift-e"' in answer.text
    assert "Use a point for the pence: 12.50." in answer.text
    assert 'value="12,50"' in answer.text
    assert answer.text.count(" checked") == 3


async def test_without_a_script_a_button_shows_the_total_with_its_vat(client: httpx.AsyncClient) -> None:
    event = await shop()
    event.organiser.vat_number = "GB 1"
    await event.organiser.save()
    ticks = {**ADA, "tickets-0-add_on_conference_dinner": "conference-dinner", "tickets-0-name": "", "do": "total"}

    answer = await client.post(f"/{event.slug}/tickets", data=ticks)

    assert answer.status_code == 200
    assert ["<dd>£145</dd>" in answer.text, "<dd>£24.17</dd>" in answer.text] == [True, True]


async def test_a_limit_is_said_beside_what_is_offered(client: httpx.AsyncClient) -> None:
    event = await shop()
    text = (await client.get(f"/{event.slug}/tickets")).text

    assert "3 left" in text
    assert "at least £2" in text
    assert "(at most one)" in text


async def test_the_organiser_makes_an_add_on_that_is_part_of_one_type_and_not_for_another(client: httpx.AsyncClient) -> None:
    event = await make_event()
    for name in ("Full", "Day", "Student"):
        await catalogue.add_ticket_type(event, name)
    form = {
        "name": "Dinner",
        "price": "45.50",
        "vat_rate": "20",
        "goes_full": "part",
        "goes_day": "extra",
        "goes_student": "no",
        "public": "true",
    }

    async with await signed_in("olga", event) as olga:
        wrong = await olga.post(f"/manage/{event.slug}/add-ons/new", data={**form, "price": "1e9"})
        made = await olga.post(f"/manage/{event.slug}/add-ons/new", data={**form, "do": "save"})
        page = await olga.get(f"/manage/{event.slug}/add-ons/dinner")
        gone = await olga.post(f"/manage/{event.slug}/add-ons/dinner", data={"name": "Dinner", "do": "remove"})

    assert (wrong.status_code, made.status_code, gone.status_code) == (422, 303, 303)
    assert "Enter an amount such as 95" in wrong.text
    assert page.text.count(" selected") == 3
    assert 'value="45.50"' in page.text
    assert await AddOn.filter(event=event).count() == 0


async def test_systems_make_add_ons_and_order_them(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await catalogue.add_ticket_type(event, "Full", price=10000)
    api = f"/api/v1/events/{event.slug}"
    gbp: Any = lambda amount: {"amount": amount, "currency": "GBP"}  # noqa: E731

    async with await system(event, "orders", "admin") as http:
        made = await http.post(f"{api}/add-ons", json={"name": "Dinner", "price": gbp(4500), "places": 2})
        changed = await http.patch(f"{api}/add-ons/dinner", json={"price": gbp(5000)})
        unknown = await http.patch(f"{api}/add-ons/dinner", json={"ticket_types": ["nowhere"]})
        await http.post(f"{api}/add-ons", json={"name": "Gift", "open_amount": True})
        extras = ["dinner", {"code": "gift", "amount": gbp(700)}]
        body = {"email": "a@example.org", "tickets": [{"ticket_type": "full", "name": "Ada", "add_ons": extras}]}
        order = await http.post(f"{api}/orders", json=body)
        removed = await http.delete(f"{api}/add-ons/dinner")
        found = (await http.get(f"{api}/tickets")).json()["items"]
    listed = (await client.get(f"{api}/add-ons")).json()["items"]

    assert [one.status_code for one in (made, changed, unknown, order, removed)] == [201, 200, 422, 201, 409]
    assert order.json()["total"] == gbp(15700)
    assert [one["add_ons"] for one in found] == [["dinner", "gift"]]
    assert [(one["code"], one["price"]["amount"]) for one in order.json()["tickets"][0]["add_ons"]] == [("dinner", 5000), ("gift", 700)]
    assert [(one["code"], one["available"], one["price"]["amount"]) for one in listed] == [("dinner", 1, 5000), ("gift", None, 0)]
