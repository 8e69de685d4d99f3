"""Places that are kept for a while: confirmed in time, or given to others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventsvc.audit.models import Entry
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms import InvoiceToForm, OrderForm
from eventsvc.ticketing.models import HeldFor, Invoice, Order, OrderState, PayMethod, Quota, Ticket, TicketState, TicketType, Voucher
from eventsvc.ticketing.rules import catalogue, holding, ledger, orders, placing, vouchers
from tests.make import make_event, make_ticket_type
from tests.people import browser

pytestmark = pytest.mark.usefixtures("rolled_back")
TO = InvoiceToForm(invoice_to="Severn Assays", purchase_order="PO 7")


async def reserved(event: Event, *types: TicketType, why: HeldFor = HeldFor.CARD, **more: str) -> Order:
    people = [{"ticket_type": one.code, "name": f"Person {n}"} for n, one in enumerate(types, 1)]
    wanted = OrderForm.model_validate({"email": "ada@example.org", "tickets": people, **more})
    return await placing.place_order(event, wanted, hold=holding.Hold(why, now() + holding.KEPT))


async def states(order: Order) -> set[TicketState]:
    return {one.state for one in await Ticket.filter(order=order)}


async def actions(order: Order) -> list[str]:
    return [one.action for one in await Entry.filter(subject=order.code).order_by("id")]


async def all_is_right() -> bool:
    return [*await catalogue.quota_errors(), *await vouchers.voucher_errors(), *await ledger.errors()] == []


async def test_a_reserved_order_holds_its_place_and_sends_no_letter_yet() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500, places=1)

    order = await reserved(event, paid)

    assert (order.state, order.due, await states(order)) == (OrderState.RESERVED, 9500, {TicketState.PENDING})
    assert (await Quota.get(id=paid.quota_id)).available == 0
    assert (await Letter.filter(to="ada@example.org").count(), await Invoice.filter(order=order).count()) == (0, 0)
    assert await all_is_right()


async def test_when_its_time_is_over_the_places_and_the_voucher_are_given_back_once() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500, places=1)
    await Voucher.create(event=event, code="HALF", kind="percent", value=50, uses=1)
    order = await reserved(event, paid, voucher="HALF")

    early = await holding.expire_due()
    with travel(now() + timedelta(minutes=16)):
        late, again = await holding.expire_due(), await holding.expire_due()

    assert (early, late, again) == (0, 1, 0)
    order = await Order.get(id=order.id)
    assert (order.state, order.total, await states(order)) == (OrderState.EXPIRED, 0, {TicketState.CANCELLED})
    assert ((await Quota.get(id=paid.quota_id)).claimed, (await Voucher.get(code="HALF")).used) == (0, 0)
    assert await Letter.filter(to="ada@example.org").count() == 0
    assert await all_is_right()


async def test_who_waits_for_an_approval_hears_that_the_places_are_gone() -> None:
    event = await make_event()
    await reserved(event, await make_ticket_type(event), why=HeldFor.APPROVAL)

    with travel(now() + timedelta(minutes=16)):
        await holding.expire_due()

    assert await Letter.exists(to="ada@example.org", kind="ticketing/expired")


async def test_confirming_places_the_order_with_letter_and_invoice_once() -> None:
    event = await make_event()
    free, paid = await make_ticket_type(event), await make_ticket_type(event, price=9500)
    order = await reserved(event, free, paid, why=HeldFor.APPROVAL)

    await orders.confirm(order, by="olga")
    await orders.confirm(order, by="olga")

    order = await Order.get(id=order.id)
    assert (order.state, order.due, order.held_until) == (OrderState.PLACED, 9500, None)
    assert await states(order) == {TicketState.VALID, TicketState.UNPAID}
    assert [one.gross for one in await Invoice.filter(order=order)] == [9500]
    assert [one.kind for one in await Letter.filter(to="ada@example.org")] == ["ticketing/asked", "ticketing/confirmation"]
    assert await actions(order) == ["order.reserved", "order.placed"]


async def test_money_confirms_an_order_that_waits_for_it_and_not_one_that_waits_for_approval() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500)
    card, approval = await reserved(event, paid), await reserved(event, paid, why=HeldFor.APPROVAL)

    for order in (card, approval):
        await orders.pay(order, PayMethod.BANK, by="olga")

    card, approval = await Order.get(id=card.id), await Order.get(id=approval.id)
    assert (card.state, await states(card)) == (OrderState.PAID, {TicketState.VALID})
    assert (approval.state, approval.paid, approval.due) == (OrderState.RESERVED, 9500, 0)
    await orders.confirm(approval, by="olga")
    assert (await Order.get(id=approval.id)).state == OrderState.PAID
    assert await all_is_right()


async def test_places_that_nobody_keeps_any_more_go_to_the_next_buyer_at_once() -> None:
    event = await make_event()
    last = await make_ticket_type(event, places=1)
    first = await reserved(event, last)

    with pytest.raises(placing.SoldOut):
        await reserved(event, last)
    with travel(now() + timedelta(minutes=16)):
        second = await reserved(event, last)

    assert (await Order.get(id=first.id)).state == OrderState.EXPIRED
    assert second.state == OrderState.RESERVED
    assert await all_is_right()


@pytest.mark.parametrize("places", [1, 2])
async def test_money_for_an_expired_order_brings_it_back_while_its_places_are_there(places: int) -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500, places=places)
    order = await reserved(event, paid)
    with travel(now() + timedelta(minutes=16)):
        await holding.expire_due()
    await reserved(event, paid)

    await orders.receive(order, PayMethod.CARD, 9500, by="card", reference="pi_1")
    await orders.receive(order, PayMethod.CARD, 9500, by="card", reference="pi_1")

    order = await Order.get(id=order.id)
    there, gone = (OrderState.PAID, {TicketState.VALID}, 0), (OrderState.EXPIRED, {TicketState.CANCELLED}, 9500)
    assert (order.state, await states(order), order.owed) == (there if places == 2 else gone)
    assert order.paid == 9500
    assert await all_is_right()


async def test_money_does_not_bring_back_an_order_that_nobody_approved() -> None:
    event = await make_event()
    order = await reserved(event, await make_ticket_type(event, price=9500), why=HeldFor.APPROVAL)
    with travel(now() + timedelta(minutes=16)):
        await holding.expire_due()

    await orders.receive(order, PayMethod.BANK, 9500, by="bank")

    order = await Order.get(id=order.id)
    assert (order.state, order.owed) == (OrderState.EXPIRED, 9500)


async def test_time_is_given_once_more_and_not_twice() -> None:
    event = await make_event()
    order = await reserved(event, await make_ticket_type(event, price=9500))

    first = (await holding.extend(order)).held_until
    second = (await holding.extend(order)).held_until

    assert order.held_until is not None
    assert first == second == order.held_until + holding.KEPT
    assert "order.extended" in await actions(order)


async def test_the_page_of_an_order_says_until_when_and_lets_one_go_on_by_invoice() -> None:
    event = await make_event()
    order = await reserved(event, await make_ticket_type(event, price=9500))
    address = f"/{event.slug}/orders/{order.code}/{order.secret}"
    async with browser() as ada:
        kept = await ada.get(address)
        more = await ada.post(f"{address}/extend")
        empty = await ada.post(f"{address}/invoice", data={"purchase_order": "PO 7"})
        done = await ada.post(f"{address}/invoice", data=TO.model_dump(), follow_redirects=True)

    assert order.held_until is not None
    assert f"<strong>{event.local(order.held_until):%H:%M}</strong>" in kept.text
    assert (more.status_code, empty.status_code, done.status_code) == (303, 422, 200)
    assert "PO 7" in empty.text
    assert "Please pay £95" in done.text
    order = await Order.get(id=order.id)
    assert (order.state, order.invoice_to) == (OrderState.PLACED, "Severn Assays")


async def test_a_page_opened_too_late_says_so_and_a_form_filled_in_too_late_works_while_the_places_are_there() -> None:
    event = await make_event()
    paid = await make_ticket_type(event, price=9500, places=1)
    order = await reserved(event, paid)
    address = f"/{event.slug}/orders/{order.code}/{order.secret}"
    async with browser() as ada:
        with travel(now() + timedelta(minutes=16)):
            late = await ada.get(address)
            more = await ada.post(f"{address}/extend")
            saved = await ada.post(f"{address}/invoice", data=TO.model_dump())

    assert "The time for this order is over" in late.text
    assert more.status_code == 409
    assert saved.status_code == 303
    assert (await Order.get(id=order.id)).state == OrderState.PLACED
