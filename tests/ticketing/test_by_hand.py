"""Orders that an organiser places or changes by hand."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms.desk import BuyerForm, HandForm
from eventsvc.ticketing.models import Invoice, Order, OrderState, Payment, Quota, Ticket, TicketState
from eventsvc.ticketing.rules import add_ons, by_hand, catalogue, invoices, ledger, orders, placing
from tests.make import make_event, make_ticket_type
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def placed(event: Event, kind: str, *, how: str = "invoice", key: str = "k", people: int = 1, **values: object) -> Order:
    tickets = [{"ticket_type": kind, "name": f"Person {number}"} for number in range(people)]
    form = {"email": "sam@example.org", "invoice_to": "Severn Assays", "how": how, "tickets": tickets, **values}
    return await by_hand.place(event, HandForm.model_validate(form), key=key, by="Olga")


async def sound() -> list[str]:
    return [*await catalogue.quota_errors(), *await ledger.errors(), *await invoices.gaps()]


async def test_a_free_place_has_a_reason_and_no_invoice_and_takes_its_place() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500, places=3, public=False, sale_ends=now() - timedelta(days=1))

    with pytest.raises(by_hand.NeedsReason):
        await placed(event, kind.code, how="comp")
    order = await placed(event, kind.code, how="comp", note="Press", people=2)

    assert (order.state, order.total, order.note) == (OrderState.PAID, 0, "Press")
    assert {(one.price, one.state) for one in await Ticket.filter(order=order)} == {(0, TicketState.VALID)}
    assert await Invoice.filter(order=order).count() == 0
    assert (await Quota.get(id=kind.quota_id)).claimed == 2
    assert await Letter.filter(event_id=event.id).count() == 0
    assert await sound() == []


async def test_on_account_is_an_invoice_and_paid_already_is_paid() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)

    due = await placed(event, kind.code, people=2, key="a", letter=True, purchase_order="PO-7")
    cash = await placed(event, kind.code, how="cash", key="b")
    again = await placed(event, kind.code, how="cash", key="b")

    assert (due.state, due.due, (await Invoice.get(order=due)).gross) == (OrderState.PLACED, 19000, 19000)
    assert (cash.state, cash.paid, again.id) == (OrderState.PAID, 9500, cash.id)
    assert [(one.method, one.amount) for one in await Payment.filter(order=cash)] == [("cash", 9500)]
    assert [letter.facts["order"] for letter in await Letter.filter(event_id=event.id)] == [due.id]
    assert await sound() == []


async def test_it_has_a_due_date_of_its_own_which_its_invoice_says() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    later = event.start + timedelta(days=60)

    with pytest.raises(by_hand.BadDueDate):
        await placed(event, kind.code, due_on=event.local(now()).date() - timedelta(days=1))
    order = await placed(event, kind.code, due_on=later)
    cash = await placed(event, kind.code, how="cash", key="b", due_on=later)

    assert (order.due_on, (await Invoice.get(order=order)).due_on, cash.due_on) == (later, later, None)
    assert await sound() == []


async def test_each_person_may_have_something_with_it_also_what_is_hidden_or_over(client: httpx.AsyncClient) -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    await add_ons.add(event, "Dinner", price=4000, places=1, public=False, sale_ends=now() - timedelta(days=1))
    two = {f"tickets-{n}-{name}": value for n, person in enumerate("AB") for name, value in (("name", person), ("ticket_type", kind.code))}
    data = {**two, "once": "1", "email": "sam@example.org", "how": "invoice", "invoice_to": "Severn Assays", "do": "place"}
    async with await signed_in("tara", event) as tara:
        address = f"/manage/{event.slug}/orders/new"
        both = await tara.post(address, data={**data, "tickets-0-add_on_dinner": "dinner", "tickets-1-add_on_dinner": "dinner"})
        done = await tara.post(address, data={**data, "tickets-1-add_on_dinner": "dinner"})

    assert (both.status_code, "Only 1 left of “Dinner”" in both.text, both.text.count(" checked")) == (422, True, 2)
    assert done.status_code == 303
    order = await Order.get(event=event).prefetch_related("tickets__add_ons__add_on")
    assert [(one.name, [row.price for row in one.extras]) for one in sorted(order.tickets, key=lambda one: one.name)] == [
        ("A", []),
        ("B", [4000]),
    ]
    assert (order.total, await sound()) == (23000, [])


async def test_without_an_invoice_address_or_a_place_nothing_is_kept() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500, places=1)

    with pytest.raises(placing.NeedsInvoice):
        await placed(event, kind.code, invoice_to="")
    with pytest.raises(placing.SoldOut):
        await placed(event, kind.code, people=2)

    assert (await Order.filter(event=event).count(), (await Quota.get(id=kind.quota_id)).claimed) == (0, 0)


async def test_a_new_invoice_address_is_a_credit_note_and_a_new_invoice() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    order = await placed(event, kind.code, people=2)
    before = order.secret

    await by_hand.change_buyer(order, BuyerForm(email="sam@example.org", invoice_to="Arden Trust", purchase_order="PO-9"), by="Olga")

    out = await Invoice.filter(order=order).order_by("id")
    assert [(one.kind, one.gross, one.buyer) for one in out] == [
        ("invoice", 19000, "Severn Assays"),
        ("credit", -19000, "Severn Assays"),
        ("invoice", 19000, "Arden Trust"),
    ]
    assert out[2].lines == out[0].lines
    assert (await Order.get(id=order.id)).secret == before
    await orders.cancel_order(await Order.get(id=order.id), by="Olga")
    last = await Invoice.filter(order=order).order_by("-id").first()
    assert last is not None
    assert (last.credits_id, last.gross, last.buyer) == (out[2].id, -19000, "Arden Trust")
    assert await sound() == []


async def test_a_new_address_gets_new_links_and_the_old_ones_open_nothing(client: httpx.AsyncClient) -> None:
    event = await make_event()
    kind = await make_ticket_type(event)
    order = await placed(event, kind.code)
    ticket = await Ticket.get(order=order)
    links = [f"/{event.slug}/orders/{order.code}/{order.secret}", f"/{event.slug}/my/{ticket.secret}"]
    async with await signed_in("tara", event) as tara:
        address = f"/manage/{event.slug}/orders/{order.code}/buyer"
        wrong = await tara.post(address, data={"do": "buyer", "email": "right@", "invoice_to": "Kept text"})
        done = await tara.post(address, data={"do": "buyer", "email": "right@example.org", "invoice_to": "Severn Assays"})
        await tara.post(address, data={"do": "note", "note": "Called on Monday"})
        shown = (await tara.get(f"/manage/{event.slug}/orders/{order.code}")).text

    now_ = await Ticket.get(id=ticket.id)
    assert ("Check the email address." in wrong.text, "Kept text" in wrong.text, done.status_code) == (True, True, 303)
    assert (now_.email, now_.code) == ("right@example.org", ticket.code)
    assert [(await client.get(link)).status_code for link in links] == [404, 404]
    assert (await client.get(f"/{event.slug}/my/{now_.secret}")).status_code == 200
    assert [letter.to for letter in await Letter.filter(event_id=event.id)] == ["right@example.org"]
    assert "Called on Monday" in shown
    assert "Called on Monday" not in (await client.get(f"/{event.slug}/orders/{order.code}/{(await Order.get(id=order.id)).secret}")).text


async def test_the_page_takes_several_people_and_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    kind, foreign = await make_ticket_type(event, places=5), await make_ticket_type(other)
    address = f"/manage/{event.slug}/orders/new"
    data = {"once": "1", "email": "sam@example.org", "how": "invoice", "tickets-0-name": "Ada", "tickets-0-ticket_type": kind.code}
    async with await signed_in("tara", event) as tara:
        more = await tara.post(address, data={**data, "do": "add"})
        theirs = await tara.post(address, data={**data, "do": "place", "tickets-0-ticket_type": foreign.code})
        two = {**data, "do": "place", "tickets-1-name": "Ben", "tickets-1-ticket_type": kind.code}
        first, second = [await tara.post(address, data=two) for _ in range(2)]

    assert ("Person 2" in more.text, 'value="Ada"' in more.text) == (True, True)
    assert (theirs.status_code, "Choose one of the tickets on offer." in theirs.text) == (422, True)
    assert first.headers["location"] == second.headers["location"]
    assert await Ticket.filter(event=event).count() == 2


@pytest.mark.parametrize("path", ["orders/new", "orders/bulk", "orders.xlsx"])
async def test_only_those_who_manage_orders_may(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()
    seen = {}
    for who in ("tara", "victor", "dev", "mallory"):
        async with await signed_in(who, event) as one:
            seen[who] = (await one.get(f"/manage/{event.slug}/{path}")).status_code

    assert seen["tara"] in (200, 303)
    assert (seen["victor"], seen["dev"], seen["mallory"]) == (403, 403, 404)
