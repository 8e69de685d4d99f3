"""Whatever people do, in whatever order: every place is counted once, every penny is accounted for, every invoice has its number."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eventsvc.core.clock import now, travel
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import ColleagueForm, OrderForm, VoucherForm, WaitingForm
from eventsvc.ticketing.forms.add_ons import AddOnWanted, ChangeForm
from eventsvc.ticketing.forms.desk import BuyerForm, HandForm
from eventsvc.ticketing.models import HOLDING, Invoice, Order, OrderState, PayMethod, Quota, Ticket, TicketAddOn, TicketType, Waiting
from eventsvc.ticketing.rules import (
    add_ons,
    books,
    by_hand,
    catalogue,
    changing,
    holding,
    invoices,
    ledger,
    orders,
    placing,
    rates,
    refunds,
    transfers,
    vouchers,
    waiting,
)
from eventsvc.ticketing.rules import tickets as one_ticket
from tests.make import make_event

pytestmark = pytest.mark.usefixtures("rolled_back")

STEPS = ["place", "place", "reserve", "comp", "pay", "part", "twice", "let_go", "refund", "cancel_ticket", "cancel", "transfer", "expire"]
STEPS += ["buyer", "wait", "sweep", "by_voucher", "swap", "swap", "own_swap", "dinner"]
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(1, 3))


@dataclasses.dataclass
class World:
    """A small event that is soon sold out, and how much time has passed."""

    event: Event
    types: list[TicketType]
    add_on: str
    number: int = 0
    passed: timedelta = timedelta(0)

    async def order(self, which: int) -> Order | None:
        rows = await Order.filter(event=self.event).order_by("id")
        return rows[which % len(rows)] if rows else None

    async def ticket(self, which: int) -> Ticket | None:
        rows = await Ticket.filter(event=self.event).order_by("id").select_related("order")
        return rows[which % len(rows)] if rows else None

    def wanted(self, which: int, many: int, voucher: str = "") -> dict[str, Any]:
        self.number += 1
        kind = self.types[which % 2].code
        people = [{"ticket_type": kind, "name": f"P{self.number}-{n}", "add_ons": [self.add_on] if which == 3 else []} for n in range(many)]
        return {"email": f"b{self.number}@example.org", "tickets": people, "invoice_to": "Firm", "voucher": voucher}


async def _world() -> World:
    event = await make_event(start=now().date() + timedelta(days=90))
    kinds = [
        await catalogue.add_ticket_type(event, "Free", places=4),
        await catalogue.add_ticket_type(event, "Paid", places=4, price=9500),
        await catalogue.add_ticket_type(event, "Book", places=2, price=9500, vat_rate=0, max_per_order=1),
        await catalogue.add_ticket_type(event, "Full", places=2, price=15000, min_per_order=2),
    ]
    dinner = await add_ons.add(event, "Dinner", places=2, price=4000)
    await vouchers.add(event, VoucherForm(code="HALF", percent=50, uses=2), by="")
    return World(event, kinds, dinner.code)


async def _do(world: World, what: str, which: int, many: int) -> None:
    match what:
        case "place" | "reserve" | "by_voucher":
            form = OrderForm.model_validate(world.wanted(which, many, "HALF" if what == "by_voucher" else ""))
            await placing.place_order(world.event, form, source="api", hold=holding.for_card() if what == "reserve" else None)
        case "comp":
            form = HandForm.model_validate({**world.wanted(which, many), "how": "comp", "note": "Press"})
            await by_hand.place(world.event, form, key=str(world.number), by="")
        case "expire":
            world.passed += timedelta(minutes=20)
        case "sweep":
            world.passed += timedelta(hours=30)
        case "wait":
            await waiting.join(world.event, world.types[which % 2], WaitingForm(name="W", email=f"w{which}@example.org"))
        case "swap" | "own_swap" | "dinner":
            await _change(world, what, which, many)
        case "cancel_ticket" | "transfer":
            if ticket := await world.ticket(which):
                world.number += 1
                new = ColleagueForm(name=f"C{world.number}", email=f"c{world.number}@example.org")
                await (one_ticket.cancel(ticket, by="") if what == "cancel_ticket" else transfers.transfer(ticket, new, by=""))
        case _:
            if order := await world.order(which):
                await _to_order(order, what, many)


async def _change(world: World, what: str, which: int, many: int) -> None:
    """Another type, up or down in price or as dear with another VAT; or a dinner more or less."""
    ticket = await world.ticket(which)
    if ticket is None:
        return
    had = [one.add_on.code for one in (await add_ons.of_tickets([ticket]))[ticket.id]]
    extras = ([] if had else [world.add_on]) if what == "dinner" or many == 1 else had
    kind = None if what == "dinner" else world.types[(which + many) % len(world.types)].code
    form = ChangeForm(ticket_type=kind, add_ons=[AddOnWanted(code=one) for one in extras])
    await changing.change(world.event, ticket, form, by="", own=what == "own_swap")


async def _to_order(order: Order, what: str, many: int) -> None:
    match what:
        case "pay":
            await orders.pay(order, PayMethod.BANK, by="")
        case "part":
            await orders.pay(order, PayMethod.CASH, by="", amount=many * 3333)
        case "twice":
            for _ in range(2):
                await orders.receive(order, PayMethod.BANK, 9500, by="", reference=f"line {many}")
        case "let_go":
            await orders.let_go(order, by="")
        case "refund":
            await refunds.refund(order, max(1, order.owed - many + 1), PayMethod.BANK, by="")
        case "cancel":
            await orders.cancel_order(order, by="")
        case "buyer":
            await by_hand.change_buyer(order, BuyerForm(email=order.email, invoice_to=f"Firm {many}"), by="")


async def _wrong(world: World) -> list[str]:
    """What `eventsvc check` would say, and what it cannot know: nothing is sold that there is not."""
    found = [*await catalogue.quota_errors(), *await vouchers.voucher_errors(), *await rates.allowance_errors()]
    found += [*await ledger.errors(), *await invoices.gaps()]
    sums = books.total(await books.accounts(world.event))
    found += [] if sums.adds_up and sums.cost == await _cost(world.event) else [f"The books do not add up: {sums}"]
    for quota in await Quota.filter(event=world.event):
        held = await Ticket.filter(ticket_type__quota=quota, state__in=HOLDING).count()
        held += await TicketAddOn.filter(add_on__quota=quota, cancelled_at=None, ticket__state__in=HOLDING).count()
        found += [] if quota.size is None or held <= quota.claimed <= quota.size else [f"{quota.name}: {held} of {quota.size} are held"]
    return [*found, *await _wrong_vat(world.event)]


async def _wrong_vat(event: Event) -> list[str]:
    """An order's invoices less its credit notes say at each VAT rate what it costs."""
    found = []
    for order in await Order.filter(event=event).exclude(state=OrderState.RESERVED):
        live = await Ticket.filter(order=order, state__in=HOLDING)
        billed, costs = Counter[int](), Counter[int]()
        for bill in await Invoice.filter(order=order):
            for line in bill.lines:
                billed[line["rate"]] += line["gross"]
        for line in await invoices.lines_of(live):
            costs[line["rate"]] += line["gross"]
        found += [] if billed == costs else [f"{order.code}: {billed} is invoiced, {costs} is what it costs"]
    return found


