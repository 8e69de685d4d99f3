"""Early prices, sales windows, and how many in one order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from eventsvc.core.clock import now, travel
from eventsvc.ticketing.forms import OrderForm, VoucherForm
from eventsvc.ticketing.models import TicketType
from eventsvc.ticketing.rules import catalogue, placing, vouchers
from tests.make import make_event
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")
MARCH, MAY = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
STEPS = [{"until": MAY, "price": 9000}, {"until": MARCH, "price": 6000}]


def wanted(code: str, people: int = 1, voucher: str = "") -> OrderForm:
    tickets = [{"ticket_type": code, "name": "Ada"}] * people
    return OrderForm.model_validate({"email": "ada@example.org", "tickets": tickets, "invoice_to": "Trust", "voucher": voucher})


@pytest.mark.parametrize(
    ("moment", "price"),
    [(MARCH - timedelta(seconds=1), 6000), (MARCH, 9000), (MAY - timedelta(seconds=1), 9000), (MAY, 12000)],
)
async def test_the_earliest_price_that_still_holds_counts(moment: datetime, price: int) -> None:
    event = await make_event()
    full = await catalogue.add_ticket_type(event, "Full", price=12000, early=STEPS)

    assert full.price_at(moment) == price


async def test_an_order_costs_what_holds_when_it_is_placed_and_a_voucher_counts_from_there() -> None:
    event = await make_event(start=datetime(2027, 6, 1).date())
    await catalogue.add_ticket_type(event, "Full", price=12000, early=STEPS)
    await vouchers.add(event, VoucherForm(code="HALF", percent=50, uses=None), by="test")

    with travel(MARCH - timedelta(days=1)):
        early = await placing.place_order(event, wanted("full"))
        half = await placing.place_order(event, wanted("full", voucher="HALF"))
    with travel(MAY):
        late = await placing.place_order(event, wanted("full"))

    assert [one.total for one in (early, half, late)] == [6000, 3000, 12000]


async def test_the_page_says_until_when_and_what_then(client: httpx.AsyncClient) -> None:
    event = await make_event()
    until = now() + timedelta(days=5)
    await catalogue.add_ticket_type(event, "Full", price=12000, early=[{"until": until, "price": 6000}])

    text = (await client.get(f"/{event.slug}/tickets")).text

    assert 'data-price="6000"' in text
    assert f"Until {event.local(until).day} {event.local(until):%b %Y, %H:%M}" in text
    assert "then £120" in text


@pytest.mark.parametrize(("people", "said"), [(1, "is sold from 2 tickets on"), (4, "At most 3 of")])
async def test_too_few_and_too_many_in_one_order_are_refused(people: int, said: str) -> None:
    event = await make_event()
    await catalogue.add_ticket_type(event, "Pair", min_per_order=2, max_per_order=3)

    with pytest.raises(placing.NotOnSale) as refused:
        await placing.place_order(event, wanted("pair", people))

    assert said in refused.value.sentence


async def test_the_organiser_sets_windows_and_prices_in_local_time_and_finds_them_again() -> None:
    event = await make_event(timezone="Europe/London")
    form = {
        "name": "Full",
        "price": "120",
        "vat_rate": "20",
        "min_per_order": "1",
        "max_per_order": "5",
        "public": "true",
        "do": "save",
        "sale_starts": "2027-06-01T09:00",
        "early-0-price": "60.50",
        "early-0-until": "2027-07-01T00:00",
        "early-1-price": "",
        "early-1-until": "",
    }
    async with await signed_in("olga", event) as olga:
        saved = await olga.post(f"/manage/{event.slug}/tickets/new", data=form)
        shown = (await olga.get(f"/manage/{event.slug}/tickets/full")).text
        half = await olga.post(f"/manage/{event.slug}/tickets/full", data={**form, "early-1-price": "80"})

    made = await TicketType.get(event=event, code="full")
    assert saved.status_code == 303
    assert made.sale_starts == datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert made.early == [{"until": "2027-06-30T23:00:00+00:00", "price": 6050}]
    assert ('value="60.50"' in shown, 'value="2027-07-01T00:00"' in shown) == (True, True)
    assert (half.status_code, "An early price needs both" in half.text) == (422, True)


@pytest.mark.parametrize(
    "values", [{"min_per_order": 5, "max_per_order": 2}, {"sale_starts": "2027-02-01T00:00:00Z", "sale_ends": "2027-01-01T00:00:00Z"}]
)
async def test_numbers_and_windows_that_do_not_fit_are_refused(values: dict[str, Any]) -> None:
    event = await make_event()
    async with await system(event, "admin") as api:
        answer = await api.post(f"/api/v1/events/{event.slug}/ticket-types", json={"name": "X", **values})

    assert answer.status_code == 422


async def test_the_api_tells_the_price_of_now_and_the_steps() -> None:
    event = await make_event()
    until = (now() + timedelta(days=5)).replace(microsecond=0)
    async with await system(event, "admin") as api:
        body = {"name": "Full", "price": {"amount": 12000, "currency": "GBP"}, "early": [{"until": until.isoformat(), "price": 6000}]}
        made = (await api.post(f"/api/v1/events/{event.slug}/ticket-types", json=body)).json()

    assert (made["price"]["amount"], made["full_price"]["amount"]) == (6000, 12000)
    assert made["early"] == [{"until": until.isoformat().replace("+00:00", "Z"), "price": 6000}]
