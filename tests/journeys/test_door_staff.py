"""What people at a door do beside scanning: pairing with a PIN, walk-ins, money, whole parties, the lock; and guests at a kiosk."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import PHONE, TABLET, axe, browser, overflow
from tests.journeys.test_door import Tickets, wedge
from tests.journeys.test_door_offline import known, pill, says
from tests.server import Demo

pytestmark = pytest.mark.browser


async def link_of_new_door(page: Page, demo: Demo, name: str, rights: list[str], pin: str = "") -> str:
    """Made on the organiser's page, as shown on its screen."""
    await page.goto(f"{demo.server.base_url}/manage/diagnostics/checkin/doors/new")
    await page.locator("#name").fill(name)
    for right in rights:
        await page.locator(f"input[name=rights][value={right}]").check()
    await page.locator("#pin").fill(pin)
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name=f"Show pairing code of {name}").click()
    return str(await page.locator("[data-text*='/door/#']").get_attribute("data-text"))


async def clean(page: Page) -> None:
    for size in (PHONE, TABLET):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert await axe(page) == []
        assert await overflow(page) == 0


async def test_a_day_at_a_door_and_at_a_kiosk(demo: Demo) -> None:
    tickets = Tickets(demo)
    body = {
        "email": "party@example.org",
        "tickets": [{"ticket_type": "nhs-and-academic", "name": f"Party {name}"} for name in ("One", "Two", "Three")],
    }
    party = [one["code"] for one in tickets.http.post("/orders", json=body).json()["tickets"]]
    owes = [{"ticket_type": "member-organisation", "name": f"Owes {name}"} for name in ("Cash", "Together")]
    owing, together = [
        one["code"] for one in tickets.http.post("/orders", json={"email": "door@example.org", "tickets": owes}).json()["tickets"]
    ]
    dinner = next(one["code"] for one in tickets.http.get("/add-ons").json()["items"] if one["hand_out"] == "dinner token")
    extra = {"ticket_type": "nhs-and-academic", "name": "Dines Too", "add_ons": [dinner]}
    diner = tickets.http.post("/orders", json={"email": "door@example.org", "tickets": [extra]}).json()["tickets"][0]["code"]
    async with browser() as running:
        office = await (await running.new_context()).new_page()
        await office.goto(demo.sign_in_link())
        await office.locator("main form button").click()
        link = await link_of_new_door(office, demo, "Desk A", ["walk_in", "print"], pin="4711")
        context = await running.new_context(viewport=TABLET, bypass_csp=True)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(link)
        await page.get_by_label("Name of this tablet").fill("Desk A one")
        await page.get_by_role("button", name="Start").click()
        await expect(page.get_by_role("alert")).to_contain_text("PIN")
        await page.get_by_label("PIN of this door").fill("0000")
        await page.get_by_role("button", name="Start").click()
        await expect(page.get_by_role("alert")).to_contain_text("not the PIN")
        await clean(page)
        await page.get_by_label("PIN of this door").fill("4711")
        await page.get_by_role("button", name="Start").click()
        await known(page, "Owes Cash")

        await wedge(page, party[0])
        await page.get_by_role("button", name="All 3 of this order").click()
        await says(page, "Welcome, all 3", "Party Two: Welcome")
        await clean(page)
        await wedge(page, diner)
        await says(page, "Not paid", "To pay for the whole order")
        await page.get_by_role("button", name="Paid £48.00 in cash").click()
        await page.get_by_label("dinner token").check()
        await page.wait_for_function("document.querySelector('door-screen').desk.waiting === 0")
        async with page.expect_popup() as sheet:
            await page.get_by_role("button", name="Print badge").click()
        await expect((await sheet.value).get_by_role("img", name="Badge of Dines Too")).to_be_visible()
        await (await sheet.value).close()
        await page.get_by_role("button", name="Print badge").click()
        await says(page, "was printed")
        await clean(page)
        await expect(page.get_by_role("button", name="Print it again")).to_be_visible()
        await page.get_by_text("Out", exact=True).click()
        await wedge(page, diner)
        await page.get_by_text("In", exact=True).click()
        await wedge(page, diner)
        await says(page, "Welcome back", "Dines Too")
        await expect(page.get_by_label("dinner token")).to_have_count(0)
        await context.set_offline(True)
        await page.get_by_role("button", name="Print badge").click()
        await says(page, "Badges need")
        await wedge(page, owing)
        await says(page, "Not paid")
        await page.get_by_role("button", name=re.compile("^Paid £.* in cash$")).click()
        await says(page, "Welcome", "Owes Cash")
        await wedge(page, together)
        await says(page, "Welcome", "Owes Together")
        await page.get_by_role("button", name="No ticket").click()
        await clean(page)
        await page.locator("#new-name").fill("Walked In")
        await page.locator("#new-email").fill("walked.in@example.org")
        await page.get_by_role("radio", name="NHS and academic").check()
        await page.get_by_role("button", name="Register and let in").click()
        await says(page, "Welcome", "Walked In", "Saved on this tablet")
        await pill(page, "waiting")
        await page.get_by_role("button", name="More", exact=True).click()
        await page.get_by_role("button", name="Lock").click()
        await expect(page.get_by_text("This door is locked")).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("This door is locked")).to_be_visible()
        await clean(page)
        await page.get_by_label("PIN of this door").fill("4711")
        await page.get_by_role("button", name="Open").click()
        await expect(page.locator("door-recent")).to_contain_text("Walked In: Welcome")
        await context.set_offline(False)
        await page.wait_for_function(
            "document.querySelector('door-screen').desk.online && document.querySelector('door-screen').desk.waiting === 0"
        )
        found = tickets.http.get("/tickets", params={"search": "walked in"}).json()["items"]
        assert [(one["name"], one["state"]) for one in found] == [("Walked In", "valid")]
        assert tickets.http.get("/tickets", params={"search": "owes cash"}).json()["items"][0]["state"] == "valid"
        assert [tickets.welcomes(code) for code in (*party, owing, together, found[0]["code"])] == [1, 1, 1, 1, 1, 1]

        kiosk = await (await running.new_context(viewport=TABLET, bypass_csp=True)).new_page()  # type: ignore[arg-type]
        guest = tickets.new("Guest Herself")
        await kiosk.goto(await link_of_new_door(office, demo, "Foyer B", ["kiosk"]))
        await kiosk.get_by_role("button", name="Start").click()
        await known(kiosk, "Guest Herself")
        await wedge(kiosk, guest)
        await says(kiosk, "Welcome", "Guest Herself", "Please come in")
        await clean(kiosk)
        for hidden in ("Find by name", "Undo", "Let in anyway", "More"):
            await expect(kiosk.get_by_role("button", name=hidden, exact=True)).to_be_hidden()
        await says(kiosk, "Ready")
