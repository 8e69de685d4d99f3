"""The page of the bank: a preview that changes nothing, one click for each choice, and books that always add up."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import timedelta

import openpyxl
import pytest

from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.ticketing.models import BankLine, BankLineState, Order, OrderState, PayMethod, Ticket
from eventsvc.ticketing.rules import bank, books, orders, refunds, reports, tickets
from tests.people import signed_in
from tests.queries import counted
from tests.ticketing.test_bank import bought, brought, hosted

pytestmark = pytest.mark.usefixtures("rolled_back")


def written(*lines: tuple[str, str]) -> bytes:
    return "\n".join(["Date,Description,Paid in", *(f"01/02/2027,{text},{amount}" for amount, text in lines)]).encode()


def hidden(html: str) -> str:
    return re.search(r"<textarea name=\"rows\" hidden[^>]*>(.*?)</textarea>", html, re.DOTALL)[1].replace("&#34;", '"')  # type: ignore[index]


async def test_a_statement_is_looked_at_and_then_brought_in() -> None:
    event = await hosted()
    order, other = await bought(event), await bought(event)
    file = written(("120.00", f"Trust {order.code}"), ("100.00", f"Short {other.code}"), ("7.77", "rent"), ("soon", "bad"))
    async with await signed_in("olga", event) as olga:
        look = await olga.post(f"/manage/{event.slug}/bank", data={"do": "look"}, files={"file": ("a.csv", file)})
        before = (await Order.get(id=order.id)).state
        done = await olga.post(f"/manage/{event.slug}/bank", data={"do": "apply", "rows": hidden(look.text)}, follow_redirects=True)

    assert (look.status_code, before) == (200, OrderState.PLACED)
    assert "Nothing has been changed yet." in look.text
    assert "£20 too little" in look.text
    assert "There is no amount that can be read." in look.text
    assert (await Order.get(id=order.id)).state == OrderState.PAID
    assert "1 order was marked as paid, 1 line waits for you." in done.text
    assert f"Part payment of {other.code}, £20 stays due" in done.text


async def test_one_click_gives_a_line_to_an_order_or_ignores_it() -> None:
    event = await hosted()
    order = await bought(event)
    await brought(event, (12000, "thank you"), (12000, "thanks again"))
    first, second = await BankLine.filter(event=event).order_by("id")
    async with await signed_in("olga", event) as olga:
        address = f"/manage/{event.slug}/bank"
        wrong = await olga.post(address, data={"do": "assign", "line": str(first.id), "order": "NOPE"})
        given = await olga.post(address, data={"do": "assign", "line": str(first.id), "order": order.code})
        ignored = await olga.post(address, data={"do": "ignore", "line": str(second.id)})
        gone = await olga.post(address, data={"do": "ignore", "line": "x"})

    assert [one.status_code for one in (wrong, given, ignored, gone)] == [422, 303, 303, 404]
    assert "No order of this event has that code." in wrong.text
    assert [str(one.state) for one in await BankLine.filter(event=event).order_by("id")] == [BankLineState.TAKEN, BankLineState.IGNORED]


@pytest.mark.parametrize(("do", "field"), [("paste", "rows"), ("look", "file")])
async def test_what_is_no_statement_is_said_beside_its_field_and_stays(do: str, field: str) -> None:
    event = await hosted()
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(f"/manage/{event.slug}/bank", data={"do": do, "rows": "what is <this>"}, files={"file": ("", b"")})

    assert (answer.status_code, f'id="{field}-e"' in answer.text) == (422, True)
    assert "what is &lt;this&gt;" in answer.text


async def test_what_strangers_wrote_is_escaped() -> None:
    event = await hosted()
    await bought(event)
    async with await signed_in("olga", event) as olga:
        await olga.post(f"/manage/{event.slug}/bank", data={"do": "apply", "rows": written(("120", "<b>hi</b>")).decode()})
        shown = await olga.get(f"/manage/{event.slug}/bank")

    assert ("&lt;b&gt;hi&lt;/b&gt;" in shown.text, "<b>hi" in shown.text) == (True, False)


async def test_as_many_queries_for_three_orders_and_lines_as_for_one() -> None:
    event = await hosted()
    await bought(event)
    await brought(event, (12000, "one"))

    async def asked() -> int:
        with counted() as count:
            await books.accounts(event, due=True)
            await bank.undecided(event)
        return int(count)

    first = await asked()
    await bought(event), await bought(event)
    await brought(event, (12000, "two"), (12000, "three"))

    assert await asked() == first


async def step(event: Event, dice: random.Random) -> None:
    """Something that may happen to an order of this event."""
    found = await Order.filter(event=event).order_by("id")
    order = dice.choice(found) if found else await bought(event)
    what = dice.choice(["buy", "pay", "cancel", "cancel ticket", "bank", "bank", "refund"])
    if what == "buy":
        await bought(event, dice.choice(["full", "cheap", "free"]))
    elif what == "pay" and order.state == OrderState.PLACED:
        await orders.pay(order, PayMethod.BANK, by="test")
    elif what == "cancel" and order.is_live:
        await orders.cancel_order(order, by="test")
    elif what == "cancel ticket" and (ticket := await Ticket.filter(order=order, state__in=["valid", "unpaid"]).first()):
        await tickets.cancel(await Ticket.get(id=ticket.id).select_related("order", "event"), by="test")
    elif what == "bank":
        amount = dice.choice([order.total, order.total + 500, 7000]) or 100
        await brought(event, (amount, f"{order.code} {dice.random()}"))
        if line := await BankLine.get_or_none(event=event, state=BankLineState.OPEN):
            await bank.assign(event, line.id, order.code, by="test")
    elif what == "refund" and (owed := order.owed):
        await refunds.refund(order, dice.randint(1, owed), PayMethod.BANK, by="test")


@pytest.mark.parametrize("seed", range(6))
async def test_the_books_add_up_whatever_happens(seed: int) -> None:
    event = await hosted(full=12000, cheap=5000, free=0)
    dice = random.Random(seed)

    for _ in range(25):
        await step(event, dice)
        found = await books.accounts(event)
        assert [one.order.code for one in found if not one.sums.adds_up] == []

    sums, money = books.total(await books.accounts(event)), await reports.money(event)
    assert (sums.adds_up, sums.not_invoiced) == (True, 0)
    assert (sums.due, sums.paid_in - sums.paid_back) == (money["due"], money["paid"])
    assert sums.due == sum(one.sums.due for one in await books.accounts(event, due=True))


async def test_what_is_overdue_is_marked_and_comes_first() -> None:
    event = await hosted()
    late, soon = await bought(event, due_on=None), await bought(event)
    await late.change(due_on=(now() - timedelta(days=2)).date())
    async with await signed_in("olga", event) as olga:
        shown = (await olga.get(f"/manage/{event.slug}/bank")).text

    assert [one.is_overdue for one in await books.accounts(event, due=True)] == [True, False]
    assert books.total(await books.accounts(event)).overdue == 12000
    assert shown.index(late.code) < shown.index(soon.code)
    assert shown.count(">Overdue<") == 1


async def test_the_files_hold_every_order_with_its_sums() -> None:
    event = await hosted()
    paid, due = await orders.pay(await bought(event), PayMethod.BANK, by="test"), await bought(event)
    await due.change(email="=cmd@example.org", invoice_to="=1+1")

    text = (await books.export(event, "csv")).decode()
    book = openpyxl.load_workbook(io.BytesIO(await books.export(event, "xlsx")))

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["order"], row["paid_in"], row["due"]) for row in rows] == [(paid.code, "120.00", "0.00"), (due.code, "0.00", "120.00")]
    assert rows[1]["invoice_to"] == "'=1+1"
    sheet = book.active
    assert [cell.value for cell in sheet["A"]] == ["order", paid.code, due.code]
    assert [cell.value for cell in sheet["N"]] == ["paid_in", 120, 0]
