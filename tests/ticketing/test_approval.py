"""Ticket types whose orders an organiser approves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from eventsvc import worker
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter, LetterState
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import HeldFor, Invoice, Order, OrderState, Quota, Rate, Ticket, TicketState, TicketType
from eventsvc.ticketing.rules import holding, invoices, orders, placing, proving
from tests.make import make_event, make_ticket_type
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def asked(price: int = 5000, email: str = "ada@example.org") -> tuple[Event, TicketType, Order]:
    event = await make_event()
    kind = await make_ticket_type(event, code="students", name="Student", price=price, needs_approval=True, places=5)
    wanted = {"email": email, "tickets": [{"ticket_type": "students", "name": "Ada"}], "invoice_to": "Ada, Bristol"}
    return event, kind, await placing.place_order(event, OrderForm.model_validate(wanted))


async def letters(event: Event) -> list[str]:
    return [str(kind) for kind in await Letter.filter(event_id=event.id).order_by("id").values_list("kind", flat=True)]


async def test_an_order_waits_with_its_place_and_without_an_invoice() -> None:
    event, kind, order = await asked()

    assert (order.state, order.held_for) == (OrderState.RESERVED, HeldFor.APPROVAL)
    assert ((await Ticket.get(order=order)).state, (await Quota.get(id=kind.quota_id)).claimed) == (TicketState.PENDING, 1)
    assert (await letters(event), await Invoice.filter(order=order).count()) == (["ticketing/asked"], 0)


async def test_yes_places_the_order_with_its_invoice_and_twice_is_once() -> None:
    event, _, order = await asked()

    await proving.approve(order, by="olga")
    after = await proving.approve(order, by="olga")

    assert (after.state, (await Ticket.get(order=order)).state) == (OrderState.PLACED, TicketState.UNPAID)
    assert await letters(event) == ["ticketing/asked", "ticketing/confirmation"]
    assert await Invoice.filter(order=order).count() == 1


async def test_no_frees_the_place_and_sends_the_organiser_s_words(outbox: Path) -> None:
    event, kind, order = await asked()
    async with await signed_in("olga", event) as here:
        page = await here.get(f"/manage/{event.slug}/approvals")
        words = "Sorry, only students.\nPlease register as <b>non-member</b>."
        await here.post(f"/manage/{event.slug}/approvals", data={"do": "decline", "code": order.code, "words": words})
        empty = await here.get(f"/manage/{event.slug}/approvals")
    await worker.once()

    text = next(text for file in outbox.glob("*.eml") if "only students" in (text := file.read_text()))
    assert (order.code in page.text, order.code in empty.text) == (True, False)
    assert ((await Order.get(id=order.id)).state, (await Quota.get(id=kind.quota_id)).claimed) == (OrderState.CANCELLED, 0)
    assert "<b>non-member" not in text.split("text/html")[1]
    with pytest.raises(orders.BadMove):
        await proving.approve(order, by="olga")


async def test_an_address_is_proved_before_anybody_is_asked_to_approve() -> None:
    event, kind, _ = await asked()
    await Rate.create(ticket_type=kind, name="Universities", suffixes=["ac.uk"], price=1000)
    wanted = {"email": "ada@mercia.ac.uk", "tickets": [{"ticket_type": "students", "name": "Ada"}], "invoice_to": "Ada, Bristol"}
    order = await placing.place_order(event, OrderForm.model_validate(wanted))

    with pytest.raises(orders.BadMove):
        await proving.approve(order, by="olga")
    proved = await proving.prove(event, order)
    done = await proving.approve(order, by="olga")

    assert (order.held_for, proved.held_for, proved.state, done.state) == (
        HeldFor.EMAIL,
        HeldFor.APPROVAL,
        OrderState.RESERVED,
        OrderState.PLACED,
    )


async def test_nobody_waits_longer_than_two_weeks_and_what_expired_cannot_be_approved() -> None:
    event = await make_event(start=(now() + timedelta(days=60)).date())
    await make_ticket_type(event, code="students", needs_approval=True)
    wanted = {"email": "ada@example.org", "tickets": [{"ticket_type": "students", "name": "Ada"}]}
    order = await placing.place_order(event, OrderForm.model_validate(wanted))

    with travel(now() + timedelta(days=15)):
        await holding.expire_due()

    assert (await Order.get(id=order.id)).state == OrderState.EXPIRED
    with pytest.raises(orders.BadMove):
        await proving.approve(order, by="olga")


async def test_what_an_organiser_places_waits_for_nobody() -> None:
    event, _, _ = await asked()
    wanted = {"email": "bob@example.org", "tickets": [{"ticket_type": "students", "name": "Bob"}]}

    order = await placing.place_order(event, OrderForm.model_validate(wanted), source="organiser")

    assert order.state == OrderState.PLACED


async def test_systems_approve_and_decline_too() -> None:
    event, _, order = await asked(price=0)
    wanted = {"email": "bob@example.org", "tickets": [{"ticket_type": "students", "name": "Bob"}]}
    async with await system(event, "orders") as here, await system(event, "read") as reader:
        other = (await here.post(f"/api/v1/events/{event.slug}/orders", json=wanted)).json()["code"]
        refused = await reader.post(f"/api/v1/events/{event.slug}/orders/{order.code}/approve")
        yes = await here.post(f"/api/v1/events/{event.slug}/orders/{order.code}/approve")
        no = await here.post(f"/api/v1/events/{event.slug}/orders/{other}/decline", json={"words": "Full."})
        late = await here.post(f"/api/v1/events/{event.slug}/orders/{other}/approve")

    assert [refused.status_code, yes.status_code, no.status_code, late.status_code] == [403, 200, 200, 409]
    assert (yes.json()["state"], no.json()["state"]) == ("paid", "cancelled")


@pytest.mark.parametrize(("name", "status"), [("olga", 200), ("tara", 200), ("rita", 403), ("mallory", 404)])
async def test_who_approves(name: str, status: int) -> None:
    event, _, order = await asked()
    async with await signed_in(name, event) as here:
        page = await here.get(f"/manage/{event.slug}/approvals")
        await here.post(f"/manage/{event.slug}/approvals", data={"do": "approve", "code": order.code})

    assert (page.status_code, (await Order.get(id=order.id)).state == OrderState.PLACED) == (status, status == 200)


async def test_nothing_says_that_one_is_registered_before_the_order_is_confirmed(client: httpx.AsyncClient) -> None:
    event, _, order = await asked()
    ticket = await Ticket.get(order=order)

    await orders.resend(order, by="olga")
    await worker.once()
    with pytest.raises(invoices.NothingToInvoice):
        await invoices.issue_late(event, order, by="olga")
    page = await client.get(f"/{event.slug}/my/{ticket.secret}")

    assert (await Letter.get(kind="ticketing/confirmation")).state == LetterState.DROPPED
    assert ("Not confirmed yet" in page.text, "Show this code at the door" in page.text) == (True, False)
