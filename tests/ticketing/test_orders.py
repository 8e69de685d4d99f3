"""Placing, paying and cancelling orders."""

from __future__ import annotations

import pytest

from eventsvc.audit.models import Entry
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.models import Order, OrderState, Payment, PayMethod, Quota, Ticket, TicketState, TicketType
from eventsvc.ticketing.rules import catalogue, orders, placing, tickets, vouchers
from tests.make import make_event, make_ticket_type

pytestmark = pytest.mark.usefixtures("rolled_back")


def wanted(*types: TicketType, email: str = "ada@example.org", **more: str) -> OrderForm:
    people = [TicketWanted(ticket_type=one.code, name=f"Person {n}") for n, one in enumerate(types, 1)]
    return OrderForm(email=email, tickets=people, **more)


async def claimed(ticket_type: TicketType) -> int:
    return (await Quota.get(id=ticket_type.quota_id)).claimed


async def test_a_free_order_is_paid_and_its_ticket_valid_at_once() -> None:
    event = await make_event()
    free = await make_ticket_type(event)

    order = await placing.place_order(event, wanted(free))

    ticket = await Ticket.get(order=order)
    assert (order.state, order.total, ticket.state) == (OrderState.PAID, 0, TicketState.VALID)
    assert await claimed(free) == 1
    assert await Letter.filter(kind="ticketing/confirmation", to="ada@example.org").count() == 1
    assert await Entry.filter(action="order.placed", subject=order.code).count() == 1


async def test_a_paid_order_waits_for_its_money() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500)

    order = await placing.place_order(event, wanted(paid, invoice_to="Severn Assays"))

    assert (order.state, order.total, order.due) == (OrderState.PLACED, 9500, 9500)
    assert (await Ticket.get(order=order)).state == TicketState.UNPAID


async def test_a_free_ticket_in_an_unpaid_order_is_good() -> None:
    event = await make_event()
    free, paid = await make_ticket_type(event), await make_ticket_type(event, price=9500)

    order = await placing.place_order(event, wanted(free, paid, invoice_to="Severn Assays"))

    states = {ticket.ticket_type_id: ticket.state for ticket in await Ticket.filter(order=order)}
    assert states == {free.id: TicketState.VALID, paid.id: TicketState.UNPAID}


async def test_paying_makes_tickets_valid_and_counts_once() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500)
    order = await placing.place_order(event, wanted(paid, invoice_to="Severn Assays"))

    await orders.pay(order, PayMethod.BANK, by="Olga")
    await orders.pay(order, PayMethod.BANK, by="Olga")

    assert (await Ticket.get(order=order)).state == TicketState.VALID
    assert [payment.amount for payment in await Payment.filter(order=order)] == [9500]


async def test_a_card_is_refused_while_cards_are_not_set_up() -> None:
    event = await make_event()
    order = await placing.place_order(event, wanted(await make_ticket_type(event, price=100), invoice_to="x"))

    with pytest.raises(orders.BadMove, match="not set up"):
        await orders.pay(order, PayMethod.CARD, by="Olga")


async def test_the_last_place_is_sold_and_not_one_more() -> None:
    event = await make_event()
    one = await make_ticket_type(event, places=1)
    await placing.place_order(event, wanted(one))

    with pytest.raises(placing.SoldOut) as refused:
        await placing.place_order(event, wanted(one, email="ben@example.org"))

    assert refused.value.field == "tickets-0-ticket_type"
    assert await claimed(one) == 1
    assert await Order.filter(event=event).count() == 1
    assert await Letter.filter(to="ben@example.org").count() == 0


async def test_an_order_is_all_or_nothing() -> None:
    event = await make_event()
    plenty, last = await make_ticket_type(event, places=5), await make_ticket_type(event, places=1)

    with pytest.raises(placing.SoldOut):
        await placing.place_order(event, wanted(plenty, last, last))

    assert (await claimed(plenty), await claimed(last)) == (0, 0)


