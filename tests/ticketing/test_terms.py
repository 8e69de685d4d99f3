"""Cancelling by oneself: until when, for how much, and what the books and the credit note say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Invoice, Order, OrderState, PayMethod, Terms, Ticket
from eventsvc.ticketing.rules import catalogue, ledger, orders, terms, tickets
from tests.make import make_event, make_ticket_type
from tests.people import browser, signed_in
from tests.ticketing.test_ledger import bought

pytestmark = pytest.mark.usefixtures("rolled_back")


async def with_terms(**values: Any) -> Event:
    event = await make_event()
    await Terms.create(event=event, **{"paid_too": True, **values})
    return event


async def paid(event: Event, *prices: int) -> Order:
    return await orders.pay(await bought(event, *prices), PayMethod.BANK, by="olga")


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({}, 0),
        ({"fee_kind": "percent", "fee_value": 20}, 2400),
        ({"fee_kind": "percent", "fee_value": 33}, 3960),
        ({"fee_kind": "percent", "fee_value": 100}, 12000),
        ({"fee_kind": "fixed", "fee_value": 2500}, 4500),
        ({"fee_kind": "fixed", "fee_value": 2500, "free_until": now() + timedelta(hours=1)}, 0),
        ({"fee_kind": "fixed", "fee_value": 2500, "free_until": now() - timedelta(hours=1)}, 4500),
    ],
)
async def test_what_is_kept_of_two_tickets_is_in_the_offer_the_order_and_the_credit_note(values: dict[str, Any], kept: int) -> None:
    event = await with_terms(**values)
    order = await paid(event, 10000, 2000)

    offer = await terms.seen(event, order, await terms.live(order))
    await tickets.cancel_own_order(order, event, seen=offer.fee if offer else None)
    await tickets.cancel_own_order(order, event)

    order = await Order.get(id=order.id)
    assert offer is not None
    assert (offer.fee, offer.back) == (kept, 12000 - kept)
    assert (order.state, order.total, order.fee, order.owed) == (OrderState.CANCELLED, kept, kept, 12000 - kept)
    assert sum(one.gross for one in await Invoice.filter(order=order)) == kept
    assert [*await ledger.errors(), *await catalogue.quota_errors()] == []


async def test_vat_stays_in_what_is_kept() -> None:
    event = await with_terms(fee_kind="percent", fee_value=20)
    await event.organiser.change(vat_number="GB123456789")
    order = await paid(event, 12000)

    await tickets.cancel_own_order(order, event)

    note = await Invoice.get(order=order, kind="credit")
    assert (note.gross, note.vat) == (-9600, [{"rate": 20, "net": -8000, "vat": -1600}])
    assert [line["text"].split(",")[0] for line in note.lines][1] == "Cancellation fee"


async def test_one_ticket_of_two_is_given_back_for_its_part() -> None:
    event = await with_terms(fee_kind="percent", fee_value=50)
    order = await paid(event, 10000, 2000)
    ticket = await Ticket.get(order=order, price=2000).select_related("order")

    await tickets.cancel_own(ticket, event, seen=1000)

    order = await Order.get(id=order.id)
    assert (order.state, order.total, order.fee, order.owed) == (OrderState.PAID, 11000, 1000, 1000)
    assert await ledger.errors() == []


async def test_what_nobody_paid_costs_no_fee() -> None:
    event = await with_terms(fee_kind="fixed", fee_value=2500)
    order = await bought(event, 9500)

    await tickets.cancel_own_order(order, event)

    order = await Order.get(id=order.id)
    assert (order.state, order.fee, order.owed) == (OrderState.CANCELLED, 0, 0)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"cancel_until": now() - timedelta(minutes=1)}, terms.TooLate),
        ({"paid_too": False}, terms.AskOrganiser),
        ({"fee_kind": "fixed", "fee_value": 100}, terms.FeeChanged),
    ],
)
async def test_too_late_not_oneself_and_not_for_another_fee_than_the_one_shown(values: dict[str, Any], refusal: type[Exception]) -> None:
    event = await with_terms(**values)
    order = await paid(event, 9500)

    with pytest.raises(refusal):
        await tickets.cancel_own_order(order, event, seen=0)

    assert (await Order.get(id=order.id)).state == OrderState.PAID


async def test_whoever_has_a_ticket_that_another_paid_cannot_send_the_money_back() -> None:
    event = await with_terms()
    order = await paid(event, 9500)
    await Ticket.filter(order=order).update(email="ben@example.org")

    with pytest.raises(terms.AskOrganiser, match="whoever bought it"):
        await tickets.cancel_own(await Ticket.get(order=order).select_related("order"), event)


async def test_the_page_says_the_sum_and_the_organiser_sets_the_terms_and_may_waive_the_fee() -> None:
    event = await make_event()
    first, second = await paid(event, 9500), await paid(event, 9500)
    address = f"/{event.slug}/orders/{first.code}/{first.secret}"
    async with await signed_in("olga", event) as olga, browser() as ada:
        before = await ada.get(address)
        form = {"paid_too": "true", "fee_kind": "percent", "percent": "20", "free_until": "", "cancel_until": "", "fixed": ""}
        wrong = await olga.post(f"/manage/{event.slug}/terms", data={**form, "percent": "120"})
        saved = await olga.post(f"/manage/{event.slug}/terms", data=form, follow_redirects=True)
        shown = await ada.get(address)
        done = await ada.post(f"{address}/cancel", data={"fee": "1900"}, follow_redirects=True)
        desk = await olga.get(f"/manage/{event.slug}/orders/{second.code}")
        await olga.post(f"/manage/{event.slug}/orders/{second.code}", data={"do": "cancel", "method": "free"})

    assert "Cancel the whole order" not in before.text
    assert (wrong.status_code, saved.status_code) == (422, 200)
    assert "20 % of its price is kept for each ticket." in saved.text
    assert "<strong>You get £76 back, and £19 is kept.</strong>" in shown.text
    assert "You get back</dt><dd><strong>£76</strong>" in done.text
    assert "Keep the fee of £19" in desk.text
    assert (await Order.get(id=second.id)).owed == 9500


@pytest.mark.parametrize(
    ("number", "on", "vat", "note"),
    [
        ("de 123.456.789", True, 0, "Reverse charge"),
        ("DE123456789", False, 2000, ""),
        ("GB987654321", True, 2000, ""),
        ("", True, 2000, ""),
    ],
)
async def test_a_vat_number_of_another_country_takes_the_vat_off_where_the_organiser_says_so(
    number: str, on: bool, vat: int, note: str
) -> None:
    event = await with_terms(reverse_charge=on)
    await event.organiser.change(vat_number="GB123456789")
    order = await bought(event, 12000, vat_number=number)
    await orders.cancel_order(order, by="olga")

    bill, back = await Invoice.filter(order=order).order_by("id")

    assert [sum(part["vat"] for part in one.vat) for one in (bill, back)] == [vat, -vat]
    assert (bill.note.split(":")[0], back.note, bill.gross + back.gross) == (note, bill.note, 0)
    assert ("VAT DE123456789" in bill.buyer) == (number[:2].upper() == "DE")


async def test_a_vat_number_without_a_country_is_refused_beside_its_field() -> None:
    event = await make_event()
    await event.organiser.change(vat_number="GB123456789")
    kind = await make_ticket_type(event, price=9500)
    form = {"do": "order", "email": "ada@example.org", "tickets-0-name": "Ada", "tickets-0-ticket_type": kind.code, "vat_number": "12345"}
    async with browser() as ada:
        answer = await ada.post(f"/{event.slug}/tickets", data={**form, "invoice_to": "Severn Assays"})

    assert answer.status_code == 422
    assert "Begin with the two letters of the country" in answer.text
    assert 'value="12345"' in answer.text
