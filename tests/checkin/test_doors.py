"""Doors and tablets: pairing, PIN, what a tablet's token may see and do, taking it back."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.accounts.models import ApiToken
from eventsvc.audit.models import Entry
from eventsvc.checkin.models import Device, Door, Scan
from eventsvc.checkin.rules import doors
from eventsvc.core import briefly
from eventsvc.core.clock import now, travel
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event, EventState
from eventsvc.ticketing.models import TicketState
from tests.checkin.test_scans import scan, send
from tests.make import make_event, make_list, make_ticket
from tests.people import browser, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def paired(event: Event, name: str = "Tablet 1", **values: Any) -> tuple[httpx.AsyncClient, dict[str, Any]]:
    """A tablet of a new door: its client and what it was told."""
    door = await doors.add_door(event, values.pop("door", f"Door of {name}"), by="Olga", **values)
    link = await doors.pairing_link(event, door, by="Olga")
    async with browser() as tablet:
        answer = await tablet.post(address(event, "pair"), json={"pairing": link.split("#")[1].split(".")[1], "name": name})
    assert answer.status_code == 201, answer.text
    return browser(authorization=f"Bearer {answer.json()['token']}"), answer.json()


def address(event: Event, what: str) -> str:
    return f"/api/v1/events/{event.slug}/door/{what}"


async def test_a_pairing_code_gives_each_tablet_a_token_of_its_own() -> None:
    event = await make_event()
    main, other = await make_list(event, reentry="daily", capacity=80), await make_list(event)
    door = await doors.add_door(event, "North door", by="Olga", lists=[main.id])
    link = await doors.pairing_link(event, door, by="Olga")
    slug, pairing, _ = link.split("/door/#")[1].split(".")

    async with browser() as tablet:
        one, two = [(await tablet.post(address(event, "pair"), json={"pairing": pairing, "name": "Tablet"})).json() for _ in range(2)]

    assert slug == event.slug
    assert one["token"] != two["token"]
    assert [one["device"]["name"], two["device"]["name"]] == ["Tablet", "Tablet 2"]
    assert one["door"] == {"code": door.code, "name": "North door", "rights": ["override", "scan", "search"], "pin": None}
    assert [(rule["id"], rule["reentry"], rule["capacity"], rule["types"]) for rule in one["lists"]] == [(main.id, "daily", 80, None)]
    assert other.id not in [rule["id"] for rule in one["lists"]]
    assert await Entry.filter(event_id=event.id, action="device.paired").count() == 2
    assert one["token"] not in str(await Entry.filter(event_id=event.id).values())


async def test_a_pairing_code_that_is_over_or_of_another_event_pairs_nothing() -> None:
    event, other = await make_event(), await make_event()
    door = await doors.add_door(event, "North", by="Olga")
    pairing = (await doors.pairing_link(event, door, by="Olga", valid=timedelta(hours=1))).split(".")[1]

    async with browser() as tablet:
        elsewhere = await tablet.post(address(other, "pair"), json={"pairing": pairing, "name": "T"})
        with travel(now() + timedelta(hours=2)):
            late = await tablet.post(address(event, "pair"), json={"pairing": pairing, "name": "T"})

    assert [elsewhere.status_code, late.status_code] == [410, 410]
    assert "show a new one" in late.json()["detail"]


async def test_a_door_with_a_pin_pairs_only_with_it_and_guessing_is_stopped() -> None:
    event = await make_event()
    door = await doors.add_door(event, "North", by="Olga", pin="4711")
    pairing = (await doors.pairing_link(event, door, by="Olga")).split(".")[1]
    async with browser() as tablet:

        async def attempt(pin: str) -> httpx.Response:
            return await tablet.post(address(event, "pair"), json={"pairing": pairing, "name": "T", "pin": pin})

        none, right = await attempt(""), await attempt("4711")
        wrong = [await attempt(f"{number:04}") for number in range(10)]
        too_late = await attempt("4711")

    pin = right.json()["door"]["pin"]
    assert (none.status_code, none.json()["type"]) == (403, "urn:eventsvc:problem:pin-needed")
    assert right.status_code == 201
    assert hashlib.pbkdf2_hmac("sha256", b"4711", bytes.fromhex(pin["salt"]), pin["rounds"]).hex() == pin["hash"]
    assert {answer.status_code for answer in wrong[:9]} == {403}
    assert (wrong[9].status_code, too_late.status_code) == (429, 429)


async def test_a_leaked_door_token_reads_no_address_no_order_and_no_other_list() -> None:
    event = await make_event()
    main, other = await make_list(event), await make_list(event)
    ticket = await make_ticket(event, name="Ada Attends", email="ada.private@example.org")
    tablet, _ = await paired(event, lists=[main.id])
    base = f"/api/v1/events/{event.slug}"
    async with tablet:
        roster = (await tablet.get(f"{base}/checkin-lists/{main.id}/roster")).json()
        refused = [
            (await tablet.get(f"{base}/checkin-lists/{other.id}/roster")).status_code,
            (await tablet.get(f"{base}/checkin-lists/{other.id}/scans")).status_code,
            (await tablet.post(f"{base}/checkin-lists/{other.id}/scans", json={"scans": [scan(ticket.code)]})).status_code,
            (await tablet.get(f"{base}/orders/{ticket.order.code}")).status_code,
            (await tablet.get(f"{base}/tickets")).status_code,
            (await tablet.get(f"{base}/tickets/{ticket.code}/badge.pdf")).status_code,
            (await tablet.get(f"{base}/invoices")).status_code,
        ]
        lists = (await tablet.get(f"{base}/checkin-lists")).json()

    assert roster["tickets"][0]["name"] == "Ada Attends"
    assert roster["tickets"][0]["hint"] == "a…@example.org"
    assert "ada.private" not in str(roster)
    assert ticket.secret not in str(roster)
    assert ticket.code not in str(roster)
    assert refused == [404, 404, 404, 403, 403, 403, 403]
    assert [one["id"] for one in lists] == [main.id]


async def test_only_a_door_with_the_right_sees_addresses() -> None:
    event = await make_event()
    main = await make_list(event)
    await make_ticket(event, email="ada@example.org")
    tablet, _ = await paired(event, rights=["scan", "sensitive"])
    async with tablet:
        roster = (await tablet.get(f"/api/v1/events/{event.slug}/checkin-lists/{main.id}/roster")).json()

    assert roster["tickets"][0]["email"] == "ada@example.org"


async def test_a_door_without_the_right_overrules_nothing() -> None:
    event = await make_event()
    main, unpaid = await make_list(event), await make_ticket(event, state=TicketState.UNPAID)
    tablet, _ = await paired(event, rights=["scan"])
    async with tablet:
        said = (await send(tablet, event, main, scan(unpaid.code, forced="I say so")))[0]

    assert said["verdict"] == "unpaid"
    assert (await Scan.get(checkin_list=main)).forced == ""


async def test_a_revoked_tablet_is_told_so_and_the_others_go_on() -> None:
    event = await make_event()
    await make_list(event)
    first, told = await paired(event, "First")
    second, _ = await paired(event, "Second")
    async with first, second:
        before = await first.post(address(event, "hello"), json={"battery": 41, "waiting": 3, "version": "1.2"})
        device = await doors.device_of(event, told["device"]["code"])
        await doors.revoke(device, by="Olga")
        after = [(await one.post(address(event, "hello"), json={})).status_code for one in (first, second)]

    assert before.status_code == 200
    assert (device.battery, device.waiting, device.version) == (41, 3, "1.2")
    assert device.seen_at is not None
    assert after == [401, 200]


async def test_ending_a_door_ends_its_tablets_and_its_codes() -> None:
    event = await make_event()
    tablet, told = await paired(event, door="North")
    door = await Door.get(code=told["door"]["code"])
    pairing = (await doors.pairing_link(event, door, by="Olga")).split(".")[1]

    await doors.end_door(door, by="Olga")

    async with tablet, browser() as new:
        assert (await tablet.get(address(event, "me"))).status_code == 401
        assert (await new.post(address(event, "pair"), json={"pairing": pairing, "name": "T"})).status_code == 410


async def test_a_tablet_works_until_a_day_after_the_event() -> None:
    event = await make_event()
    await make_list(event)
    tablet, told = await paired(event)
    async with tablet:
        with travel(event.ends_at + timedelta(hours=23)):
            briefly.forget()
            evening = await tablet.get(address(event, "me"))
        with travel(event.ends_at + timedelta(hours=25)):
            briefly.forget()
            later = await tablet.get(address(event, "me"))

    assert (evening.status_code, later.status_code) == (200, 401)
    assert told["ends_at"] == evening.json()["ends_at"]


async def test_a_door_of_another_event_is_not_found() -> None:
    event, other = await make_event(), await make_event()
    tablet, told = await paired(event)
    async with tablet:
        answers = [await tablet.get(address(other, "me")), await tablet.post(address(other, "hello"), json={})]

    assert [answer.status_code for answer in answers] == [404, 404]
    with pytest.raises(NotFound):
        await doors.device_of(other, told["device"]["code"])


async def test_before_an_event_is_published_the_link_holds_the_tablets_token() -> None:
    event = await make_event(state=EventState.DRAFT)
    door = await doors.add_door(event, "North", by="Olga")
    token = (await doors.pairing_link(event, door, by="Olga")).split(".")[1]

    async with browser(authorization=f"Bearer {token}") as tablet:
        answer = await tablet.get(address(event, "me"))

    assert (answer.status_code, answer.json()["device"]["name"]) == (200, "North")


async def test_a_token_that_is_no_tablets_sees_all_lists_and_may_all() -> None:
    event = await make_event()
    lists = [await make_list(event) for _ in range(2)]
    async with await system(event, "checkin") as api:
        told = (await api.get(address(event, "me"))).json()

    assert [one["id"] for one in told["lists"]] == [one.id for one in lists]
    assert told["device"] is None
    assert set(told["door"]["rights"]) == {"scan", "search", "walk_in", "override", "print", "sensitive", "kiosk"}
    assert await Device.filter(door__event=event).count() == 0
    assert await ApiToken.filter(event_id=event.id).count() == 1
