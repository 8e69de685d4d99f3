"""Changing a ticket after it was bought: places move at once, and the money follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.audit.models import Entry
from eventsvc.core.attempts import Attempt
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event, Organiser
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms import OrderForm, VoucherForm
from eventsvc.ticketing.forms.add_ons import ChangeForm
from eventsvc.ticketing.forms.terms import TermsForm
from eventsvc.ticketing.models import Invoice, Order, PayMethod, Quota, Ticket, TicketState, TicketType, Voucher
from eventsvc.ticketing.rules import add_ons, books, catalogue, changing, ledger, orders, placing, terms, vouchers
from eventsvc.website.jobs import orders as letters
from tests.make import make_event
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def shop() -> tuple[Event, TicketType, TicketType]:
    event = await make_event(start=(now() + timedelta(days=30)).date())
    day = await catalogue.add_ticket_type(event, "Day", price=10000, places=5)
    full = await catalogue.add_ticket_type(event, "Full", price=15000, places=1)
    await add_ons.add(event, "Dinner", price=4500, places=1)
    await add_ons.add(event, "Lunch", price=1500, included_in=["full"])
    return event, day, full


async def bought(event: Event, code: str = "day", extras: list[Any] | None = None, **more: Any) -> Ticket:
    rows = [{"ticket_type": code, "name": "Ada", "add_ons": extras or []}]
    form = OrderForm.model_validate({"email": "ada@example.org", "tickets": rows, "invoice_to": "Trust", **more})
    return await Ticket.get(order=await placing.place_order(event, form)).select_related("order", "ticket_type")


def into(code: str | None = None, *extras: Any) -> ChangeForm:
    return ChangeForm.model_validate({"ticket_type": code, "add_ons": list(extras)})


async def whole(event: Event) -> bool:
    """Every number is as it should be."""
    wrong = [*await catalogue.quota_errors(), *await ledger.errors(), *await vouchers.voucher_errors()]
    return not wrong and books.total(await books.accounts(event)).adds_up


async def test_a_dearer_ticket_of_a_paid_order_leaves_the_difference_to_pay_on_an_invoice_of_its_own() -> None:
    event, day, full = await shop()
    await Organiser.filter(id=event.organiser_id).update(vat_number="GB 1")
    ticket = await bought(event)
    await orders.pay(ticket.order, PayMethod.BANK, by="test")

    made = await changing.change(event, ticket, into("full", "dinner"), by="buyer", own=True, seen=9500)

    order, after = await Order.get(id=ticket.order_id), await Ticket.get(id=ticket.id)
    bill = await Invoice.filter(order=order).order_by("-id").first()
    assert bill
    assert (made.more, order.state, order.due, order.total) == (9500, "placed", 9500, 19500)
    assert (after.ticket_type_id, after.state, after.code) == (full.id, TicketState.UNPAID, ticket.code)
    assert [(line["text"].partition(",")[0], line["gross"]) for line in bill.lines] == [("Full", 15000), ("Dinner", 4500), ("Day", -10000)]
    assert (bill.kind, bill.gross, bill.vat) == ("invoice", 9500, [{"rate": 20, "net": 7917, "vat": 1583}])
    assert [(await Quota.get(id=one.quota_id)).claimed for one in (day, full)] == [0, 1]
    assert await Entry.filter(action="ticket.changed", subject=ticket.code).count() == 1
    assert await whole(event)

    await orders.pay(order, PayMethod.BANK, by="test")
    assert (await Ticket.get(id=ticket.id)).state == TicketState.VALID


async def test_a_cheaper_ticket_brings_a_credit_note_and_money_back() -> None:
    event, _, _ = await shop()
    ticket = await bought(event, "full", ["dinner"])
    await orders.pay(ticket.order, PayMethod.BANK, by="test")

    await changing.change(event, ticket, into("day"), by="Olga")

    order = await Order.get(id=ticket.order_id)
    assert (order.state, order.total, order.owed) == ("paid", 10000, 9500)
    assert [(one.kind, one.gross) for one in await Invoice.filter(order=order).order_by("id")] == [("invoice", 19500), ("credit", -9500)]
    assert await whole(event)


async def test_what_stays_keeps_its_price_and_looking_changes_nothing() -> None:
    event, day, _ = await shop()
    ticket = await bought(event, extras=["dinner"])
    await add_ons.change(event, await add_ons.of_event(event, "dinner"), price=9900)
    await catalogue.change_ticket_type(event, day, price=99900)

    seen = await changing.look(event, ticket, into("day", "dinner", "lunch"), own=True)
    none = await changing.change(event, ticket, into("day", "dinner"), by="buyer", own=True)

    assert (seen.more, none.more, (await Order.get(id=ticket.order_id)).total) == (1500, 0, 14500)
    assert await Entry.filter(action="ticket.changed").count() == 0


async def test_as_dear_with_another_vat_is_a_credit_note_and_a_new_invoice() -> None:
    event, _, _ = await shop()
    await Organiser.filter(id=event.organiser_id).update(vat_number="GB 1")
    await catalogue.add_ticket_type(event, "Book", price=10000, vat_rate=0)
    ticket = await bought(event)
    await orders.pay(ticket.order, PayMethod.BANK, by="test")

    await changing.change(event, ticket, into("book"), by="buyer", own=True, seen=0)

    assert [(one.kind, one.gross, one.vat) for one in await Invoice.filter(order=ticket.order).order_by("id")] == [
        ("invoice", 10000, [{"rate": 20, "net": 8333, "vat": 1667}]),
        ("credit", -10000, [{"rate": 20, "net": -8333, "vat": -1667}]),
        ("invoice", 10000, [{"rate": 0, "net": 10000, "vat": 0}]),
    ]
    message = await letters.changed(await Letter.get(kind="ticketing/changed"))
    assert message
    assert (len(message.parts), (await Order.get(id=ticket.order_id)).state) == (2, "paid")
    assert await whole(event)


async def test_a_buyer_leaves_no_fewer_of_a_type_than_it_is_sold_in() -> None:
    event, _, _ = await shop()
    await catalogue.add_ticket_type(event, "Group", price=8000, min_per_order=2)
    rows = [{"ticket_type": "group", "name": "Ada"}, {"ticket_type": "group", "name": "Ben"}]
    order = await placing.place_order(event, OrderForm.model_validate({"email": "a@example.org", "tickets": rows, "invoice_to": "Trust"}))
    one, two = await Ticket.filter(order=order).order_by("id")

    with pytest.raises(placing.NotOnSale) as refused:
        await changing.change(event, one, into("day"), by="buyer", own=True)
    await changing.change(event, one, into("day"), by="Olga")
    await changing.change(event, two, into("day"), by="buyer", own=True)  # then none is left

    said = "“Group” is sold from 2 tickets on, and 1 would be left. Write to the organiser to change it."
    assert (refused.value.field, refused.value.sentence) == ("tickets-0-ticket_type", said)


async def test_a_free_ticket_that_gets_a_dinner_is_billed_for_it() -> None:
    event, _, _ = await shop()
    await catalogue.add_ticket_type(event, "Guest")
    ticket = await bought(event, "guest")

    await changing.change(event, ticket, into("guest", "dinner"), by="buyer", own=True)

    order = await Order.get(id=ticket.order_id)
    assert (order.state, order.due, order.due_on is not None) == ("placed", 4500, True)
    assert [one.gross for one in await Invoice.filter(order=order)] == [4500]
    assert await whole(event)


async def test_all_places_move_or_none() -> None:
    event, day, _ = await shop()
    await bought(event, "full")
    ticket = await bought(event)

    with pytest.raises(placing.SoldOut) as refused:
        await changing.change(event, ticket, into("full"), by="buyer", own=True)

    assert refused.value.field == "tickets-0-ticket_type"
    assert (await Ticket.get(id=ticket.id)).ticket_type_id == day.id


async def test_a_voucher_is_given_back_where_it_does_not_fit() -> None:
    event, _, _ = await shop()
    await vouchers.add(event, VoucherForm(code="DAYS", percent=50, ticket_types=["day"], uses=1, reserves=True), by="test")
    ticket = await bought(event, voucher="DAYS")

    await changing.change(event, ticket, into("full"), by="Olga")

    after = await Ticket.get(id=ticket.id)
    assert (after.price, after.voucher_id, (await Voucher.get(code="DAYS")).used) == (15000, None, 0)
    assert await whole(event)


@pytest.mark.parametrize(
    ("what", "wanted", "sentence"),
    [
        ("hidden", into("secret"), "Choose one of the tickets on offer."),
        ("unknown", into("day", "nothing"), "We do not have that."),
        ("late", into("full"), "Tickets could be changed until"),
        ("back", into("day"), "This would cost less, and money would come back."),
        ("seen", into("full"), "It comes to £50 more by now."),
        ("cancelled", into("full"), "This ticket was cancelled"),
    ],
)
async def test_what_a_buyer_may_not_change_is_refused_in_words(what: str, wanted: ChangeForm, sentence: str) -> None:
    event, _, _ = await shop()
    await catalogue.add_ticket_type(event, "Secret", public=False)
    ticket = await bought(event, extras=["dinner"] if what == "back" else None)
    if what == "late":
        await event.change(changes_until=now() - timedelta(hours=1))
    if what == "back":
        await orders.pay(ticket.order, PayMethod.BANK, by="test")
    if what == "cancelled":
        await orders.cancel_order(ticket.order, by="test")

    with pytest.raises(Refused) as refused:
        await changing.change(event, ticket, wanted, by="buyer", own=True, seen=1 if what == "seen" else None)

    assert refused.value.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"min_per_order": 5}, "“Group” is sold from 5 tickets on."),
        ({"max_per_order": 1}, "At most 1 of “Group” in one order."),
    ],
)
async def test_a_buyer_gets_no_price_by_changing_that_the_shop_would_not_give(limits: dict[str, int], sentence: str) -> None:
    event, _, _ = await shop()
    await catalogue.add_ticket_type(event, "Group", price=5000, **{"min_per_order": 1, "max_per_order": 10, **limits})
    people = [{"ticket_type": "day", "name": "Ada"}, {"ticket_type": "day", "name": "Ben"}]
    order = await placing.place_order(event, OrderForm.model_validate({"email": "a@example.org", "tickets": people, "invoice_to": "Trust"}))
    one, two = await Ticket.filter(order=order).order_by("id")
    if "max_per_order" in limits:
        await changing.change(event, one, into("group"), by="buyer", own=True)

    with pytest.raises(placing.NotOnSale) as refused:
        await changing.change(event, two, into("group"), by="buyer", own=True)
    await changing.change(event, two, into("group"), by="Olga")

    assert (refused.value.sentence.startswith(sentence), refused.value.field) == (True, "tickets-0-ticket_type")
    assert await whole(event)


async def test_a_buyer_gets_back_by_changing_what_they_would_by_cancelling() -> None:
    event, _, _ = await shop()
    await terms.change(event, TermsForm(paid_too=True), by="test")
    ticket = await bought(event, extras=["dinner"])
    await orders.pay(ticket.order, PayMethod.BANK, by="test")

    await changing.change(event, ticket, into("day"), by="buyer", own=True)

    assert (await Order.get(id=ticket.order_id)).owed == 4500


async def test_the_buyer_sees_the_difference_before_it_counts(client: httpx.AsyncClient) -> None:
    event, _, _ = await shop()
    ticket = await bought(event)
    base = f"/{event.slug}/orders/{ticket.order.code}/{ticket.order.secret}"
    wanted = {"tickets-0-ticket_type": "full", "tickets-0-add_on_dinner": "dinner"}

    order_page = (await client.get(base)).text
    look = await client.post(f"{base}/tickets/{ticket.code}", data={**wanted, "do": "look"})
    unseen = (await Order.get(id=ticket.order_id)).total
    stale = await client.post(f"{base}/tickets/{ticket.code}", data={**wanted, "do": "change", "seen": "1"})
    done = await client.post(f"{base}/tickets/{ticket.code}", data={**wanted, "do": "change", "seen": "9500"})
    after = (await client.get(done.headers["location"])).text
    stranger = await client.get(f"/{event.slug}/orders/{ticket.order.code}/wrong/tickets/{ticket.code}")
    message = await letters.changed(await Letter.get(kind="ticketing/changed"))

    assert f"{base}/tickets/{ticket.code}" in order_page
    assert ("£95 more" in look.text, unseen, stale.status_code, done.status_code) == (True, 10000, 422, 303)
    assert ["Please pay £195" in after, "Your ticket is changed." in after] == [True, True]
    assert stranger.status_code == 404
    assert message
    assert ["Full" in message.text, "+ Dinner" in message.text, "£195" in message.text] == [True] * 3
    assert [part.media_type for part in message.parts] == ["application/pdf"]


async def test_nobody_floods_an_address_with_letters_about_changes(client: httpx.AsyncClient) -> None:
    event, _, _ = await shop()
    ticket = await bought(event)
    page = f"/{event.slug}/orders/{ticket.order.code}/{ticket.order.secret}/tickets/{ticket.code}"

    first = await client.post(page, data={"tickets-0-ticket_type": "full", "do": "change"})
    await Attempt.filter(key__startswith="order-mail:").update(count=60)
    too_many = await client.post(page, data={"tickets-0-ticket_type": "day", "do": "change"})

    assert (first.status_code, too_many.status_code) == (303, 429)
    assert await Letter.filter(kind="ticketing/changed").count() == 1


async def test_organisers_and_systems_change_tickets(client: httpx.AsyncClient) -> None:
    event, _, _ = await shop()
    ticket = await bought(event)
    page = f"/manage/{event.slug}/attendees/{ticket.code}/change"

    async with await signed_in("olga", event) as olga, await signed_in("dev", event) as dev:
        shown = await olga.get(page)
        done = await olga.post(page, data={"tickets-0-ticket_type": "day", "tickets-0-add_on_dinner": "dinner", "do": "change"})
        refused = await dev.get(page)
    async with await system(event, "orders") as http:
        answer = await http.patch(f"/api/v1/events/{event.slug}/tickets/{ticket.code}", json={"ticket_type": "full"})

    assert (shown.status_code, done.status_code, refused.status_code) == (200, 303, 403)
    assert answer.json()["total"]["amount"] == 19500
    assert sorted(one["code"] for one in answer.json()["tickets"][0]["add_ons"]) == ["dinner", "lunch"]
    assert await whole(event)
