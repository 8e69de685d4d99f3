"""Paying by card at a small server that behaves like Stripe: once, whoever tells it and how often; too late, too much, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc import worker
from eventsvc.core.clock import now, travel
from eventsvc.core.config import settings
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import (
    CardPayment,
    CardState,
    Invoice,
    Order,
    OrderState,
    Payment,
    PayMethod,
    Ticket,
    TicketState,
    TicketType,
)
from eventsvc.ticketing.rules import cards, holding, ledger, orders, placing
from tests.make import make_event, make_ticket_type
from tests.people import browser, signed_in, system
from tests.stripe_server import KEY, SECRET, Stripe, message, stripe_server

pytestmark = pytest.mark.usefixtures("rolled_back")
HOOK = "/stripe/webhook"


@pytest.fixture(scope="module")
def server() -> Iterator[Stripe]:
    with stripe_server() as running:
        yield running


@pytest.fixture
def stripe(server: Stripe, monkeypatch: pytest.MonkeyPatch) -> Stripe:
    """Stripe, and the settings that lead to it."""
    for name, value in (("secret_key", KEY), ("webhook_secret", SECRET), ("api_base", server.base)):
        monkeypatch.setattr(settings(), f"stripe_{name}", value)
    server.away = server.no_refunds = False
    return server


async def place(event: Event, kind: TicketType, pay: str = "card") -> Order:
    body = {"email": "ada@example.org", "tickets": [{"ticket_type": kind.code, "name": "Ada"}], "invoice_to": "Severn Assays", "pay": pay}
    return await placing.place_order(event, OrderForm.model_validate(body))


async def started(event: Event, order: Order) -> str:
    """The name of the page that the order is to be paid on."""
    await cards.page_for(event, order)
    return str((await CardPayment.filter(order=order).order_by("-id").first()).session)  # type: ignore[union-attr]


async def money(order: Order) -> tuple[OrderState, int, int]:
    order = await Order.get(id=order.id)
    return order.state, order.paid, order.due


async def letters() -> list[str]:
    await worker.drain()
    found = await Letter.filter(to="ada@example.org", state="sent").order_by("id")
    return [one.kind.removeprefix("ticketing/") for one in found]


async def test_who_pays_by_card_goes_from_the_form_to_the_page_and_comes_back_with_a_ticket(stripe: Stripe) -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    form = {"do": "order", "once": "a-card", "email": "ada@example.org", "tickets-0-name": "Ada", "tickets-0-ticket_type": kind.code}
    async with browser() as ada:
        shop = await ada.get(f"/{event.slug}/tickets")
        gone = await ada.post(f"/{event.slug}/tickets", data={**form, "pay": "card"})
        order = await Order.get(event=event)
        address = f"/{event.slug}/orders/{order.code}/{order.secret}"
        early = await ada.get(f"{address}/card", follow_redirects=True)
        row = await CardPayment.get(order=order)
        stripe.pay(str(row.session))
        back = await ada.get(f"{address}/card", follow_redirects=True)
        again = await ada.post(f"/{event.slug}/tickets", data={**form, "pay": "card"})

    assert 'value="card" checked' in shop.text
    assert f'<a class="btn big" href="{row.url}"' in gone.text
    assert stripe.sessions[str(row.session)]["amount_total"] == 9500
    assert "Nothing was paid yet" in early.text
    assert again.headers["location"].startswith(address)
    assert "£95 is paid" in back.text
    assert await money(order) == (OrderState.PAID, 9500, 0)
    assert (await Ticket.get(order=order)).state == TicketState.VALID
    assert [one.gross for one in await Invoice.filter(order=order)] == [9500]
    assert await letters() == ["confirmation"]
    assert await ledger.errors() == []


async def test_a_message_told_three_times_and_the_way_back_are_one_payment(stripe: Stripe, client: httpx.AsyncClient) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500))
    session = await started(event, order)
    stripe.pay(session)

    answers = [await client.post(HOOK, **stripe.told(session)) for _ in range(3)]
    await cards.look(order)
    late = await client.post(HOOK, **stripe.told(session, "checkout.session.expired"))

    assert {one.status_code for one in [*answers, late]} == {200}
    assert [one.amount for one in await Payment.filter(order=order)] == [9500]
    assert (await money(order), (await CardPayment.get(order=order)).state) == ((OrderState.PAID, 9500, 0), CardState.PAID)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"secret": "whsec_of_another"}, 400),
        ({"at": 1_700_000_000}, 400),
        ({"thing": {"amount_total": 1}}, 422),
        ({"thing": {"currency": "jpy"}}, 422),
        ({"thing": {"payment_status": "unpaid"}}, 200),
        ({"thing": {"id": "cs_of_somebody_else", "metadata": {"payment": "x"}}}, 200),
    ],
)
async def test_what_is_forged_old_or_over_another_amount_pays_nothing(
    stripe: Stripe, client: httpx.AsyncClient, change: dict[str, Any], status: int
) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500))
    session = await started(event, order)
    stripe.pay(session)
    thing = {**stripe.sessions[session], **change.pop("thing", {})}

    answer = await client.post(HOOK, **message("checkout.session.completed", thing, **change))

    assert answer.status_code == status
    assert await money(order) == (OrderState.RESERVED, 0, 9500)


async def test_the_same_page_is_offered_again_and_an_invoice_closes_it(stripe: Stripe) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500))

    first, second = await cards.page_for(event, order), await cards.page_for(event, order)
    await orders.confirm(order, by="test")
    await orders.pay(order, PayMethod.BANK, by="olga")
    await cards.sweep()

    assert first == second
    row = await CardPayment.get(order=order)
    assert (row.state, stripe.sessions[str(row.session)]["status"]) == (CardState.CLOSED, "expired")


@pytest.mark.parametrize("free", [True, False])
async def test_paid_too_late_gets_the_place_if_it_is_there_else_all_of_the_money_back(
    stripe: Stripe, client: httpx.AsyncClient, free: bool
) -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500, places=1)
    order = await place(event, kind)
    session = await started(event, order)
    with travel(now() + timedelta(minutes=16)):
        await holding.expire_due()
        if not free:
            await place(event, kind)
        stripe.pay(session)
        answers = [await client.post(HOOK, **stripe.told(session)) for _ in range(2)]
        said = await letters()

    assert {one.status_code for one in answers} == {200}
    assert await money(order) == ((OrderState.PAID, 9500, 0) if free else (OrderState.EXPIRED, 0, 0))
    assert [one["amount"] for one in stripe.refunds if one["payment_intent"] == f"pi_{session}"] == ([] if free else [9500])
    assert said == (["confirmation"] if free else ["refunded"])
    assert await ledger.errors() == []


async def test_paid_by_bank_and_by_card_the_card_gets_its_money_back(stripe: Stripe, client: httpx.AsyncClient) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500), "bank")
    session = await started(event, order)
    stripe.pay(session)
    await orders.pay(order, PayMethod.BANK, by="olga")

    await client.post(HOOK, **stripe.told(session))
    said = await letters()

    assert await money(order) == (OrderState.PAID, 9500, 0)
    assert [one["amount"] for one in stripe.refunds if one["payment_intent"] == f"pi_{session}"] == [9500]
    assert said == ["confirmation", "paid", "refunded"]


async def test_a_refund_waits_for_stripe_and_a_no_for_good_is_owed_again(stripe: Stripe) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500))
    session = await started(event, order)
    stripe.pay(session)
    await cards.look(order)
    await orders.cancel_order(order, by="olga")
    await cards.pay_back(order, 4000, by="olga")
    stripe.away = True
    await worker.once()
    waiting = (await money(order), await Letter.filter(kind="ticketing/refunded").count())
    stripe.away, stripe.no_refunds = False, True

    with travel(now() + timedelta(hours=2)):
        await worker.drain()

    assert waiting == ((OrderState.CANCELLED, 5500, 0), 0)
    assert await money(order) == (OrderState.CANCELLED, 9500, 0)
    assert (await Order.get(id=order.id)).owed == 9500
    assert await ledger.errors() == []


async def test_money_sent_back_in_stripe_s_own_pages_is_in_the_books(stripe: Stripe, client: httpx.AsyncClient) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500))
    session = await started(event, order)
    stripe.pay(session)
    await cards.look(order)
    charge = {"object": "charge", "payment_intent": f"pi_{session}", "amount_refunded": 2000}

    for _ in range(3):
        await client.post(HOOK, **message("charge.refunded", charge))

    order = await Order.get(id=order.id)
    assert (order.state, order.paid, order.let_go, order.due) == (OrderState.PAID, 7500, 2000, 0)
    assert await ledger.errors() == []


async def test_a_silent_stripe_loses_nothing(stripe: Stripe) -> None:
    event = await make_event()
    stripe.away = True
    order = await place(event, await make_ticket_type(event, price=9500))
    async with browser() as ada:
        address = f"/{event.slug}/orders/{order.code}/{order.secret}"
        answer = await ada.post(f"{address}/card")
        stripe.away = False
        again = await ada.post(f"{address}/card")

    assert answer.status_code == 503
    assert "nothing was charged" in answer.text
    assert "Pay by invoice instead" in answer.text
    assert again.status_code == 200
    assert await CardPayment.filter(order=order).count() == 1


async def test_a_system_gets_the_address_to_pay_at(stripe: Stripe) -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    body = {"email": "ada@example.org", "tickets": [{"ticket_type": kind.code, "name": "Ada"}], "pay": "card"}
    async with await system(event, "orders") as api:
        made = (await api.post(f"/api/v1/events/{event.slug}/orders", json=body)).json()
        answer = (await api.post(f"/api/v1/events/{event.slug}/orders/{made['code']}/pay", json={"method": "card"})).json()

    assert (made["state"], answer["state"]) == ("reserved", "reserved")
    assert made["held_until"].endswith("Z")
    assert answer["pay_url"].startswith(stripe.base)


async def test_without_a_key_a_card_is_refused_in_words_and_not_offered() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    form = {"do": "order", "email": "ada@example.org", "tickets-0-name": "Ada", "tickets-0-ticket_type": kind.code, "pay": "card"}
    async with browser() as ada:
        shop = await ada.get(f"/{event.slug}/tickets")
        answer = await ada.post(f"/{event.slug}/tickets", data=form)
        hook = await ada.post(HOOK, **message("checkout.session.completed", {"id": "cs_1"}))

    assert 'value="card"' not in shop.text
    assert (answer.status_code, hook.status_code) == (422, 400)
    assert "Card payment is not set up here" in answer.text
    assert await Order.filter(event=event).count() == 0


async def test_the_organiser_sends_money_back_to_the_card(stripe: Stripe) -> None:
    event = await make_event()
    order = await place(event, await make_ticket_type(event, price=9500))
    session = await started(event, order)
    stripe.pay(session)
    await cards.look(order)
    await orders.cancel_order(order, by="olga")
    async with await signed_in("olga", event) as olga:
        address = f"/manage/{event.slug}/orders/{order.code}"
        shown = await olga.get(address)
        over = await olga.post(address, data={"do": "refund", "method": "card", "amount": "95.01"})
        done = await olga.post(address, data={"do": "refund", "method": "card", "amount": "95"})

    assert "Up to £95 goes back to the card by itself" in shown.text
    assert "At most £95 can be paid back" in over.text
    assert done.status_code == 303
    assert await letters() == ["cancelled", "refunded"]
    assert (await money(order), stripe.refunds[-1]["amount"]) == ((OrderState.CANCELLED, 0, 0), 9500)
