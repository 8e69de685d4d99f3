"""Money on an order: in parts, too much, too little, and whether it adds up."""

from __future__ import annotations

import pytest

from eventsvc.core.db import fetch
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import Order, OrderState, Payment, PayMethod, Ticket, TicketState
from eventsvc.ticketing.rules import ledger, orders, placing, refunds, tickets
from tests.make import make_event, make_ticket_type
from tests.people import system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def bought(event: Event, *prices: int, **more: str) -> Order:
    """An order of one ticket for each price, to be paid."""
    types = [await make_ticket_type(event, price=price) for price in prices]
    people = [{"ticket_type": one.code, "name": "Ada"} for one in types]
    wanted = OrderForm.model_validate({"email": "ada@example.org", "tickets": people, "invoice_to": "Severn Assays", **more})
    return await placing.place_order(event, wanted)


async def letters() -> list[str]:
    return [one.kind.removeprefix("ticketing/") for one in await Letter.filter(to="ada@example.org").order_by("id")]


async def test_a_part_payment_leaves_the_rest_due_and_the_second_part_pays_it() -> None:
    order = await bought(await make_event(), 9500)

    await orders.pay(order, PayMethod.BANK, by="olga", amount=5000)
    half = await Order.get(id=order.id)
    state = (await Ticket.get(order=order)).state
    await orders.pay(order, PayMethod.CASH, by="olga")

    order = await Order.get(id=order.id)
    assert (half.state, half.due, state) == (OrderState.PLACED, 4500, TicketState.UNPAID)
    assert (order.state, order.paid, order.due, (await Ticket.get(order=order)).state) == (OrderState.PAID, 9500, 0, TicketState.VALID)
    assert await letters() == ["confirmation", "part_paid", "paid"]
    assert await ledger.errors() == []


async def test_a_part_payment_noted_twice_by_a_double_click_counts_once() -> None:
    order = await bought(await make_event(), 9500)
    await orders.pay(order, PayMethod.BANK, by="olga", amount=5000, paid_before=0)

    with pytest.raises(orders.PaidMeanwhile, match="£50 is noted as paid"):
        await orders.pay(order, PayMethod.BANK, by="olga", amount=5000, paid_before=0)

    assert (await Order.get(id=order.id)).paid == 5000


async def test_what_is_too_much_is_owed_back_and_goes_back_in_parts() -> None:
    order = await bought(await make_event(), 9500)
    await orders.pay(order, PayMethod.BANK, by="olga", amount=10000)
    await orders.pay(order, PayMethod.BANK, by="olga", amount=9500)

    for amount in (500, 9500):
        await refunds.refund(order, amount, PayMethod.BANK, by="olga")
    with pytest.raises(refunds.TooMuch):
        await refunds.refund(order, 1, PayMethod.BANK, by="olga")

    order = await Order.get(id=order.id)
    assert (order.state, order.paid, order.owed, await ledger.went_back(order)) == (OrderState.PAID, 9500, 0, 10000)
    assert await letters() == ["confirmation", "paid", "overpaid", "refunded", "refunded"]
    assert await ledger.errors() == []


async def test_what_is_let_go_is_not_asked_for_and_not_given_back_when_a_ticket_is_cancelled() -> None:
    order = await bought(await make_event(), 9500, 2000)
    await orders.pay(order, PayMethod.BANK, by="olga", amount=11000)

    await orders.let_go(order, by="olga")
    order = await Order.get(id=order.id)
    before = (order.state, order.let_go, order.due)
    cheap = await Ticket.get(order=order, price=2000).select_related("order")
    await tickets.cancel(cheap, by="olga")

    order = await Order.get(id=order.id)
    assert before == (OrderState.PAID, 500, 0)
    assert (order.total, order.let_go, order.owed) == (9500, 0, 1500)
    assert await ledger.errors() == []


async def test_systems_see_what_is_paid_due_and_refunded_and_note_a_part_once_for_each_key() -> None:
    event = await make_event()
    order = await bought(event, 9500)
    address = f"/api/v1/events/{event.slug}/orders/{order.code}"
    body = {"method": "cash", "amount": {"amount": 4000, "currency": "GBP"}, "note": "front desk"}
    async with await system(event, "orders") as api:
        part = [await api.post(f"{address}/pay", json=body, headers={"idempotency-key": "k1"}) for _ in range(3)]
        euro = await api.post(f"{address}/pay", json={"method": "cash", "amount": {"amount": 1, "currency": "EUR"}})
        none = await api.post(f"{address}/pay", json={"method": "cash", "amount": {"amount": 0, "currency": "GBP"}})
        rest = (await api.post(f"{address}/pay", json={"method": "bank"})).json()
        gone = (await api.post(f"{address}/cancel")).json()

    first = part[2].json()
    assert [first[name]["amount"] for name in ("total", "paid", "due")] == [9500, 4000, 5500]
    assert (first["state"], rest["state"], rest["due"]["amount"]) == ("placed", "paid", 0)
    assert (euro.status_code, none.status_code) == (422, 422)
    assert (gone["state"], gone["owed"]["amount"], gone["refunded"]["amount"]) == ("cancelled", 9500, 0)
    assert [one.note for one in await Payment.filter(order=order).order_by("id")] == ["front desk", ""]


async def test_an_order_that_does_not_add_up_is_named() -> None:
    order = await bought(await make_event(), 9500)
    await fetch("UPDATE ticket_order SET paid = 100 WHERE id = $1 RETURNING id", order.id)

    assert await ledger.errors() == [f"Order {order.code} does not add up: it counts 100 as paid, its payments are 0."]
