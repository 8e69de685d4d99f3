"""Vouchers: what they do to a price, what they open, how often, and who may make them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm, VoucherForm
from eventsvc.ticketing.models import Order, OrderState, Quota, Ticket, TicketState, Voucher, VoucherKind
from eventsvc.ticketing.rules import catalogue, orders, placing, vouchers
from tests.make import make_event, make_ticket_type
from tests.people import signed_in, system
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def voucher(event: Event, **values: Any) -> Voucher:
    """One voucher for everything that makes it free, good for one ticket."""
    return (await vouchers.add(event, VoucherForm(**{"code": "FREE2027", **values}), by="test"))[0]


def wanted(*codes: str, voucher: str = "FREE2027") -> OrderForm:
    tickets = [{"ticket_type": code, "name": f"Person {number}"} for number, code in enumerate(codes)]
    return OrderForm.model_validate({"email": "ada@example.org", "tickets": tickets, "voucher": voucher, "invoice_to": "Trust"})


@pytest.mark.parametrize(
    ("what", "value", "cost"),
    [
        ("percent", 100, 0),
        ("percent", 20, 7996),
        ("percent", 33, 6697),
        ("amount", 1000, 8995),
        ("amount", 20000, 0),
        ("price", 5000, 5000),
    ],
)
async def test_what_a_voucher_does_to_a_price(what: str, value: int, cost: int) -> None:
    event = await make_event()
    full = await make_ticket_type(event, code="full", price=9995)
    one = Voucher(event=event, code="X", kind=VoucherKind(what), value=value)

    assert one.price_of(full, now()) == cost


async def test_a_fixed_price_above_the_price_changes_nothing() -> None:
    event = await make_event()
    full = await make_ticket_type(event, price=1000)

    assert Voucher(event=event, code="X", kind=VoucherKind.PRICE, value=5000).price_of(full, now()) == 1000


async def test_an_order_with_a_voucher_costs_less_and_uses_it() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=10000)
    await voucher(event, percent=25, uses=5)

    order = await placing.place_order(event, wanted("full", "full", voucher=" free-2027 "))

    tickets = await Ticket.filter(order=order).select_related("voucher")
    assert (order.total, order.state) == (15000, OrderState.PLACED)
    assert [(one.price, one.voucher and one.voucher.code) for one in tickets] == [(7500, "FREE2027")] * 2
    assert (await Voucher.get(event=event)).used == 2
    assert await vouchers.voucher_errors() == []


async def test_a_voucher_that_makes_it_free_makes_a_valid_ticket_without_an_invoice() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=10000)
    await voucher(event)
    form = OrderForm.model_validate(
        {"email": "ada@example.org", "tickets": [{"ticket_type": "full", "name": "Ada"}], "voucher": "FREE2027"}
    )

    order = await placing.place_order(event, form)

    assert (order.total, order.state) == (0, OrderState.PAID)
    assert (await Ticket.get(order=order)).state == TicketState.VALID


async def test_it_counts_only_for_the_tickets_it_is_for() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=10000)
    await make_ticket_type(event, code="dinner", price=4000)
    await voucher(event, ticket_types=["full"])

    order = await placing.place_order(event, wanted("full", "dinner"))

    assert order.total == 4000
    assert (await Voucher.get(event=event)).used == 1


async def test_it_opens_a_hidden_type_and_only_for_whoever_has_it(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket_type(event, code="open", name="Open one")
    await make_ticket_type(event, code="vip", name="Hidden one", public=False)
    await voucher(event, kind="none", opens_hidden=True, ticket_types=["vip"])

    plain = await client.get(f"/{event.slug}/tickets")
    opened = await client.get(f"/{event.slug}/tickets?voucher=FREE2027")
    with pytest.raises(placing.NoSuchTicketType):
        await placing.place_order(event, wanted("vip", voucher=""))
    order = await placing.place_order(event, wanted("vip"))

    assert ("Hidden one" in plain.text, "Hidden one" in opened.text) == (False, True)
    assert order.state == OrderState.PAID


@pytest.mark.parametrize(
    ("values", "codes", "said"),
    [
        ({"code": "OTHER"}, ["full"], "We do not know this voucher code. Check it, or leave it empty."),
        (
            {"expires_at": now() - timedelta(hours=1)},
            ["full"],
            "This voucher has expired. Leave it empty, or ask the organiser for another.",
        ),
        ({"ticket_types": ["dinner"]}, ["full"], "This voucher is for “Dinner”. Choose that, or leave it empty."),
        (
            {"uses": 2},
            ["full"] * 3,
            "This voucher is good for 2 more tickets, and you chose 3. Change your order, or leave the voucher empty.",
        ),
    ],
)
async def test_a_voucher_that_does_not_work_says_why_and_nothing_is_kept(values: dict[str, Any], codes: list[str], said: str) -> None:
    event = await make_event()
    full = await make_ticket_type(event, code="full", price=10000)
    await make_ticket_type(event, code="dinner", name="Dinner", price=4000)
    await voucher(event, **values)

    with pytest.raises(vouchers.BadVoucher) as refused:
        await placing.place_order(event, wanted(*codes))

    assert (refused.value.sentence, refused.value.field) == (said, "voucher")
    assert await Order.filter(event=event).count() == 0
    assert (await Quota.get(id=full.quota_id)).claimed == 0


async def test_a_used_up_voucher_is_refused_and_a_cancelled_order_gives_the_use_back() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=10000)
    await voucher(event)
    order = await placing.place_order(event, wanted("full"))

    with pytest.raises(vouchers.BadVoucher):
        await placing.place_order(event, wanted("full"))
    await orders.cancel_order(order, by="test")
    again = await placing.place_order(event, wanted("full"))

    assert again.state == OrderState.PAID
    assert await vouchers.voucher_errors() == []
    assert await catalogue.quota_errors() == []


async def test_a_voucher_of_another_event_is_unknown() -> None:
    event, other = await make_event(), await make_event()
    await make_ticket_type(event, code="full", price=10000)
    await voucher(other)

    with pytest.raises(vouchers.BadVoucher):
        await placing.place_order(event, wanted("full"))


async def test_the_page_shows_the_new_price_and_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=10000)
    await voucher(event, percent=50)
    typed = {"tickets-0-name": "Ada Lovelace", "email": "ada@example.org", "tickets-0-ticket_type": "full"}

    good = await client.post(f"/{event.slug}/tickets", data={**typed, "do": "apply", "voucher": "free2027"})
    bad = await client.post(f"/{event.slug}/tickets", data={**typed, "do": "apply", "voucher": "nonsense"})

    assert ('data-price="5000"' in good.text, "50 % off" in good.text, 'value="Ada Lovelace"' in good.text) == (True, True, True)
    assert ("We do not know this voucher code" in bad.text, 'value="Ada Lovelace"' in bad.text) == (True, True)


async def test_fewer_uses_than_were_used_is_refused() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=10000)
    one = await voucher(event, uses=5)
    await placing.place_order(event, wanted("full", "full"))

    with pytest.raises(vouchers.BadVoucher) as refused:
        await vouchers.change(event, one, VoucherForm(uses=1), by="test")

    assert refused.value.field == "uses"


async def test_a_used_voucher_cannot_be_removed() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full")
    one = await voucher(event)
    await placing.place_order(event, wanted("full"))

    with pytest.raises(vouchers.Used):
        await vouchers.remove(one, by="test")


async def test_the_organiser_makes_two_hundred_and_downloads_them_with_links() -> None:
    event = await make_event()
    async with await signed_in("tara", event) as tara:
        made = await tara.post(f"/manage/{event.slug}/vouchers/new", data={"kind": "percent", "percent": "10", "count": "200", "uses": "1"})
        file = await tara.get(f"/manage/{event.slug}/vouchers.csv")

    codes = await Voucher.filter(event=event).values_list("code", flat=True)
    assert made.headers["location"] == f"/manage/{event.slug}/vouchers?done=200"
    assert (len(codes), len(set(codes)), {len(str(code)) for code in codes}) == (200, 200, {10})
    assert f"http://testserver/{event.slug}/tickets?voucher={codes[0]}" in file.text


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("dev", 403), ("mallory", 404)])
async def test_who_sees_vouchers(name: str, status: int) -> None:
    event = await make_event()
    await voucher(event)
    async with await signed_in(name, event) as here:
        answers = [await here.get(f"/manage/{event.slug}/vouchers{path}") for path in ("", "/new", "/FREE2027", ".csv")]

    assert [answer.status_code for answer in answers] == [status] * 4


async def test_the_list_takes_as_many_queries_for_three_as_for_one() -> None:
    one, three = await make_event(), await make_event()
    await voucher(one)
    for number in range(3):
        await voucher(three, code=f"FREE{number}")
    async with await signed_in("olga", one) as olga:
        with counted() as first:
            await olga.get(f"/manage/{one.slug}/vouchers")
    async with await signed_in("olga", three) as olga:
        with counted() as second:
            await olga.get(f"/manage/{three.slug}/vouchers")

    assert int(first) == int(second)


async def test_the_api_makes_lists_and_removes_them() -> None:
    event = await make_event()
    async with await system(event, "orders") as api:
        made = await api.post(f"/api/v1/events/{event.slug}/vouchers", json={"kind": "percent", "value": 20, "count": 3, "uses": 2})
        listed = await api.get(f"/api/v1/events/{event.slug}/vouchers")
        code = made.json()["items"][0]["code"]
        gone = await api.delete(f"/api/v1/events/{event.slug}/vouchers/{code}")
        wrong = await api.post(f"/api/v1/events/{event.slug}/vouchers", json={"kind": "percent", "value": 120})

    assert made.status_code == 201
    assert [one["value"] for one in listed.json()["items"]] == [20, 20, 20]
    assert (gone.status_code, wrong.status_code) == (204, 422)
    assert await Voucher.filter(event=event).count() == 2
