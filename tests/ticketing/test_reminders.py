"""Reminders of what is to be paid: when, how often, and what ends them."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from eventsvc import worker
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.models import Invoice, Order, PayMethod
from eventsvc.ticketing.rules import orders, placing, reminders
from tests.make import make_event, make_ticket_type

pytestmark = pytest.mark.usefixtures("rolled_back")
DUE = date(2027, 5, 20)


async def placed() -> tuple[Event, Order]:
    """An order placed now, due in 30 days, for an event in 90."""
    event = await make_event(start=(now() + timedelta(days=90)).date())
    await event.organiser.change(bank_details="Sort code 00-00-00")
    await make_ticket_type(event, code="full", price=12000)
    body = {"email": "ada@example.org", "tickets": [{"ticket_type": "full", "name": "Ada"}], "invoice_to": "Royal Trust"}
    return event, await placing.place_order(event, OrderForm.model_validate(body), letter=False)


async def reminded(order: Order) -> list[str]:
    keys = await Letter.filter(kind="ticketing/reminder", event_id=order.event_id).order_by("id").values_list("dedupe", flat=True)
    return [str(key).rsplit(":", 1)[1] for key in keys]


@pytest.mark.parametrize(
    ("days", "which"),
    [(-4, None), (-3, -3), (0, -3), (1, 1), (2, 1), (7, 1), (8, 8), (14, 8), (15, 15), (21, 15), (22, None), (400, None)],
)
async def test_which_reminder_a_day_brings(days: int, which: int | None) -> None:
    assert reminders.stage(DUE, date(2027, 4, 20), DUE + timedelta(days=days)) == which


async def test_an_order_of_yesterday_is_not_reminded_before_it_is_due() -> None:
    new, due = DUE - timedelta(days=2), DUE

    said = [reminders.stage(due, new, due + timedelta(days=days)) for days in (-1, 0, 1)]

    assert said == [None, None, 1]


async def test_each_reminder_goes_out_once_however_often_the_worker_looks() -> None:
    _, order = await placed()

    for days in range(26, 60):
        with travel(now() + timedelta(days=days)):
            await reminders.remind_due()
            await reminders.remind_due()

    assert await reminded(order) == ["-3", "1", "8", "15"]


@pytest.mark.parametrize("end", ["paid", "cancelled", "over"])
async def test_what_is_settled_or_over_is_not_reminded(end: str) -> None:
    event, order = await placed()
    if end == "paid":
        await orders.pay(order, PayMethod.BANK, by="test")
    elif end == "cancelled":
        await orders.cancel_order(order, by="test")
    else:
        await event.change(start=now().date(), end=(now() + timedelta(days=20)).date())

    with travel(now() + timedelta(days=31)):
        await reminders.remind_due()

    assert await reminded(order) == []


async def test_the_letter_says_how_to_pay_and_carries_the_invoice(outbox: Path) -> None:
    _, order = await placed()

    with travel(now() + timedelta(days=31)):
        await reminders.remind_due()
        await worker.drain()

    (message,) = [one for one in messages(outbox) if "Overdue" in one["subject"]]
    text = message.get_body(("plain",)).get_content()
    invoice = await Invoice.get(order=order)
    assert order.due_on is not None
    due = f"was due on {order.due_on:%A}, {order.due_on.day} {order.due_on:%B %Y}, and"
    assert all(word in text for word in ("£120", order.code, "Sort code 00-00-00", due, invoice.number))
    assert [part.get_filename() for part in message.iter_attachments()] == [f"invoice-{invoice.number}.pdf"]


async def test_a_reminder_that_waits_while_the_money_comes_is_dropped(outbox: Path) -> None:
    _, order = await placed()

    with travel(now() + timedelta(days=31)):
        await reminders.remind_due()
        await orders.pay(order, PayMethod.BANK, by="test")
        await worker.drain()

    assert [one["subject"] for one in messages(outbox) if "Overdue" in one["subject"]] == []


def messages(outbox: Path) -> Iterator[email.message.EmailMessage]:
    for file in outbox.glob("*.eml"):
        yield email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
