"""People without a ticket, money at the door, and conflicts looked after."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventsvc.audit.models import Entry
from eventsvc.checkin.models import Scan
from eventsvc.checkin.rules.figures import minutes
from eventsvc.core.clock import now, utc
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Order, Ticket
from tests.checkin.test_doors import paired
from tests.checkin.test_scans import scan, send
from tests.make import make_event, make_list, make_ticket, make_ticket_type
from tests.people import signed_in, system

pytestmark = pytest.mark.usefixtures("rolled_back")


def guest(list_id: int, ticket_type: str, **values: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "list": list_id, "name": "Walter Walkin", "email": "walter@example.org", "ticket_type": ticket_type,
        "at": utc(now()), "device": "North", **values,
    }  # fmt: skip


def walk_ins(event: Event) -> str:
    return f"/api/v1/events/{event.slug}/door/walk-ins"


async def test_somebody_without_a_ticket_is_registered_and_let_in_once() -> None:
    event = await make_event()
    main, kind = await make_list(event), await make_ticket_type(event, places=5)
    tablet, told = await paired(event, rights=["scan", "walk_in"])
    wanted = guest(main.id, kind.code)
    async with tablet:
        first, again = [(await tablet.post(walk_ins(event), json=wanted)).json() for _ in range(2)]

    assert [one["code"] for one in told["sells"]] == [kind.code]
    assert (first["scan"]["verdict"], first["scan"]["ticket"]["name"]) == ("welcome", "Walter Walkin")
    assert again == first
    assert await Ticket.filter(event=event).count() == await Scan.filter(checkin_list=main).count() == 1


async def test_a_sold_out_type_is_refused_and_leaves_nothing() -> None:
    event = await make_event()
    main, kind = await make_list(event), await make_ticket_type(event, places=0)
    tablet, _ = await paired(event, rights=["scan", "walk_in"])
    async with tablet:
        answer = await tablet.post(walk_ins(event), json=guest(main.id, kind.code))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:eventsvc:problem:sold-out")
    assert await Order.filter(event=event).count() == await Scan.filter(checkin_list=main).count() == 0


async def test_a_tablet_sells_no_hidden_ticket_to_anybody() -> None:
    event = await make_event()
    main, hidden = await make_list(event), await make_ticket_type(event, name="Speaker", public=False)
    tablet, told = await paired(event, rights=["scan", "walk_in"])
    async with tablet:
        answer = await tablet.post(walk_ins(event), json=guest(main.id, hidden.code))

    assert (answer.status_code, told["sells"]) == (422, [])
    assert await Order.filter(event=event).count() == await Scan.filter(checkin_list=main).count() == 0


async def test_a_door_without_the_right_registers_nobody_and_takes_no_money() -> None:
    event = await make_event()
    main, kind = await make_list(event), await make_ticket_type(event)
    ticket = await make_ticket(event, state="unpaid")
    tablet, told = await paired(event)
    async with tablet:
        guests = (await tablet.get(f"/api/v1/events/{event.slug}/checkin-lists/{main.id}/roster")).json()["tickets"]
        registered = await tablet.post(walk_ins(event), json=guest(main.id, kind.code))
        paid = await tablet.post(f"/api/v1/events/{event.slug}/checkin-lists/{main.id}/pay", json={"code": ticket.code})

    assert (registered.status_code, paid.status_code, told["sells"]) == (403, 403, [])
    assert [(one["state"], "due" in one) for one in guests] == [("unpaid", False)]


async def test_money_taken_at_the_door_pays_the_whole_order_once() -> None:
    event = await make_event()
    main, kind = await make_list(event, pay_at_door=True), await make_ticket_type(event, price=9500)
    tablet, _ = await paired(event, rights=["scan", "walk_in"])
    async with tablet:
        made = (await tablet.post(walk_ins(event), json=guest(main.id, kind.code, invoice_to="Walter"))).json()
        owing = (await tablet.get(f"/api/v1/events/{event.slug}/checkin-lists/{main.id}/roster")).json()["tickets"]
        pay = f"/api/v1/events/{event.slug}/checkin-lists/{main.id}/pay"
        paid, again = [(await tablet.post(pay, json={"hash": made["ticket"]["hash"], "method": "cash"})).json() for _ in range(2)]
        after = (await send(tablet, event, main, scan(made["ticket"]["code"])))[0]

    assert (made["scan"]["verdict"], made["scan"]["because"], made["scan"]["ticket"]["due"]["amount"]) == ("unpaid", "here", 9500)
    assert [one["due"]["amount"] for one in owing] == [9500]
    assert (paid["state"], paid["due"]["amount"]) == ("paid", 0)
    assert again == paid
    assert after["verdict"] == "welcome"
    assert await Entry.filter(event_id=event.id, action="order.paid_at_door").count() == 1


async def test_a_conflict_is_shown_with_both_times_and_looked_after_once() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event, name="Ada Attends"), await make_list(event)
    async with await system(event, "checkin") as api:
        await send(api, event, door, scan(ticket.code, device="North"))
        lost = scan(ticket.code, device="South", decided="welcome")
        await send(api, event, door, lost)
        address = f"/manage/{event.slug}/checkin/conflicts"
        async with await signed_in("dev", event) as dev:
            shown = await dev.get(address)
            empty = await dev.post(address, data={"scan": lost["id"], "note": ""})
            done = [await dev.post(address, data={"scan": lost["id"], "note": "The same person"}) for _ in range(2)]
            after = await dev.get(address)
        told = (await api.get(f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans?since=0")).json()["scans"]

    assert all(words in shown.text for words in ("Ada Attends", "North", "South"))
    assert (empty.status_code, [answer.status_code for answer in done]) == (422, [303, 303])
    assert "The same person" in after.text
    assert [(one["verdict"], one["resolved"]) for one in told] == [("welcome", False), ("conflict", True)]
    assert await Entry.filter(event_id=event.id, action="scan.resolved").count() == 1


async def test_a_conflict_of_another_event_is_not_found() -> None:
    event, other = await make_event(), await make_event()
    ticket, door = await make_ticket(other), await make_list(other)
    lost = scan(ticket.code, decided="welcome")
    async with await system(other, "checkin") as api:
        await send(api, other, door, scan(ticket.code), lost)
    async with await signed_in("dev", event) as dev:
        answer = await dev.post(f"/manage/{event.slug}/checkin/conflicts", data={"scan": lost["id"], "note": "x"})

    assert answer.status_code == 404
    assert (await Scan.get(uuid=lost["id"])).resolved_at is None


@pytest.mark.parametrize(
    ("walk", "inside"),
    [
        ([(0, "in"), (30, "out")], 30),
        ([(-20, "in"), (30, "out")], 30),
        ([(0, "in"), (20, "out"), (40, "in"), (50, "out")], 30),
        ([(10, "in")], 50),
        ([(10, "in"), (20, "in"), (30, "out")], 20),
        ([(10, "out")], 0),
        ([(70, "in")], 0),
        ([(30, "in"), (90, "out")], 30),
    ],
)
def test_minutes_inside_a_session_of_an_hour(walk: list[tuple[int, str]], inside: int) -> None:
    begin = datetime(2027, 5, 14, 9, tzinfo=UTC)
    steps = [(begin + timedelta(minutes=at), way) for at, way in walk]

    assert minutes(steps, begin, begin + timedelta(hours=1), begin + timedelta(hours=5)) == inside


def test_minutes_of_somebody_who_is_still_there() -> None:
    begin = datetime(2027, 5, 14, 9, tzinfo=UTC)

    assert minutes([(begin, "in")], None, None, begin + timedelta(minutes=12)) == 12