async def _cost(event: Event) -> int:
    live = await Ticket.filter(event=event, state__in=HOLDING)
    extras = await TicketAddOn.filter(ticket__event=event, ticket__state__in=HOLDING, cancelled_at=None)
    return sum(one.price for one in [*live, *extras]) + sum(one.fee for one in await Order.filter(event=event))


class _Undo(Exception):
    pass


async def _play(steps: list[tuple[str, int, int]]) -> None:
    try:
        async with transaction():
            world = await _world()
            for what, which, many in steps:
                with travel(now() + world.passed):
                    with contextlib.suppress(Refused):
                        await _do(world, what, which, many)
                    if what in ("expire", "sweep"):
                        await holding.expire_due(world.event)
                        await waiting.sweep()
                    assert await _wrong(world) == [], (what, which, many)
            raise _Undo
    except _Undo:
        pass


async def _examples(test: Callable[[], None]) -> None:
    """Hypothesis is not async: it runs in a thread, and each example here, in this test's transaction."""
    await asyncio.to_thread(test)


async def test_any_sequence_keeps_places_money_and_invoice_numbers() -> None:
    loop = asyncio.get_running_loop()

    def here(work: Awaitable[None]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result()  # type: ignore[arg-type]

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(step, min_size=4, max_size=14))
    def play(steps: list[tuple[str, int, int]]) -> None:
        here(_play(steps))

    await _examples(play)


async def test_a_place_that_is_given_up_goes_to_whoever_waits_and_to_nobody_else() -> None:
    steps = [("place", 0, 3), ("place", 0, 1), ("wait", 0, 1), ("wait", 2, 1), ("cancel_ticket", 0, 1), ("sweep", 0, 1), ("place", 0, 1)]

    await _play(steps)

    assert await Waiting.all().count() == 0  # undone with the rest
