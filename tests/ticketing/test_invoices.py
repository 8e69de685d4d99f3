"""Invoices: what they say, that they never change, that no number is missing, and who may read them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import pytest

from eventsvc.core.money import show
from eventsvc.events import rules as events
from eventsvc.events.forms import OrganiserForm
from eventsvc.events.models import Event, Organiser
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import Invoice, InvoiceKind, InvoiceSeries, Order, PayMethod, Ticket
from eventsvc.ticketing.rules import invoices, orders, placing, refunds, tickets
from tests.make import make_event, make_ticket_type
from tests.people import person, signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def registered(**values: Any) -> Event:
    """An event of an organiser of its own, registered for VAT."""
    event = await make_event()
    organiser = await Organiser.create(name=f"Cluster {event.slug}", vat_number="GB 123 4567 89", invoice_prefix="WM", **values)
    await event.change(organiser_id=organiser.id)
    return await Event.get(id=event.id).select_related("organiser")


async def bought(event: Event, *codes: str) -> Order:
    wanted = [{"ticket_type": code, "name": "Ada Lovelace"} for code in codes]
    body = {"email": "ada@example.org", "tickets": wanted, "invoice_to": "Royal Trust\nLeeds", "purchase_order": "PO-7"}
    return await placing.place_order(event, OrderForm.model_validate(body))


@pytest.mark.parametrize(
    ("gross", "rate", "net", "vat"),
    [
        (12000, 20, 10000, 2000),
        (9500, 20, 7917, 1583),
        (10500, 5, 10000, 500),
        (5000, 0, 5000, 0),
        (1, 20, 1, 0),
        (3, 20, 2, 1),
        (-9500, 20, -7917, -1583),
    ],
)
async def test_vat_is_taken_out_of_the_gross_price(gross: int, rate: int, net: int, vat: int) -> None:
    assert invoices.split([{"gross": gross, "rate": rate}], True) == [{"rate": rate, "net": net, "vat": vat}]


async def test_an_order_to_be_paid_gets_an_invoice_that_says_what_was_bought() -> None:
    event = await registered(address="Foundry Lane", bank_details="Sort code 00-00-00")
    await make_ticket_type(event, code="full", name="Full", price=12000)
    await make_ticket_type(event, code="book", name="Book", price=1000, vat_rate=0)
    await make_ticket_type(event, code="free", name="Free", price=0)

    order = await bought(event, "full", "full", "book", "free")

    invoice = await Invoice.get(order=order)
    assert invoice.number == f"WM-{date.today().year}-0001"
    assert [(line["text"], line["count"], line["gross"]) for line in invoice.lines] == [
        (f"Full, {event.name}", 2, 24000),
        (f"Book, {event.name}", 1, 1000),
    ]
    assert invoice.vat == [{"rate": 0, "net": 1000, "vat": 0}, {"rate": 20, "net": 20000, "vat": 4000}]
    assert (invoice.gross, invoice.buyer, invoice.purchase_order) == (25000, "Royal Trust\nLeeds", "PO-7")
    assert "Ada" not in json.dumps([invoice.lines, invoice.seller])


async def test_a_free_order_gets_none_and_takes_no_number() -> None:
    event = await registered()
    await make_ticket_type(event, code="free", price=0)

    await bought(event, "free")

    assert await Invoice.filter(event=event).count() == 0
    assert await InvoiceSeries.filter(organiser_id=event.organiser_id).count() == 0


async def test_an_organiser_without_a_vat_number_charges_none() -> None:
    event = await make_event()
    await make_ticket_type(event, code="full", price=12000)

    invoice = await Invoice.get(order=await bought(event, "full"))

    assert (invoice.vat, invoice.gross) == ([], 12000)


async def test_cancelling_the_order_credits_all_of_it_once() -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    order = await bought(event, "full", "full")

    await orders.cancel_order(order, by="test")
    await orders.cancel_order(order, by="test")

    first, note = await Invoice.filter(order=order).order_by("serial")
    assert (note.kind, note.credits_id, note.gross, note.vat) == (
        InvoiceKind.CREDIT,
        first.id,
        -24000,
        [{"rate": 20, "net": -20000, "vat": -4000}],
    )
    assert await invoices.gaps() == []


async def test_cancelling_one_ticket_credits_that_one_and_then_the_rest() -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    order = await bought(event, "full", "full")
    one = await Ticket.filter(order=order).order_by("id").first().select_related("order", "event")
    assert one is not None

    await tickets.cancel(one, by="test")
    await orders.cancel_order(order, by="test")

    assert [row.gross for row in await Invoice.filter(order=order).order_by("serial")] == [24000, -12000, -12000]


async def test_an_invoice_stays_as_it_was_when_the_organiser_moves() -> None:
    event = await registered(address="Old Street")
    await make_ticket_type(event, code="full", price=12000)
    order = await bought(event, "full")
    olga = await person("olga", event)

    await events.change_organiser(olga, event.organiser, OrganiserForm(name="New name", address="New Street", vat_number="GB 999 9999 99"))
    await orders.cancel_order(order, by="test")

    assert {row.seller["address"] for row in await Invoice.filter(order=order)} == {"Old Street"}


async def test_an_order_from_before_gets_its_invoice_once() -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    order = await bought(event, "full")
    await Invoice.filter(order=order).delete()

    first = await invoices.issue_late(event, order, by="test")
    again = await invoices.issue_late(event, order, by="test")

    assert first.id == again.id


async def test_money_back_is_never_more_than_came_in_for_what_was_cancelled() -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    order = await orders.pay(await bought(event, "full", "full"), PayMethod.BANK, by="test")
    one = await Ticket.filter(order=order).first().select_related("order", "event")
    assert one is not None

    with pytest.raises(refunds.TooMuch) as early:
        await refunds.refund(order, 12000, PayMethod.BANK, by="test")
    await tickets.cancel(one, by="test")
    await refunds.refund(order, 5000, PayMethod.BANK, by="test")
    with pytest.raises(refunds.TooMuch) as late:
        await refunds.refund(order, 7001, PayMethod.BANK, by="test")
    await refunds.refund(order, 7000, PayMethod.BANK, by="test")

    assert early.value.sentence.startswith("Nothing is owed back")
    assert late.value.sentence.startswith(f"At most {show(7000)}")
    now = await Order.get(id=order.id)
    assert (now.total, now.paid, now.owed) == (12000, 12000, 0)


async def test_the_buyer_reads_the_invoice_and_nobody_with_another_link(client: httpx.AsyncClient) -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    order, other = await bought(event, "full"), await bought(event, "full")
    number = (await Invoice.get(order=order)).number

    mine = await client.get(f"/{event.slug}/orders/{order.code}/{order.secret}/invoices/{number}.pdf")
    page = await client.get(f"/{event.slug}/orders/{order.code}/{order.secret}")
    theirs = await client.get(f"/{event.slug}/orders/{other.code}/{other.secret}/invoices/{number}.pdf")

    assert (mine.status_code, mine.content[:5], theirs.status_code) == (200, b"%PDF-", 404)
    assert f"invoices/{number}.pdf" in page.text


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("dev", 403), ("mallory", 404)])
async def test_who_of_the_team_reads_invoices(name: str, status: int) -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    number = (await Invoice.get(order=await bought(event, "full"))).number
    async with await signed_in(name, event) as here:
        answer = await here.get(f"/manage/{event.slug}/invoices/{number}.pdf")

    assert answer.status_code == status


async def test_invoices_of_another_event_are_not_there() -> None:
    event, other = await registered(), await registered()
    await make_ticket_type(other, code="full", price=12000)
    number = (await Invoice.get(order=await bought(other, "full"))).number
    async with await signed_in("olga", event) as olga, await system(event, "orders") as api:
        page = await olga.get(f"/manage/{event.slug}/invoices/{number}.pdf")
        pdf = await api.get(f"/api/v1/events/{event.slug}/invoices/{number}/invoice.pdf")
        listed = await api.get(f"/api/v1/events/{event.slug}/invoices")

    assert (page.status_code, pdf.status_code, listed.json()["items"]) == (404, 404, [])


async def test_the_api_lists_invoices_with_their_vat() -> None:
    event = await registered()
    await make_ticket_type(event, code="full", price=12000)
    order = await bought(event, "full")
    async with await system(event, "orders") as api:
        items = (await api.get(f"/api/v1/events/{event.slug}/invoices")).json()["items"]

    assert [(one["order"], one["gross"], one["vat"]) for one in items] == [(order.code, 12000, [{"rate": 20, "net": 10000, "vat": 2000}])]


async def test_bank_details_are_changed_only_by_whoever_organises_all_events_of_the_organiser() -> None:
    event = await registered(bank_details="ours")
    second = await make_event()
    await second.change(organiser_id=event.organiser_id)
    async with await signed_in("olga", event) as olga:
        refused = await olga.post(f"/manage/{event.slug}/organiser", data={"name": "Mine now", "bank_details": "theirs"})
        await person("olga", second)
        taken = await olga.post(f"/manage/{event.slug}/organiser", data={"name": "Ours", "bank_details": "new"})

    assert (refused.status_code, taken.status_code) == (403, 303)
    assert (await Organiser.get(id=event.organiser_id)).bank_details == "new"
