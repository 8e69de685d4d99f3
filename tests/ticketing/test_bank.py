"""Bank statements: what pays an order, what waits for a person, and that nothing counts twice."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest

from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import short_code
from eventsvc.events.models import Event, Organiser
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.forms.statement import Line, Statement
from eventsvc.ticketing.models import BankLine, BankLineState, Invoice, Order, OrderState, Payment, PayMethod, Ticket, TicketState
from eventsvc.ticketing.rules import bank, orders, placing
from eventsvc.ticketing.rules.weighing import Does, Known, weigh_all
from tests.make import make_event, make_ticket_type
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
DAY = date(2027, 2, 1)


async def hosted(organiser: Organiser | None = None, **prices: int) -> Event:
    """An event of an organiser of its own, with ticket types of these prices."""
    event = await make_event(start=(now() + timedelta(days=60)).date())
    await event.change(organiser_id=(organiser or await Organiser.create(name=f"Cluster {event.slug}")).id)
    for code, price in (prices or {"full": 12000}).items():
        await make_ticket_type(event, code=code, price=price, places=None)
    return await Event.get(id=event.id).select_related("organiser")


async def bought(event: Event, code: str = "full", **values: Any) -> Order:
    body = {"email": "ada@example.org", "tickets": [{"ticket_type": code, "name": "Ada"}], "invoice_to": "Royal Trust"}
    order = await placing.place_order(event, OrderForm.model_validate(body), letter=False)
    if values:
        await order.change(**values)
    return order


def statement(*lines: tuple[int, str]) -> Statement:
    return Statement([Line(DAY, amount, text) for amount, text in lines])


async def seen(event: Event, amount: int, text: str) -> tuple[str, list[str]]:
    (one,) = await bank.look(event, statement((amount, text)))
    return one.verdict.does, [order.code for order in one.verdict.orders]


async def brought(event: Event, *lines: tuple[int, str]) -> bank.Outcome:
    return await bank.bring_in(event, statement(*lines), by="olga")


async def the_line(event: Event) -> BankLine:
    return await BankLine.get(event=event, state=BankLineState.OPEN)


@pytest.mark.parametrize("text", ["A0B1C2D3", "ref a0b1-c2d3 thanks", "AOBI C2D3", "FPI ROYALTRUSTAOBLC2D3X", "a 0 b 1 c 2 d 3"])
async def test_code_and_amount_together_pay_the_order(text: str) -> None:
    event = await hosted()
    order = await bought(event, code="full")
    await order.change(code="A0B1C2D3")

    outcome = await brought(event, (12000, text))

    assert outcome == bank.Outcome(paid=1)
    assert (await Order.get(id=order.id)).state == OrderState.PAID
    assert [str(one.state) for one in await Ticket.filter(order=order)] == [TicketState.VALID]
    assert [(one.amount, one.method, one.note) for one in await Payment.filter(order=order)] == [
        (12000, PayMethod.BANK, "Bank statement, 2027-02-01")
    ]


async def test_bringing_the_same_in_twice_changes_nothing() -> None:
    event = await hosted()
    first, second = await bought(event), await bought(event)
    lines = [(12000, first.code), (11000, second.code), (12000, "no code")]

    once, twice = await brought(event, *lines), await brought(event, *lines)

    assert (once, twice) == (bank.Outcome(paid=1, open=2), bank.Outcome(old=3))
    assert (await Payment.all().count(), await BankLine.filter(event=event).count()) == (1, 3)


async def test_two_lines_that_are_quite_the_same_are_both_money() -> None:
    event = await hosted()
    order = await bought(event)

    await brought(event, (12000, order.code))
    again = await brought(event, (12000, order.code), (12000, order.code))

    assert again == bank.Outcome(open=1, old=1)
    ((_, verdict),) = await bank.undecided(event)
    assert verdict.why == f"Order {order.code} is paid by another line. Paid twice?"


async def test_what_is_not_certain_is_for_a_person() -> None:
    event = await hosted()
    order, other = await bought(event, code="full"), await bought(event, code="full")
    await order.change(code="A0B1C2D3")
    number = (await Invoice.get(order=other)).number

    found = {
        "too little": await seen(event, 11950, "A0B1C2D3"),
        "too much": await seen(event, 12100, "A0B1C2D3"),
        "two codes": await seen(event, 24000, f"A0B1C2D3 {other.code}"),
        "one character wrong": await seen(event, 12000, "A0B1C2D4"),
        "an invoice": await seen(event, 500, f"inv {number}"),
        "amount only": await seen(event, 12000, "thank you"),
        "unknown code": await seen(event, 777, "REF Z9Z9Z9Z9"),
        "nothing fits": await seen(event, 777, "rent"),
        "money out": await seen(event, -12000, "A0B1C2D3"),
    }

    both = ["A0B1C2D3", other.code]
    assert found == {
        "too little": (Does.DECIDE, ["A0B1C2D3"]),
        "too much": (Does.DECIDE, ["A0B1C2D3"]),
        "two codes": (Does.DECIDE, both),
        "one character wrong": (Does.DECIDE, ["A0B1C2D3"]),
        "an invoice": (Does.DECIDE, [other.code]),
        "amount only": (Does.DECIDE, both),
        "unknown code": (Does.DECIDE, []),
        "nothing fits": (Does.LEAVE, []),
        "money out": (Does.LEAVE, []),
    }


async def test_an_order_that_somebody_marked_as_paid_is_left_alone_and_nothing_is_kept() -> None:
    event = await hosted()
    order = await orders.pay(await bought(event), PayMethod.BANK, by="test")

    outcome = await brought(event, (12000, order.code), (777, "rent of Mr Private"), (-500, "coffee"))

    assert (outcome, await BankLine.filter(event=event).count(), await Payment.filter(order=order).count()) == (bank.Outcome(), 0, 1)


async def test_somebody_says_whose_money_it_is_and_a_second_click_changes_nothing() -> None:
    event = await hosted()
    order = await bought(event)
    await brought(event, (12000, "thank you"))
    line = await the_line(event)

    await bank.assign(event, line.id, f" {order.code[:4].lower()}-{order.code[4:]} ", by="olga")
    await bank.assign(event, line.id, order.code, by="olga")

    assert [one.amount for one in await Payment.filter(order=order)] == [12000]
    assert (await BankLine.get(id=line.id)).state == BankLineState.TAKEN
    assert await bank.undecided(event) == []


async def test_a_line_is_decided_once() -> None:
    event = await hosted()
    order, other = await bought(event), await bought(event)
    await brought(event, (12000, "thank you"))
    line = await the_line(event)
    await bank.assign(event, line.id, order.code, by="olga")

    for late in (bank.assign(event, line.id, other.code, by="tara"), bank.ignore(event, line.id, by="tara")):
        with pytest.raises(bank.Decided):
            await late

    assert (await Order.get(id=other.id)).state == OrderState.PLACED


async def test_what_is_ignored_keeps_no_text_and_does_not_come_back() -> None:
    event = await hosted()
    await bought(event)
    await brought(event, (12000, "Mr Private"))
    line = await the_line(event)

    await bank.ignore(event, line.id, by="olga")
    await bank.ignore(event, line.id, by="olga")
    again = await brought(event, (12000, "Mr Private"))

    assert ((await BankLine.get(id=line.id)).text, again) == ("", bank.Outcome(old=1))


async def test_too_much_and_money_for_a_cancelled_order_are_owed_back() -> None:
    event = await hosted()
    order, gone = await bought(event), await bought(event)
    await orders.cancel_order(gone, by="test")
    await brought(event, (12500, order.code), (12000, gone.code))

    for line in await BankLine.filter(event=event, state=BankLineState.OPEN):
        await bank.assign(event, line.id, order.code if line.amount == 12500 else gone.code, by="olga")

    assert [(await Order.get(id=one.id)).owed for one in (order, gone)] == [500, 12000]


async def test_a_code_that_is_not_of_this_event_is_refused_and_no_line_of_another_is_there() -> None:
    event, other = await hosted(), await hosted()
    order, foreign = await bought(event), await bought(other)
    await brought(event, (12000, "thank you"))
    line = await the_line(event)

    with pytest.raises(bank.NoSuchOrder) as refused:
        await bank.assign(event, line.id, foreign.code, by="olga")
    with pytest.raises(NotFound):
        await bank.assign(other, line.id, foreign.code, by="mallory")
    with pytest.raises(NotFound):
        await bank.ignore(other, line.id, by="mallory")

    assert refused.value.sentence == "No order of this event has that code."
    assert (await Order.get(id=order.id)).state == OrderState.PLACED


async def test_one_account_for_two_events_pays_each_order_where_it_belongs() -> None:
    event = await hosted()
    other = await hosted(event.organiser)
    here, there = await bought(event), await bought(other)
    lines = [(12000, here.code), (12000, there.code), (12000, "thank you")]

    outcomes = [await brought(event, *lines), await brought(other, *lines), await brought(event, *lines)]

    assert outcomes == [bank.Outcome(paid=1), bank.Outcome(paid=1, old=1), bank.Outcome(old=2)]


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("dev", 403), ("mallory", 404)])
@pytest.mark.parametrize("path", ["bank", "bank.csv", "bank.xlsx"])
async def test_who_of_the_team_sees_the_bank(path: str, name: str, status: int) -> None:
    event = await hosted()
    async with await signed_in(name, event) as here:
        answer = await here.get(f"/manage/{event.slug}/{path}")

    assert answer.status_code == status


async def test_2000_long_lines_against_3000_orders_are_weighed_in_a_moment() -> None:
    among = Known("GBP")
    for number in range(3000):
        order = Order(id=number, code=short_code(8), state=OrderState.PLACED, total=12000)
        among.by_code[order.code] = order
        among.by_due.setdefault(12000, []).append(order)
        among.by_invoice[f"2026{number:04}"] = order
    began = time.process_time()

    verdicts = weigh_all([Line(DAY, 12000, "ABCD 1234 " * 20)] * 2000, among)

    assert ({one.does for one in verdicts}, time.process_time() - began < 10) == ({Does.DECIDE}, True)
