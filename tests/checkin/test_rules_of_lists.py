"""Rules of lists as the server applies them: sessions, room, questions, days; conflicts; what a tablet hears of it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eventsvc.agenda.models import Signup, SignupState
from eventsvc.audit.models import Entry
from eventsvc.checkin.forms import ListForm
from eventsvc.checkin.models import CheckinList, Scan
from eventsvc.checkin.rules import lists
from eventsvc.core.clock import now, utc
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketAddOn
from eventsvc.ticketing.rules import add_ons
from tests.checkin.test_scans import scan, send
from tests.make import make_event, make_list, make_session, make_ticket, make_ticket_type
from tests.people import system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def said(api: httpx.AsyncClient, event: Event, door: CheckinList, *scans: dict[str, Any]) -> list[str]:
    return [result["verdict"] for result in await send(api, event, door, *scans)]


async def roster(api: httpx.AsyncClient, event: Event, door: CheckinList, since: str = "") -> dict[str, Any]:
    answer = await api.get(f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/roster", params={"since": since} if since else {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_sessions_door_lets_in_who_has_a_place() -> None:
    event = await make_event()
    session = await make_session(event, signup_places=5)
    door = await make_list(event, session=session, booked_only=True)
    going, waiting, other = [await make_ticket(event) for _ in range(3)]
    await Signup.create(session=session, ticket_id=going.id, state=SignupState.GOING)
    await Signup.create(session=session, ticket_id=waiting.id, state=SignupState.WAITING)
    async with await system(event, "checkin") as api:
        verdicts = await said(api, event, door, scan(going.code), scan(waiting.code), scan(other.code))
        told = await roster(api, event, door)

    assert verdicts == ["welcome", "wrong_list", "wrong_list"]
    assert told["booked"] == [next(one["hash"] for one in told["tickets"] if one["code_tail"] == going.code[-4:])]


async def test_a_full_room_lets_the_next_in_when_somebody_leaves() -> None:
    event = await make_event()
    door = await make_list(event, capacity=2)
    one, two, three = [await make_ticket(event) for _ in range(3)]
    async with await system(event, "checkin") as api:
        verdicts = await said(
            api, event, door, scan(one.code), scan(two.code), scan(three.code), scan(one.code, direction="out"), scan(three.code)
        )
        full = (await send(api, event, door, scan(one.code)))[0]

    assert verdicts == ["welcome", "welcome", "not_yet", "left", "welcome"]
    assert full["message"] == "Full: 2 of 2 are inside. Let the next one in when somebody leaves."


async def test_what_must_be_asked_is_asked_once_and_kept() -> None:
    event = await make_event()
    door = await make_list(event)
    await lists.change_list(event, door, ListForm(name="Bar", asks=[{"text": "Are they 18?", "must_be_yes": True}]), by="Olga")
    ticket, key = await make_ticket(event), door.asks[0]["key"]
    async with await system(event, "checkin") as api:
        verdicts = await said(
            api, event, door, scan(ticket.code), scan(ticket.code, answers={key: False}), scan(ticket.code, answers={key: True})
        )

    assert verdicts == ["needs_answer", "needs_answer", "welcome"]
    assert (await Scan.get(checkin_list=door, admits=True)).answers == {key: True}


async def test_a_day_ticket_is_good_on_its_day() -> None:
    event = await make_event()
    today, tomorrow = (event.local(now()).date() + timedelta(days=n) for n in (0, 1))
    door = await make_list(event)
    good = await make_ticket(
        event, ticket_type=await make_ticket_type(event, days=[(today - timedelta(days=1)).isoformat(), today.isoformat()])
    )
    early = await make_ticket(
        event, ticket_type=await make_ticket_type(event, days=[tomorrow.isoformat(), (tomorrow + timedelta(days=1)).isoformat()])
    )
    noon = utc(event.local(now()).replace(hour=12, minute=0))
    async with await system(event, "checkin") as api:
        answer = await api.post(
            f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans",
            json={"scans": [scan(good.code, at=noon), scan(early.code, at=noon)]},
        )

    assert [one["verdict"] for one in answer.json()["results"]] == ["welcome", "not_yet"]


async def test_two_tablets_that_let_the_same_ticket_in_offline_are_a_conflict() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    first = scan(ticket.code, device="North", at=utc(now() - timedelta(minutes=20)), decided="welcome")
    second = scan(ticket.code, device="South", at=utc(now() - timedelta(minutes=15)), decided="welcome")
    async with await system(event, "checkin") as api:
        await send(api, event, door, first)
        lost = (await send(api, event, door, second))[0]
        again = (await send(api, event, door, second))[0]

    assert (lost["verdict"], lost["first_scan"]["device"]) == ("conflict", "North")
    assert "also at" in lost["message"]
    assert again == lost
    assert await Scan.filter(ticket=ticket, admits=True).count() == 1
    assert await Entry.filter(event_id=event.id, action="scan.conflict").count() == 1


async def test_a_late_scan_that_does_not_say_what_it_decided_is_a_conflict_only_if_it_could_not_have_known() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    async with await system(event, "checkin") as api:
        await send(api, event, door, scan(ticket.code, device="North", at=utc(now() - timedelta(minutes=2))))
        late = (await send(api, event, door, scan(ticket.code, device="South", at=utc(now() - timedelta(minutes=5)))))[0]
        same = (await send(api, event, door, scan(ticket.code, device="North", at=utc(now() - timedelta(minutes=5)))))[0]
        at_once = (await send(api, event, door, scan(ticket.code, device="South")))[0]

    assert [late["verdict"], same["verdict"], at_once["verdict"]] == ["conflict", "already_in", "already_in"]


async def test_somebody_found_by_name_is_let_in_by_the_rosters_hash() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    async with await system(event, "checkin") as api:
        hash_ = (await roster(api, event, door))["tickets"][0]["hash"]
        by_name = {**scan("x"), "hash": hash_}
        del by_name["code"]
        result = await send(api, event, door, by_name, {**by_name, "id": scan("x")["id"], "hash": "0" * 32})

    assert [(one["verdict"], one["ticket"] and one["ticket"]["hash"]) for one in result] == [("welcome", hash_), ("unknown", None)]
    assert await Scan.filter(ticket=ticket, admits=True).count() == 1


async def test_the_roster_tells_where_everybody_is_and_again_after_a_scan_and_an_undo() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event, changed_at=now() - timedelta(hours=1)), await make_list(event)
    await make_ticket(event, changed_at=now() - timedelta(hours=1))
    one = scan(ticket.code, device="North")
    async with await system(event, "checkin") as api:
        before = await roster(api, event, door)
        await send(api, event, door, one)
        after = await roster(api, event, door, before["cursor"])
        await api.post(f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans/{one['id']}/undo")
        undone = await roster(api, event, door, after["cursor"])

    assert [person["presence"]["state"] for person in before["tickets"]] == ["never", "never"]
    assert [(person["presence"]["state"], person["presence"]["device"], person["presence"]["today"]) for person in after["tickets"]] == [
        ("in", "North", True)
    ]
    assert [person["presence"]["state"] for person in undone["tickets"]] == ["never"]
    assert (before["whole"], after["whole"]) == (True, False)


async def test_tickets_that_a_list_does_not_take_are_told_without_names() -> None:
    event = await make_event()
    speaker = await make_ticket_type(event)
    ticket, _ = await make_ticket(event, ticket_type=speaker), await make_ticket(event, name="Not Here")
    door = await make_list(event, speaker)
    async with await system(event, "checkin") as api:
        before = await roster(api, event, door)
        await lists.change_list(event, door, ListForm(name="All"), by="Olga")
        after = await roster(api, event, door, before["cursor"])

    assert [person["name"] for person in before["tickets"]] == [ticket.name]
    assert len(before["others"]) == 1
    assert "Not Here" not in str(before)
    assert (after["whole"], len(after["tickets"]), after["others"]) == (True, 2, [])


async def test_other_tablets_hear_of_a_scan_at_once_and_of_nothing_twice() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event), await make_list(event)
    address = f"/api/v1/events/{event.slug}/checkin-lists/{door.id}/scans"
    async with await system(event, "checkin") as api:
        cursor = (await api.get(address)).json()["cursor"]
        waiting = asyncio.create_task(api.get(address, params={"since": cursor, "wait": 15}))
        await asyncio.sleep(0.1)
        await send(api, event, door, scan(ticket.code, device="North"))
        told = (await waiting).json()
        started = time.monotonic()
        again = (await api.get(address, params={"since": told["cursor"], "wait": 0.5})).json()

    assert [(one["device"], one["verdict"]) for one in told["scans"]] == [("North", "welcome")]
    assert time.monotonic() - started >= 0.5
    assert {one["id"] for one in again["scans"]} <= {one["id"] for one in told["scans"]}


async def test_somebody_sent_away_without_a_network_is_not_let_in_by_what_changed_since() -> None:
    event = await make_event()
    door, ticket, other = await make_list(event), await make_ticket(event), await make_ticket(event)
    async with await system(event, "checkin") as api:
        verdicts = await said(
            api,
            event,
            door,
            scan(ticket.code, at=utc(now() - timedelta(minutes=5)), decided="unpaid"),
            scan(other.code, at=utc(now()), decided="unpaid"),
        )

    assert verdicts == ["unpaid", "welcome"]


async def test_a_list_for_an_extra_lets_in_who_has_it_and_the_roster_says_what_to_hand_out() -> None:
    event = await make_event()
    dinner = await add_ons.add(event, "Dinner", places=5, hand_out="Dinner token")
    door = await make_list(event, add_ons=[dinner.code])
    has, gave_back, has_not = [await make_ticket(event) for _ in range(3)]
    await TicketAddOn.create(ticket=has, add_on=dinner)
    await TicketAddOn.create(ticket=gave_back, add_on=dinner, cancelled_at=now())
    async with await system(event, "checkin") as api:
        verdicts = await said(api, event, door, scan(has.code), scan(gave_back.code), scan(has_not.code))
        told = {one["code_tail"]: one for one in (await roster(api, event, door))["tickets"]}
        rule = (await api.get(f"/api/v1/events/{event.slug}/door/me")).json()["lists"][0]

    assert verdicts == ["welcome", "wrong_list", "wrong_list"]
    assert [(told[one.code[-4:]]["add_ons"], told[one.code[-4:]]["hand_out"]) for one in (has, gave_back)] == [
        ([dinner.code], ["Dinner token"]),
        ([], []),
    ]
    assert rule["add_ons"] == [dinner.code]
    with pytest.raises(lists.NoSuchAddOn):
        await lists.change_list(event, door, ListForm(name="Gala", add_ons=["nothing"]), by="Olga")
