"""Add-ons: chosen for a ticket or part of it, each with a place, a price and its VAT."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event, Organiser
from eventsvc.ticketing.forms import OrderForm, VoucherForm
from eventsvc.ticketing.forms.add_ons import ticked
from eventsvc.ticketing.models import Invoice, Order, PayMethod, Quota, Ticket, TicketAddOn, TicketState, TicketType
from eventsvc.ticketing.rules import add_ons, books, catalogue, choosing, orders, placing, reports, tickets, vouchers
from tests.make import make_event

pytestmark = pytest.mark.usefixtures("rolled_back")


def wanted(*people: tuple[TicketType, list[Any]], voucher: str = "") -> OrderForm:
    rows = [{"ticket_type": kind.code, "name": f"Person {n}", "add_ons": extras} for n, (kind, extras) in enumerate(people, 1)]
    return OrderForm.model_validate({"email": "ada@example.org", "tickets": rows, "invoice_to": "Trust", "voucher": voucher})


async def shop(**values: Any) -> tuple[Event, TicketType]:
    event = await make_event(**values)
    return event, await catalogue.add_ticket_type(event, "Full", price=10000, places=50)


async def claimed(row: Any) -> int:
    return (await Quota.get(id=row.quota_id)).claimed


async def had(order: Order) -> list[tuple[str, int]]:
    rows = await TicketAddOn.filter(ticket__order=order, cancelled_at=None).select_related("add_on").order_by("id")
    return [(row.add_on.code, row.price) for row in rows]


async def test_a_ticket_with_a_dinner_costs_both_and_holds_a_place_of_each() -> None:
    event, full = await shop()
    dinner = await add_ons.add(event, "Dinner", price=4500, places=10)

    order = await placing.place_order(event, wanted((full, ["dinner"]), (full, [])))

    assert (order.total, await had(order)) == (24500, [("dinner", 4500)])
    assert (await claimed(full), await claimed(dinner)) == (2, 1)
    assert await catalogue.quota_errors() == []
    assert [one.name for one in await add_ons.holders(dinner)] == ["Person 1"]


async def test_a_part_of_a_ticket_comes_with_it_at_no_price() -> None:
    event, full = await shop()
    dinner = await add_ons.add(event, "Dinner", price=4500, places=10, included_in=["full"])

    order = await placing.place_order(event, wanted((full, []), (full, ["dinner"])))

    assert (order.total, await had(order)) == (20000, [("dinner", 0), ("dinner", 0)])
    assert await claimed(dinner) == 2


async def test_a_ticket_whose_part_is_sold_out_is_sold_out() -> None:
    event, full = await shop()
    await add_ons.add(event, "Dinner", places=0, included_in=["full"])

    with pytest.raises(placing.SoldOut) as refused:
        await placing.place_order(event, wanted((full, [])))

    assert (refused.value.field, await claimed(full)) == ("tickets-0-ticket_type", 0)


async def test_a_sold_out_add_on_is_refused_beside_its_field_and_nothing_is_kept() -> None:
    event, full = await shop()
    await add_ons.add(event, "Big dinner", places=1)
    await placing.place_order(event, wanted((full, ["big-dinner"])))

    with pytest.raises(placing.SoldOut) as refused:
        await placing.place_order(event, wanted((full, []), (full, ["big-dinner"])))

    assert (refused.value.field, refused.value.sentence) == ("tickets-1-add_on_big_dinner", "“Big dinner” is sold out. Leave it out.")
    assert await claimed(full) == 1


async def test_a_ticket_type_and_an_add_on_can_share_their_places() -> None:
    event = await make_event()
    day = await catalogue.add_ticket_type(event, "Day", places=2)
    seat = await add_ons.add(event, "Seat", quota=day.quota_id)

    await placing.place_order(event, wanted((day, ["seat"])))
    with pytest.raises(placing.SoldOut):
        await placing.place_order(event, wanted((day, [])))

    assert (seat.quota_id, await claimed(day)) == (day.quota_id, 2)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (["nothing"], "We do not have that."),
        (["secret"], "We do not have that."),
        (["dinner", "dinner"], "A ticket can have “Dinner” once."),
        (["students"], "“Students” does not go with “Full”."),
        (["later"], "“Later” is not on sale now."),
        (["morning-a", "morning-b"], "Choose “Morning A” or “Morning B”, not both."),
        ([{"code": "dinner", "amount": {"amount": 1}}], "“Dinner” has a fixed price."),
        ([{"code": "gift", "amount": {"amount": 499}}], "Enter at least £5 for “Gift”."),
        ([{"code": "gift", "amount": None}], "Enter how much you want to pay for “Gift”, at least £5."),
    ],
)
async def test_what_does_not_go_together_is_refused_in_words(chosen: list[Any], sentence: str) -> None:
    event, full = await shop()
    await catalogue.add_ticket_type(event, "Student")
    await add_ons.add(event, "Secret", public=False)
    await add_ons.add(event, "Dinner", price=4500)
    await add_ons.add(event, "Students", ticket_types=["student"])
    await add_ons.add(event, "Later", sale_starts=now() + timedelta(days=1))
    await add_ons.add(event, "Morning A", group="Morning")
    await add_ons.add(event, "Morning B", group="morning")
    await add_ons.add(event, "Gift", open_amount=True, price=500)

    with pytest.raises(Refused) as refused:
        await placing.place_order(event, wanted((full, chosen)))

    assert refused.value.sentence.startswith(sentence)
    assert (refused.value.field or "").startswith("tickets-0-")
    assert await Order.filter(event=event).count() == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12.50", 1250),
        ("£1,200", 120000),
        ("12,50", "Use a point for the pence: 12.50."),
        ("-5", "An amount cannot be below 0. Enter one such as 95 or 95.50."),
        ("1e9", "Enter an amount such as 95 or 95.50."),
        ("12.505", "Enter an amount such as 95 or 95.50."),
        ("9999999", "Enter at most 100,000."),
        ("٣", "Enter an amount such as 95 or 95.50."),
        ("0x10", "Enter an amount such as 95 or 95.50."),
        ("1,20,0", "Enter an amount such as 95 or 95.50."),
    ],
)
def test_an_amount_is_read_as_people_write_it_or_refused_in_words(typed: str, said: int | str) -> None:
    found, wrong = ticked([("tickets-0-amount_gift_aid", typed)], "tickets-0-")

    assert [(one.code, one.amount) for one in found] == ([("gift-aid", said)] if isinstance(said, int) else [])
    assert wrong == ([] if isinstance(said, int) else [("tickets-0-amount_gift_aid", said)])


@pytest.mark.parametrize(("amount", "total"), [(None, "at least £5"), (499, "Enter at least £5"), (500, 500), (2000, 2000)])
async def test_a_ticket_costs_what_its_buyer_chose(amount: int | None, total: int | str) -> None:
    event = await make_event()
    own = await catalogue.add_ticket_type(event, "Pay what you can", price=500, open_amount=True, suggested=1500)
    form = wanted((own, []))
    form.tickets[0].amount = amount

    if isinstance(total, int):
        assert (await placing.place_order(event, form)).total == total
    else:
        with pytest.raises(choosing.BadAmount, match=total) as refused:
            await placing.place_order(event, form)
        assert refused.value.field == "tickets-0-amount"


async def test_a_voucher_changes_the_price_of_tickets_and_not_of_add_ons() -> None:
    event, full = await shop()
    await add_ons.add(event, "Dinner", price=4500)
    await vouchers.add(event, VoucherForm(code="FREE", percent=100), by="test")

    order = await placing.place_order(event, wanted((full, ["dinner"]), voucher="FREE"))

    assert order.total == 4500
    assert (await Ticket.get(order=order)).state == TicketState.UNPAID


async def test_each_add_on_is_billed_with_its_own_vat_and_credited_when_its_ticket_goes() -> None:
    event, full = await shop()
    await Organiser.filter(id=event.organiser_id).update(vat_number="GB 1")
    await add_ons.add(event, "Book", price=1000, vat_rate=0)
    await add_ons.add(event, "Dinner", price=4800)
    order = await placing.place_order(event, wanted((full, ["book", "dinner"]), (full, ["dinner"])))
    await orders.pay(order, PayMethod.BANK, by="test")
    first = await Ticket.filter(order=order).order_by("id").select_related("order").first()
    assert first

    await tickets.cancel(first, by="test")

    bill, credit = await Invoice.filter(order=order).order_by("id")
    assert [(line["text"].partition(",")[0], line["count"], line["gross"]) for line in bill.lines] == [
        ("Full", 2, 20000),
        ("Book", 1, 1000),
        ("Dinner", 2, 9600),
    ]
    assert bill.vat == [{"rate": 0, "net": 1000, "vat": 0}, {"rate": 20, "net": 24667, "vat": 4933}]
    assert credit.gross == -15800
    assert (await Order.get(id=order.id)).owed == 15800
    assert books.total(await books.accounts(event)).adds_up
    assert await catalogue.quota_errors() == []


async def test_a_donation_is_asked_once_and_stays_with_the_order_while_it_has_a_ticket() -> None:
    event, full = await shop()
    gift = await add_ons.add(event, "Gift", open_amount=True, once=True, vat_rate=0)
    given = [{"code": "gift", "amount": {"amount": 2500}}]
    with pytest.raises(choosing.BadAddOn, match="once"):
        await placing.place_order(event, wanted((full, given), (full, given)))
    order = await placing.place_order(event, wanted((full, given), (full, [])))
    first, second = await Ticket.filter(order=order).order_by("id").select_related("order")

    await tickets.cancel(first, by="test")
    after_one = (await Order.get(id=order.id)).total
    await tickets.cancel(second, by="test")

    assert (order.total, after_one) == (22500, 12500)
    assert await claimed(gift) == 0
    assert sum(one.gross for one in await Invoice.filter(order=order)) == 0


async def test_files_say_who_has_what() -> None:
    event, full = await shop()
    await add_ons.add(event, "=Dinner", price=4500)
    await placing.place_order(event, wanted((full, ["dinner"]), (full, ["dinner"])))

    people, bought = await reports.attendees_csv(event), await reports.orders_csv(event)

    assert "'=Dinner" in people
    assert "2 × =Dinner" in bought


async def test_an_add_on_that_was_sold_stays_and_one_that_was_not_goes_with_its_places() -> None:
    event, full = await shop()
    sold, idle = await add_ons.add(event, "Sold"), await add_ons.add(event, "Idle")
    await placing.place_order(event, wanted((full, ["sold"])))

    with pytest.raises(add_ons.Sold):
        await add_ons.remove(sold)
    await add_ons.remove(idle)

    assert not await Quota.exists(id=idle.quota_id)