async def test_the_same_key_is_the_same_order() -> None:
    event = await make_event()
    free = await make_ticket_type(event)

    first = await placing.place_order(event, wanted(free), key="k1")
    second = await placing.place_order(event, wanted(free), key="k1")

    assert first.id == second.id
    assert await claimed(free) == 1


async def test_the_same_key_for_something_else_is_refused() -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await placing.place_order(event, wanted(free), key="k1")

    with pytest.raises(placing.KeyReused):
        await placing.place_order(event, wanted(free, free), key="k1")


async def test_a_ticket_type_of_another_event_is_not_sold() -> None:
    event, other = await make_event(), await make_event()
    foreign = await make_ticket_type(other)

    with pytest.raises(placing.NoSuchTicketType):
        await placing.place_order(event, wanted(foreign))


async def test_a_hidden_type_is_not_sold_on_the_page() -> None:
    event = await make_event()
    hidden = await make_ticket_type(event, public=False)

    with pytest.raises(placing.NoSuchTicketType):
        await placing.place_order(event, wanted(hidden))

    assert (await placing.place_order(event, wanted(hidden), source="api")).state == OrderState.PAID


async def test_an_unknown_voucher_is_refused_beside_its_field() -> None:
    event = await make_event()
    free = await make_ticket_type(event)

    with pytest.raises(vouchers.BadVoucher) as refused:
        await placing.place_order(event, wanted(free, voucher="FREE100"))

    assert refused.value.field == "voucher"


async def test_cancelling_gives_the_places_back_once() -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    order = await placing.place_order(event, wanted(free, free))

    await orders.cancel_order(order, by="Olga")
    await orders.cancel_order(order, by="Olga")

    assert await claimed(free) == 0
    assert {ticket.state for ticket in await Ticket.filter(order=order)} == {TicketState.CANCELLED}
    assert await Letter.filter(kind="ticketing/cancelled").count() == 1


async def test_a_cancelled_order_cannot_be_paid() -> None:
    event = await make_event()
    order = await placing.place_order(event, wanted(await make_ticket_type(event, price=100), invoice_to="x"))
    await orders.cancel_order(order, by="Olga")

    with pytest.raises(orders.BadMove):
        await orders.pay(order, PayMethod.CASH, by="Olga")


async def _two_tickets(event: Event) -> tuple[Order, list[Ticket], TicketType]:
    paid = await make_ticket_type(event, price=5000)
    order = await placing.place_order(event, wanted(paid, paid, invoice_to="x"))
    return order, await Ticket.filter(order=order).select_related("order").order_by("id"), paid


async def test_cancelling_one_ticket_lowers_the_total() -> None:
    event = await make_event()
    order, both, paid = await _two_tickets(event)

    await tickets.cancel(both[0], by="Olga")

    assert (await Order.get(id=order.id)).total == 5000
    assert await claimed(paid) == 1


async def test_cancelling_the_last_ticket_cancels_the_order() -> None:
    event = await make_event()
    order, both, paid = await _two_tickets(event)

    for ticket in both:
        await tickets.cancel(ticket, by="Olga")

    assert (await Order.get(id=order.id)).state == OrderState.CANCELLED
    assert await claimed(paid) == 0


async def test_numbers_of_places_match_the_tickets() -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await placing.place_order(event, wanted(free))
    assert await catalogue.quota_errors() == []

    await Quota.filter(id=free.quota_id).update(claimed=3)

    assert [error.endswith("1 tickets, add-ons and vouchers hold one.") for error in await catalogue.quota_errors()] == [True]


async def test_fewer_places_than_are_taken_is_refused() -> None:
    event = await make_event()
    free = await make_ticket_type(event, places=5)
    await placing.place_order(event, wanted(free, free))

    with pytest.raises(catalogue.TooFewPlaces, match="2 places are taken"):
        await catalogue.change_ticket_type(event, free, places=1)


async def test_a_sold_ticket_type_stays() -> None:
    event = await make_event()
    free = await make_ticket_type(event)
    await placing.place_order(event, wanted(free))

    with pytest.raises(catalogue.Sold):
        await catalogue.remove_ticket_type(free)
