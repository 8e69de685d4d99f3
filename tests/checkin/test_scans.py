"""Scans through the API: verdicts, one welcome, one answer for each id, isolation, undo, counts."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.audit.models import Entry
from eventsvc.checkin.models import CheckinList, Scan
from eventsvc.checkin.rules import door_link, scans_csv
from eventsvc.core.clock import now, utc
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketState
from tests.make import make_event, make_list, make_ticket, make_ticket_type
from tests.people import browser, system

pytestmark = pytest.mark.usefixtures("rolled_back")


def scan(code: str, **values: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "code": code, "at": utc(now()), "direction": "in", "device": "Door A", **values}


async def send(api: httpx.AsyncClient, event: Event, door: CheckinList, *scans: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = await api.post(f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans", json={"now": utc(now()), "scans": scans, **more})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def test_the_first_scan_is_welcome_and_the_second_is_told_when_and_where() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event, name="Ada Attends"), await make_list(event)
    async with await system(event, "checkin") as api:
        first = (await send(api, event, door, scan(ticket.code)))[0]
        second = (await send(api, event, door, scan(ticket.code, device="Door B")))[0]

    assert (first["verdict"], first["ticket"]["name"], first["first_scan"]) == ("welcome", "Ada Attends", None)
    assert (second["verdict"], second["first_scan"]["device"]) == ("already_in", "Door A")
    assert "at Door A" in second["message"]


async def test_a_scan_sent_again_gets_its_first_answer() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    one = scan(ticket.code)
    async with await system(event, "checkin") as api:
        first = await send(api, event, door, one)
        again = await send(api, event, door, one)
        mixed = await send(api, event, door, one, scan(ticket.code), one)

    assert first == again
    assert [result["verdict"] for result in mixed] == ["welcome", "already_in", "welcome"]
    assert await Scan.filter(checkin_list=door).count() == 2


async def test_a_batch_is_judged_in_its_order() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    async with await system(event, "checkin") as api:
        results = await send(
            api, event, door, scan(ticket.code), scan(ticket.code), scan(ticket.code, direction="out"), scan(ticket.code), scan("nonsense")
        )

    assert [result["verdict"] for result in results] == ["welcome", "already_in", "left", "welcome_back", "unknown"]


async def test_every_way_of_reading_the_code_is_understood() -> None:
    event = await make_event()
    door = await make_list(event)
    tickets = [await make_ticket(event, code=code) for code in ("0123456789ABCDEF", "1000000000000001")]
    async with await system(event, "checkin") as api:
        results = await send(api, event, door, scan("HTTP://TESTSERVER/T/0123456789ABCDEF"), scan("iOOO-OOOO-oooo-oool"))

    assert [result["ticket"]["code"] for result in results] == [ticket.code for ticket in tickets]


async def test_verdicts_of_lists_and_tickets() -> None:
    event = await make_event()
    speaker = await make_ticket_type(event)
    door, backstage = await make_list(event), await make_list(event, speaker)
    early = await make_list(event, opens_at=now() + timedelta(hours=1))
    late = await make_list(event, closes_at=now() - timedelta(hours=1))
    lenient = await make_list(event, admit_unpaid=True)
    ticket, unpaid = await make_ticket(event), await make_ticket(event, state=TicketState.UNPAID)
    cancelled = await make_ticket(event, state=TicketState.CANCELLED)
    async with await system(event, "checkin") as api:
        said = {
            name: (await send(api, event, where, scan(which.code)))[0]["verdict"]
            for name, where, which in (
                ("wrong_list", backstage, ticket),
                ("not_yet", early, ticket),
                ("over", late, ticket),
                ("unpaid", door, unpaid),
                ("cancelled", door, cancelled),
                ("welcome", lenient, unpaid),
            )
        }

    assert all(verdict == name for name, verdict in said.items()), said


async def test_a_devices_wrong_clock_does_not_open_a_closed_door() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event, opens_at=now() + timedelta(hours=1))
    ahead = utc(now() + timedelta(hours=3))
    async with await system(event, "checkin") as api:
        result = (await send(api, event, door, scan(ticket.code, at=ahead), now=ahead))[0]

    assert result["verdict"] == "not_yet"


async def test_letting_in_anyway_needs_a_reason_and_is_written_down() -> None:
    event = await make_event()
    unpaid, door = await make_ticket(event, state=TicketState.UNPAID), await make_list(event)
    async with await system(event, "checkin") as api:
        result = (await send(api, event, door, scan(unpaid.code, forced="Paid at the desk")))[0]

    assert result["verdict"] == "welcome"
    assert (await Scan.get(checkin_list=door)).forced == "Paid at the desk"
    assert await Entry.filter(event_id=event.id, action="scan.forced").count() == 1


async def test_a_ticket_of_another_event_is_unknown_here() -> None:
    event, other = await make_event(), await make_event()
    door, foreign = await make_list(event), await make_ticket(other)
    async with await system(event, "checkin") as api:
        result = (await send(api, event, door, scan(foreign.code)))[0]

    assert (result["verdict"], result["ticket"]) == ("unknown", None)


async def test_undo_lets_the_ticket_in_again_and_twice_is_harmless() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    one = scan(ticket.code)
    async with await system(event, "checkin") as api:
        await send(api, event, door, one)
        base = f"/api/v1/events/{event.slug}/checkin-lists/{door.id}"
        undone = [await api.post(f"{base}/scans/{one['id']}/undo") for _ in range(2)]
        again = (await send(api, event, door, scan(ticket.code)))[0]

    assert [answer.status_code for answer in undone] == [200, 200]
    assert again["verdict"] == "welcome"
    assert await Entry.filter(action="scan.undone").count() == 1


async def test_a_scan_of_another_list_cannot_be_undone_here() -> None:
    event = await make_event()
    ticket, door, other = await make_ticket(event), await make_list(event), await make_list(event)
    one = scan(ticket.code)
    async with await system(event, "checkin") as api:
        await send(api, event, door, one)
        answer = await api.post(f"/api/v1/events/{event.slug}/checkin-lists/{other.id}/scans/{one['id']}/undo")

    assert answer.status_code == 404


async def test_counts_tell_expected_checked_in_and_inside() -> None:
    event = await make_event()
    tickets, door = [await make_ticket(event) for _ in range(4)], await make_list(event)
    await make_ticket(event, state=TicketState.CANCELLED)
    async with await system(event, "checkin") as api:
        await send(api, event, door, *(scan(ticket.code) for ticket in tickets[:3]), scan(tickets[0].code, direction="out"))
        lists = (await api.get(f"/api/v1/events/{event.slug}/checkin-lists")).json()

    assert lists[0]["counts"] == {"expected": 4, "inside": 2, "checked_in": 3}


async def test_the_roster_holds_fingerprints_and_only_what_changed() -> None:
    event = await make_event()
    old = await make_ticket(event, name="Old", changed_at=now() - timedelta(hours=1))
    door = await make_list(event, salt="ab" * 16)
    async with await system(event, "checkin") as api:
        base = f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/roster"
        whole = (await api.get(base)).json()
        await make_ticket(event, name="New")
        delta = (await api.get(base, params={"since": whole["cursor"]})).json()

    expected = hashlib.sha256(bytes.fromhex("ab" * 16) + old.code.encode()).digest()[:16].hex()
    assert whole["salt"] == "ab" * 16
    assert [(one["hash"], one["code_tail"]) for one in whole["tickets"]] == [(expected, old.code[-4:])]
    assert old.code not in str(whole)
    assert [one["name"] for one in delta["tickets"]] == ["New"]


async def test_other_devices_scans_are_told() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    async with await system(event, "checkin") as api:
        await send(api, event, door, scan(ticket.code))
        told = (await api.get(f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans?since=0")).json()

    assert [(one["name"], one["verdict"], one["undone"]) for one in told["scans"]] == [(ticket.name, "welcome", False)]


async def test_who_may_is_answered_before_what_was_sent() -> None:
    event, other = await make_event(), await make_event()
    door = await make_list(event)
    address = f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans"

    async with browser() as nobody, await system(event, "read") as reader, await system(other, "checkin") as stranger:
        answers = [await one.post(address, json={"scans": "nonsense"}) for one in (nobody, reader, stranger)]

    assert [answer.status_code for answer in answers] == [401, 403, 404]


async def test_a_list_of_another_event_is_not_found() -> None:
    event, other = await make_event(), await make_event()
    foreign = await make_list(other)
    async with await system(event, "checkin") as api:
        answer = await api.get(f"/api/v1/events/{event.slug}/checkin-lists/{foreign.id}/roster")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"), [({"id": "7"}, "scans.0.id"), ({"at": "09:00"}, "scans.0.at"), ({"direction": "up"}, "scans.0.direction")]
)
async def test_a_bad_scan_names_its_field(wrong: dict[str, str], field: str) -> None:
    event = await make_event()
    door = await make_list(event)
    async with await system(event, "checkin") as api:
        answer = await api.post(f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans", json={"scans": [scan("x") | wrong]})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def test_a_door_link_checks_in_and_does_nothing_else() -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    link = await door_link(event, "North door", "Olga")
    slug, token, name = link.rsplit("#", 1)[1].split(".")

    async with browser(authorization=f"Bearer {token}") as tablet:
        lists = await tablet.get(f"/api/v1/events/{slug}/checkin-lists")
        found = await tablet.get(f"/api/v1/events/{slug}/tickets?search={ticket.name}")
        orders = await tablet.post(f"/api/v1/events/{slug}/orders", json={})

    assert (name, lists.status_code, found.status_code, orders.status_code) == ("North%20door", 200, 200, 403)


async def test_the_page_behind_a_badge_tells_nothing(client: httpx.AsyncClient) -> None:
    ticket = await make_ticket(await make_event(), name="Private Person")

    real, invented, wrong = [await client.get(f"/T/{code}") for code in (ticket.code, "0123456789ABCDEF", "hello")]

    assert real.status_code == invented.status_code == 200
    assert real.text == invented.text
    assert "Private Person" not in real.text
    assert wrong.status_code == 404


async def test_scans_as_csv_run_nothing_in_a_spreadsheet() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event, name="=HYPERLINK(1)"), await make_list(event)
    async with await system(event, "checkin") as api:
        await send(api, event, door, scan(ticket.code))

    text = await scans_csv(event)

    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


async def test_a_ticket_is_let_in_by_name_at_the_desk() -> None:
    from tests.people import signed_in

    event = await make_event()
    ticket = await make_ticket(event, name="Léa Moreau")
    async with await signed_in("dev", event) as dev:
        found = await dev.get(f"/manage/{event.slug}/checkin?search=lea")
        done = await dev.post(f"/manage/{event.slug}/checkin", data={"code": ticket.code, "direction": "in"})

    assert "Léa Moreau" in found.text
    assert "Welcome" in done.text
    assert await Scan.filter(ticket=ticket, admits=True).count() == 1
    assert await Ticket.filter(event=event).count() == 1
