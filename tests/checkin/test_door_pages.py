"""The organiser's pages about doors: pairing on screen, rights, lists' rules, what each role may open."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from eventsvc.checkin.models import CheckinList, Device, Door, DoorPairing
from eventsvc.checkin.rules import doors
from eventsvc.core.clock import now
from tests.checkin.test_doors import paired
from tests.make import make_event, make_list, make_scan, make_session, make_ticket
from tests.people import browser, signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")
PAGES = ["", "/doors", "/doors/new", "/scans", "/conflicts", "/stays", "/help", "/lists/new"]


@pytest.mark.parametrize(
    ("who", "opens"),
    [("olga", set(PAGES)), ("dev", {"", "/scans", "/conflicts", "/stays", "/help"}), ("victor", set()), ("mallory", set())],
)
async def test_who_may_open_which_page(who: str, opens: set[str]) -> None:
    event = await make_event()
    await make_scan(await make_list(event), await make_ticket(event))
    async with await signed_in(who, event) as person:
        found = {path for path in PAGES if (await person.get(f"/manage/{event.slug}/checkin{path}")).status_code == 200}

    assert found == opens


async def test_a_door_is_made_shown_as_a_code_and_paired() -> None:
    event = await make_event()
    main = await make_list(event)
    base = f"/manage/{event.slug}/checkin"
    async with await signed_in("olga", event) as olga:
        made = await olga.post(
            f"{base}/doors/new", data={"name": "North", "lists": str(main.id), "rights": ["scan", "walk_in"], "pin": "4711"}
        )
        door = await Door.get(event=event, name="North").prefetch_related("lists")
        again = await olga.post(f"{base}/doors/new", data={"name": "North"})
        shown = await olga.post(f"{base}/doors/{door.code}/pairing")
        pairing = re.findall(r"#[\w-]+\.(pair_[\w-]+)\.North", shown.text)[0]
        async with browser() as tablet:
            body = {"pairing": pairing, "name": "Tablet 7", "pin": "4711"}
            await tablet.post(f"/api/v1/events/{event.slug}/door/pair", json=body)
        listed = await olga.get(f"{base}/doors")

    assert (made.status_code, again.status_code) == (303, 422)
    assert (door.rights, [one.checkin_list_id for one in door.lists]) == (["scan", "walk_in"], [main.id])
    assert "<svg" in shown.text
    assert (await DoorPairing.get(door=door)).expires_at <= now() + timedelta(hours=1)
    assert "Tablet 7" in listed.text
    assert pairing not in listed.text


async def test_a_door_keeps_its_pin_until_it_is_taken_away() -> None:
    event = await make_event()
    door = await doors.add_door(event, "North", by="Olga", pin="4711")
    address = f"/manage/{event.slug}/checkin/doors/{door.code}"
    async with await signed_in("olga", event) as olga:
        await olga.post(address, data={"name": "North 2", "rights": "scan"})
        kept = (await Door.get(id=door.id)).pin_hash
        wrong = await olga.post(address, data={"name": "North 2", "rights": "scan", "pin": "12"})
        await olga.post(address, data={"name": "North 2", "rights": "scan", "no_pin": "true"})

    assert (kept, wrong.status_code, (await Door.get(id=door.id)).pin_hash) == (door.pin_hash, 422, "")


async def test_a_tablet_is_taken_back_by_organisers_of_its_event_only() -> None:
    event, other = await make_event(), await make_event()
    tablet, told = await paired(event)
    code = told["device"]["code"]
    async with await signed_in("olga", other) as olga:
        elsewhere = await olga.post(f"/manage/{other.slug}/checkin/tablets/{code}/revoke")
        before = await Device.get(code=code).select_related("token")
    async with await signed_in("rita", event) as rita:
        forbidden = await rita.post(f"/manage/{event.slug}/checkin/tablets/{code}/revoke")
    async with await signed_in("olga", event) as olga, tablet:
        done = await olga.post(f"/manage/{event.slug}/checkin/tablets/{code}/revoke")
        after = await tablet.get(f"/api/v1/events/{event.slug}/door/me")

    assert (elsewhere.status_code, forbidden.status_code, done.status_code, after.status_code) == (404, 403, 303, 401)
    assert before.token.revoked_at is None


async def test_a_lists_rules_are_typed_once_and_shown_again() -> None:
    event = await make_event()
    session = await make_session(event, title="Workshop")
    typed = {
        "name": "Workshop", "reentry": "daily", "capacity": "20", "session": session.code, "booked_only": "true", "pay_at_door": "true",
        "asks-0-text": "Are they 18?", "asks-0-kind": "yes_no", "asks-0-must_be_yes": "true", "asks-1-text": "", "asks-1-kind": "line",
    }  # fmt: skip
    async with await signed_in("olga", event) as olga:
        await olga.post(f"/manage/{event.slug}/checkin/lists/new", data=typed)
        made = await CheckinList.get(event=event)
        shown = (await olga.get(f"/manage/{event.slug}/checkin/lists/{made.id}")).text
        wrong = await olga.post(f"/manage/{event.slug}/checkin/lists/{made.id}", data={**typed, "capacity": "0"})

    assert (made.reentry, made.capacity, made.session_id, made.booked_only, made.pay_at_door) == ("daily", 20, session.id, True, True)
    assert [(ask["text"], ask["must_be_yes"]) for ask in made.asks] == [("Are they 18?", True)]
    assert 'value="Are they 18?"' in shown
    assert wrong.status_code == 422
    assert 'value="Are they 18?"' in wrong.text


async def test_strangers_texts_are_shown_as_text() -> None:
    event = await make_event()
    ticket, door = await make_ticket(event, name="<b>Bobby</b>"), await make_list(event, name="<i>Hall</i>")
    await make_scan(door, ticket, device="<u>Tab</u>", verdict="conflict", admits=False)
    async with await signed_in("olga", event) as olga:
        pages = [(await olga.get(f"/manage/{event.slug}/checkin{path}")).text for path in ("", "/scans", "/conflicts", "/stays")]

    assert all("&lt;b&gt;Bobby" in text for text in pages[:3])
    assert not any(tag in text for text in pages for tag in ("<b>Bobby", "<i>Hall", "<u>Tab"))
