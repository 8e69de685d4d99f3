"""Prices of members and public bodies: whose they are, free places first, and an address that has to answer."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from eventsvc import worker
from eventsvc.core.clock import now, travel
from eventsvc.core.forms import check
from eventsvc.events.models import Event, Organiser
from eventsvc.mail.models import Letter
from eventsvc.members.forms import AllowanceForm, OrganisationForm
from eventsvc.members.models import Allowance, Organisation
from eventsvc.members.rules import allowances, organisations
from eventsvc.ticketing.forms import OrderForm, VoucherForm
from eventsvc.ticketing.forms.rates import RateForm
from eventsvc.ticketing.models import HeldFor, Order, OrderState, Quota, Rate, Ticket, TicketState, TicketType
from eventsvc.ticketing.rules import catalogue, holding, orders, placing, proving, rates, vouchers
from tests.make import make_event, make_ticket_type
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def stage(free: int = 2) -> tuple[Event, TicketType, Organisation]:
    """A ticket of £145: members £95 after their free places, NHS and universities £20."""
    event = await make_event(organiser=await Organiser.create(name="Rates' Cluster"))
    kind = await make_ticket_type(event, code="full", name="Full day", price=14500, places=10)
    await Rate.create(ticket_type=kind, name="Members", kinds=["member"], price=9500, free_places=True)
    await Rate.create(ticket_type=kind, name="NHS and universities", suffixes=["nhs.uk", "nhs.net", "ac.uk"], price=2000)
    wanted = OrganisationForm.model_validate({"name": "Severn", "domains": "severn.example.org", "code": "SEVERN27"})
    one = await organisations.write(event.organiser, None, wanted, by="test")
    await allowances.change(event, one, AllowanceForm(free=free), by="test")
    return event, kind, one


def wanted(email: str = "ada@example.com", *, count: int = 1, **values: Any) -> OrderForm:
    people = [{"ticket_type": "full", "name": f"Person {number}"} for number in range(count)]
    return OrderForm.model_validate({"email": email, "tickets": people, "invoice_to": "Severn\nBristol", **values})


async def sound() -> list[str]:
    return [*await catalogue.quota_errors(), *await rates.allowance_errors()]


async def test_a_member_code_gives_the_free_places_first_and_then_the_member_price() -> None:
    event, _, one = await stage()

    order = await placing.place_order(event, wanted(count=3, member="severn-27"))

    tickets = await Ticket.filter(order=order).order_by("id")
    assert (order.state, order.total) == (OrderState.PLACED, 9500)
    assert [(t.price, t.price_note, t.state) for t in tickets] == [
        (0, "Free place, Severn", TicketState.VALID),
        (0, "Free place, Severn", TicketState.VALID),
        (9500, "Members, Severn", TicketState.UNPAID),
    ]
    assert {t.member_of_id for t in tickets} == {one.id}
    assert (await Allowance.get(event=event)).left == 0
    assert await sound() == []


async def test_a_cancelled_free_place_is_free_again() -> None:
    event, _, _ = await stage()
    order = await placing.place_order(event, wanted(count=2, member="SEVERN27"))

    await orders.cancel_order(order, by="test")

    assert (await Allowance.get(event=event)).used == 0
    assert await sound() == []


@pytest.mark.parametrize(
    ("email", "total", "waits"),
    [
        ("ada@severn.example.org", 0, True),
        ("ada+2@labs.severn.example.org", 0, True),
        ("ada@evil-severn.example.org", 14500, False),
        ("ada@severn.example.org.evil.com", 14500, False),
        ("ada@sevеrn.example.org", 14500, False),  # a Cyrillic е
        ("ada@trust.nhs.uk", 2000, True),
        ("ada@nhs.net", 2000, True),
        ("ada@fake-nhs.uk", 14500, False),
        ("ada@nhs.uk.example.com", 14500, False),
    ],
)
async def test_an_address_gives_its_price_only_after_a_letter_to_it_was_answered(email: str, total: int, waits: bool) -> None:
    event, kind, _ = await stage()

    order = await placing.place_order(event, wanted(email))

    assert (order.total, order.state == OrderState.RESERVED, order.held_for) == (total, waits, HeldFor.EMAIL if waits else None)
    assert (await Quota.get(id=kind.quota_id)).claimed == 1
    assert [one.kind for one in await Letter.filter(to=email)] == ["ticketing/prove" if waits else "ticketing/confirmation"]


async def placed_by_address(client: httpx.AsyncClient, outbox: Path) -> tuple[Event, Order, str]:
    """An order that waits for its address, and the link in the letter."""
    event, _, _ = await stage()
    form = {
        "do": "order",
        "once": "one",
        "email": "ada@severn.example.org",
        "tickets-0-name": "Ada",
        "tickets-0-ticket_type": "full",
    }
    answer = await client.post(f"/{event.slug}/tickets", data=form)
    assert answer.status_code == 303, answer.text
    await worker.once()
    order = await Order.get(event=event)
    texts = [file.read_text().replace("=\n", "").replace("=3D", "=") for file in outbox.glob("*.eml")]
    match = next(found for text in texts if (found := re.search(r"http://testserver(/\S+/prove/[\w-]+)", text)))
    return event, order, match[1]


async def test_the_link_in_the_letter_confirms_by_a_button_and_only_once(client: httpx.AsyncClient, outbox: Path) -> None:
    event, order, link = await placed_by_address(client, outbox)

    opened = await client.get(link)
    scanned = (await Order.get(id=order.id)).state  # a mail scanner opens links too
    first = await client.post(link, data={"do": "prove"})
    again = await client.post(link, data={"do": "prove"})
    await worker.once()

    assert ("Yes, this is my order" in opened.text, scanned) == (True, OrderState.RESERVED)
    assert (first.status_code, again.status_code) == (303, 303)
    assert (await Order.get(id=order.id)).state == OrderState.PAID
    assert (await Ticket.get(order=order)).state == TicketState.VALID
    assert await Letter.filter(event_id=event.id, kind="ticketing/confirmation").count() == 1


async def test_whoever_placed_it_cannot_make_the_link_up_and_reaches_no_ticket_before(client: httpx.AsyncClient, outbox: Path) -> None:
    event, order, link = await placed_by_address(client, outbox)
    ticket = await Ticket.get(order=order)

    page = await client.get(f"/{event.slug}/orders/{order.code}/{order.secret}")
    guess = await client.post(f"/{event.slug}/orders/{order.code}/{order.secret}/prove/{'x' * 22}", data={"do": "prove"})

    assert (page.status_code, link in page.text, ticket.secret in page.text) == (200, False, False)
    assert "ada@severn.example.org" in page.text
    assert (guess.status_code, (await Order.get(id=order.id)).state) == (404, OrderState.RESERVED)


async def test_the_address_can_say_that_it_did_not_order(client: httpx.AsyncClient, outbox: Path) -> None:
    _, order, link = await placed_by_address(client, outbox)

    await client.post(link, data={"do": "disown"})
    late = await client.post(link, data={"do": "prove"})

    assert (await Order.get(id=order.id)).state == OrderState.CANCELLED
    assert late.status_code == 409
    assert await sound() == []
    assert await Letter.filter(kind="ticketing/cancelled").count() == 0


async def test_an_address_that_never_answers_gives_place_and_free_place_back_after_a_day() -> None:
    event, kind, _ = await stage()
    order = await placing.place_order(event, wanted("ada@severn.example.org"))

    with travel(now() + timedelta(hours=25)):
        await holding.expire_due()
        with pytest.raises(holding.NotKept):
            await proving.prove(event, order)

    assert (await Order.get(id=order.id)).state == OrderState.EXPIRED
    assert ((await Quota.get(id=kind.quota_id)).claimed, (await Allowance.get(event=event)).used) == (0, 0)


async def test_nobody_pays_a_price_they_were_not_shown(client: httpx.AsyncClient) -> None:
    event, _, _ = await stage(free=1)
    shown = await client.get(f"/{event.slug}/tickets?member=SEVERN27")
    await placing.place_order(event, wanted(member="SEVERN27"))

    form = {"do": "order", "once": "a", "email": "b@example.com", "member": "SEVERN27", "free_seen": "1", "invoice_to": "S"}
    refused = await client.post(f"/{event.slug}/tickets", data={**form, "tickets-0-name": "Bob", "tickets-0-ticket_type": "full"})

    assert "Free place of Severn: 1 left, then £95" in shown.text
    assert (refused.status_code, "Free places of Severn have just been taken" in refused.text) == (422, True)
    assert ('value="Bob"' in refused.text, "Price for Members, Severn" in refused.text) == (True, True)
    assert await Order.filter(event=event).count() == 1


async def test_a_member_s_link_asks_a_name_and_an_address_and_one_click(client: httpx.AsyncClient) -> None:
    event, _, _ = await stage()

    page = await client.get(f"/{event.slug}/tickets?member=SEVERN27")
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    needed = re.findall(r'<input id="([\w-]+)"[^>]* required', page.text)
    posted = {**form, "member": "SEVERN27", "tickets-0-ticket_type": "full", "tickets-0-name": "Ada", "email": "ada@example.com"}
    answer = await client.post(f"/{event.slug}/tickets", data={**posted, "do": "order"})

    assert needed == ["tickets-0-name", "email"]
    assert re.search(r'value="full"[^>]* checked', page.text)
    assert "Invoice to" not in page.text
    assert answer.headers["location"].startswith(f"/{event.slug}/my/")


async def test_an_unknown_code_is_said_beside_its_field_and_nothing_typed_is_lost(client: httpx.AsyncClient) -> None:
    event, _, _ = await stage()
    form = {"do": "order", "once": "a", "email": "b@example.com", "member": "WRONG99", "invoice_to": "S"}

    answer = await client.post(f"/{event.slug}/tickets", data={**form, "tickets-0-name": "Bob", "tickets-0-ticket_type": "full"})

    assert (answer.status_code, 'id="member-e"' in answer.text, 'value="WRONG99"' in answer.text) == (422, True, True)


async def test_the_lower_of_a_voucher_and_a_member_price_counts() -> None:
    event, _, _ = await stage(free=0)
    await vouchers.add(event, VoucherForm(code="TENTH", percent=10, uses=None), by="test")
    await vouchers.add(event, VoucherForm(code="HALF", percent=50, uses=None), by="test")

    totals = [(await placing.place_order(event, wanted(member="SEVERN27", voucher=code))).total for code in ("TENTH", "HALF")]

    assert totals == [9500, 7250]


async def test_a_price_that_is_no_lower_asks_nobody_to_confirm() -> None:
    event, kind, _ = await stage(free=0)
    await kind.change(price=1500)

    order = await placing.place_order(event, wanted("ada@trust.nhs.uk"))

    assert (order.state, order.total) == (OrderState.PLACED, 1500)


async def test_orders_of_systems_wait_as_those_of_the_page_and_say_for_what() -> None:
    event, _, _ = await stage()
    body = {"email": "ada@trust.nhs.uk", "tickets": [{"ticket_type": "full", "name": "Ada"}]}
    async with await system(event, "orders") as here:
        answer = (await here.post(f"/api/v1/events/{event.slug}/orders", json=body)).json()
        members = (await here.get(f"/api/v1/events/{event.slug}/members")).json()["items"]

    assert (answer["state"], answer["waits_for"], answer["tickets"][0]["price_note"]) == ("reserved", "email", "NHS and universities")
    assert [(one["slug"], one["free"], one["used"]) for one in members] == [("severn", 2, 0)]


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 403), ("rita", 403), ("mallory", 404)])
async def test_who_sets_prices(name: str, status: int) -> None:
    event, kind, _ = await stage()
    async with await signed_in(name, event) as here:
        page = await here.get(f"/manage/{event.slug}/tickets/full/rates")
        made = await here.post(f"/manage/{event.slug}/tickets/full/rates", data={"name": "Partners", "kinds": "partner", "price": "50"})
        odd = await here.get(f"/manage/{event.slug}/tickets/full/rates/²")

    assert odd.status_code == (404 if status == 200 else status)
    assert (page.status_code, made.status_code) == (status, 303 if status == 200 else status)
    assert await Rate.exists(ticket_type=kind, kinds=["partner"], price=5000) is (status == 200)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], "Say whom this price is for"),
        ([("suffixes", "gmail.com")], "Anybody can have an address at gmail.com"),
        ([("suffixes", "nhs.uk"), ("free_places", "true")], "Free places are those of organisations"),
    ],
)
def test_a_price_for_nobody_or_anybody_is_refused_in_words(pairs: list[tuple[str, str]], said: str) -> None:
    form = check(RateForm, [("name", "A"), ("price", "5"), *pairs])

    assert [one for one in form.errors.values() if one.startswith(said)]


async def test_the_letter_can_be_asked_for_again_and_an_organiser_can_vouch(client: httpx.AsyncClient, outbox: Path) -> None:
    event, order, _ = await placed_by_address(client, outbox)
    again = [await client.post(f"/{event.slug}/orders/{order.code}/{order.secret}/prove") for _ in range(2)]
    async with await signed_in("olga", event) as here:
        listed = await here.get(f"/manage/{event.slug}/approvals")
        await here.post(f"/manage/{event.slug}/approvals", data={"do": "vouch", "code": order.code})

    assert [answer.status_code for answer in again] == [303, 303]
    assert await Letter.filter(kind="ticketing/prove").count() == 2  # the first, and one for both clicks
    assert (order.code in listed.text, (await Order.get(id=order.id)).state) == (True, OrderState.PAID)
