"""The organiser's list of orders: filters, sums, exports, and the same done to many."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import httpx
import openpyxl
import pytest

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms.desk import OrderFilter
from eventsvc.ticketing.models import HOLDING, Order, OrderState, PayMethod, Quota, Ticket, TicketAddOn, TicketState
from eventsvc.ticketing.rules import add_ons, ledger, selections
from tests.make import make_event, make_ticket, make_ticket_type
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def some(event: Event) -> dict[str, str]:
    """Codes of one order each: free, due, overdue, part paid, overpaid, cancelled."""
    paid = await make_ticket_type(event, code="paid", name="Paid", price=9500, places=20)
    made = {"free": await make_ticket(event, name="Zoë Łukasz", email="zoe@example.org")}
    for name, state in (("due", "unpaid"), ("overdue", "unpaid"), ("part", "unpaid"), ("owed", "valid"), ("gone", "cancelled")):
        order = await Order.create(
            event=event,
            code=f"CODE{name.upper()}"[:12],
            secret="x" * 22,
            email=f"{name}@example.org",
            total=0 if name == "gone" else 9500,
            state={"owed": OrderState.PAID, "gone": OrderState.CANCELLED}.get(name, OrderState.PLACED),
            due_on=date.today() + timedelta(days=-3 if name == "overdue" else 9),
            invoice_to="Severn Assays" if name == "due" else "",
        )
        made[name] = await make_ticket(event, order=order, ticket_type=paid, price=9500, name=f"Person {name}", state=TicketState(state))
        if amount := {"part": 4000, "owed": 10000}.get(name):
            await ledger.book(order, PayMethod.CASH if name == "part" else PayMethod.BANK, amount)
    return {name: (await Order.get(id=ticket.order_id)).code for name, ticket in made.items()}


FILTERS: list[tuple[dict[str, str], set[str]]] = [
    ({}, {"free", "due", "overdue", "part", "owed", "gone"}),
    ({"search": "lukasz ZOE"}, {"free"}),
    ({"search": "severn"}, {"due"}),
    ({"search": "part@example"}, {"part"}),
    ({"search": "codedue"}, {"due"}),
    ({"state": "placed"}, {"due", "overdue", "part"}),
    ({"kind": "paid"}, {"due", "overdue", "part", "owed"}),
    ({"money": "due"}, {"due", "overdue", "part"}),
    ({"money": "overdue"}, {"overdue"}),
    ({"money": "part"}, {"part"}),
    ({"money": "owed"}, {"owed"}),
    ({"method": "cash"}, {"part"}),
    ({"method": "bank", "money": "due"}, set()),
    ({"state": "no such state", "kind": "", "money": "?"}, {"free", "due", "overdue", "part", "owed", "gone"}),
]


async def test_a_filter_means_the_orders_it_says() -> None:
    event, other = await make_event(), await make_event()
    codes = await some(event)
    await make_ticket(other)

    meant = [{one.code for one in await selections.selected(event, OrderFilter(**wanted))} for wanted, _ in FILTERS]

    assert meant == [{codes[name] for name in names} for _, names in FILTERS]


async def test_orders_are_found_by_an_add_on_that_is_still_on_a_ticket() -> None:
    event = await make_event()
    kept, dropped = await make_ticket(event), await make_ticket(event)
    dinner = await add_ons.add(event, "Dinner", price=4000)
    await TicketAddOn.create(ticket=kept, add_on=dinner)
    await TicketAddOn.create(ticket=dropped, add_on=dinner, cancelled_at=now())

    found = await selections.selected(event, OrderFilter(add_on=dinner.code))

    assert [one.id for one in found] == [kept.order_id]


async def test_totals_are_of_what_is_filtered() -> None:
    event = await make_event()
    await some(event)

    everything, due = [await selections.totals(event, OrderFilter(**one)) for one in ({}, {"money": "due"})]

    assert everything == selections.Totals(orders=6, tickets=5, cost=38000, paid=14000, due=9500 * 3 - 4000)
    assert due == selections.Totals(orders=3, tickets=3, cost=28500, paid=4000, due=24500)


async def test_exports_follow_the_filter(client: httpx.AsyncClient) -> None:
    event = await make_event()
    codes = await some(event)
    async with await signed_in("tara", event) as tara:
        plain = (await tara.get(f"/manage/{event.slug}/orders.csv?money=part")).content.decode("utf-8-sig")
        excel = (await tara.get(f"/manage/{event.slug}/orders.xlsx?money=part")).content

    row = next(csv.DictReader(io.StringIO(plain)))
    cells = list(openpyxl.load_workbook(io.BytesIO(excel)).active.values)  # type: ignore[union-attr]
    assert (row["order"], row["total"], row["paid"], row["due"]) == (codes["part"], "95.00", "40.00", "55.00")
    assert len(plain.splitlines()) == 2
    assert [one[0] for one in cells] == ["order", codes["part"]]


async def test_many_orders_are_cancelled_after_a_look_and_what_cannot_is_said(client: httpx.AsyncClient) -> None:
    event = await make_event()
    codes = await some(event)
    address, ticked = f"/manage/{event.slug}/orders/bulk", [codes["due"], codes["overdue"], codes["gone"]]
    async with await signed_in("tara", event) as tara:
        look = await tara.post(address, data={"do": "cancel", "codes": ticked})
        before = await Order.filter(event=event, state=OrderState.CANCELLED).count()
        done = await tara.post(address, data={"do": "cancel", "codes": ticked, "sure": "true", "seen": "3"})

    assert before == 1
    assert "2 orders" in look.text
    assert "cancelled already" in look.text
    assert "2 orders cancelled, and the places are free again." in done.text
    assert await Order.filter(event=event, state=OrderState.CANCELLED).count() == 3
    quota = await Quota.get(ticket_types__code="paid", ticket_types__event=event)
    assert quota.claimed == await Ticket.filter(event=event, ticket_type__code="paid", state__in=HOLDING).count() == 2


async def test_all_that_are_found_are_reminded_once_a_day(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await some(event)
    address = f"/manage/{event.slug}/orders/bulk?money=due"
    sure = {"do": "remind", "all": "true", "sure": "true", "seen": "3"}
    async with await signed_in("tara", event) as tara:
        first = await tara.post(address, data=sure)
        again = await tara.post(address, data=sure)

    assert "Reminders are on their way for 3 orders." in first.text
    assert "A reminder went out today already." in again.text
    assert await Letter.filter(event_id=event.id, kind="ticketing/reminder").count() == 3


async def test_when_other_orders_are_meant_by_now_nothing_is_done(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await some(event)
    async with await signed_in("tara", event) as tara:
        sure = {"do": "pay", "all": "true", "sure": "true", "seen": "2"}
        answer = await tara.post(f"/manage/{event.slug}/orders/bulk?money=due", data=sure)
        none = await tara.post(f"/manage/{event.slug}/orders/bulk", data={"do": "pay"})

    assert "3 instead of 2" in answer.text
    assert "Tick the orders that you mean" in none.text
    assert await Order.filter(event=event, state=OrderState.PAID, total__gt=0).count() == 1


async def test_the_same_press_sends_tickets_once_and_the_next_again(client: httpx.AsyncClient) -> None:
    event = await make_event()
    codes = await some(event)
    async with await signed_in("tara", event) as tara:
        for key in ("a", "a", "b"):
            data = {"do": "resend", "codes": [codes["due"]], "sure": "true", "seen": "1", "key": key}
            await tara.post(f"/manage/{event.slug}/orders/bulk", data=data)

    assert await Letter.filter(event_id=event.id, kind="ticketing/confirmation").count() == 2


async def test_orders_of_another_event_are_never_meant(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    await make_ticket(event)
    foreign = await Order.get(id=(await make_ticket(other)).order_id)
    async with await signed_in("tara", event) as tara:
        data = {"do": "cancel", "codes": [foreign.code], "sure": "true", "seen": "1"}
        await tara.post(f"/manage/{event.slug}/orders/bulk", data=data)

        assert (await tara.post(f"/manage/{other.slug}/orders/bulk", data=data)).status_code == 404
    assert (await Order.get(id=foreign.id)).state == OrderState.PAID
