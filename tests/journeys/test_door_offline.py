"""Doors without a network: a cold start, the same ticket on two tablets, a wrong clock, a captive portal, a link that ended, an update."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import TABLET, axe, browser
from tests.journeys.test_door import Tickets, wedge
from tests.server import Demo

pytestmark = pytest.mark.browser


@pytest.fixture
def tickets(demo: Demo) -> Tickets:
    return Tickets(demo)


@asynccontextmanager
async def tablet(demo: Demo, name: str, clock: int = 0) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A paired tablet that has all it needs to start without a network; its clock may be off by some milliseconds."""
    async with browser() as running:
        context = await running.new_context(viewport=TABLET, bypass_csp=True)  # type: ignore[arg-type]
        if clock:
            await context.add_init_script(f"{{const real = Date.now; Date.now = () => real.call(Date) + {clock};}}")
        page = await context.new_page()
        await page.goto(demo.server.run("door", "link", "--event", "diagnostics", "--name", name).stdout.strip())
        await expect(page.locator(".count small")).to_contain_text("came")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        yield context, page


async def says(page: Page, *words: str) -> None:
    for one in words:
        await expect(page.locator("door-result")).to_contain_text(one, timeout=15_000)


async def pill(page: Page, words: str) -> None:
    await expect(page.locator(".net")).to_contain_text(words, timeout=20_000)


async def known(page: Page, name: str) -> None:
    """Wait until this tablet has heard of a guest."""
    await expect(page.locator("door-result")).to_be_visible()
    await page.evaluate("document.querySelector('door-screen').desk.pull.soon()")
    await page.wait_for_function(
        "name => [...document.querySelector('door-screen').desk.roster.people.values()].some(one => one.name === name)", arg=name
    )


async def test_a_tablet_starts_and_lets_in_without_a_network_and_loses_nothing_when_it_is_killed(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("Flat Battery")
    async with tablet(demo, "Cold") as (context, page):
        await known(page, "Flat Battery")
        await context.set_offline(True)
        await page.close()
        page = await context.new_page()
        await page.goto(f"{demo.server.base_url}/door/")
        await says(page, "Ready")
        await wedge(page, code)
        await says(page, "Welcome", "Flat Battery", "Saved on this tablet")
        await pill(page, "1 scan waiting")
        await page.close()

        page = await context.new_page()
        await page.goto(f"{demo.server.base_url}/door/")
        await expect(page.locator("door-recent")).to_contain_text("Flat Battery: Welcome")
        await wedge(page, code)
        await says(page, "Already inside", "at Cold")
        await page.get_by_role("button", name="More", exact=True).click()
        assert await axe(page) == []
        await page.get_by_role("button", name="Sign this tablet out").click()
        await expect(page.locator("door-menu")).to_contain_text("2 scans have not been sent and would be lost")
        await page.keyboard.press("Escape")
        assert tickets.welcomes(code) == 0

        await context.set_offline(False)
        await pill(page, "Online")
        await expect(page.locator("door-recent")).not_to_contain_text("not sent yet")
    assert tickets.welcomes(code) == 1


async def test_two_tabs_of_one_tablet_let_a_guest_in_once(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("Two Tabs")
    async with tablet(demo, "Tabs") as (context, page):
        await known(page, "Two Tabs")
        other = await context.new_page()
        await other.goto(f"{demo.server.base_url}/door/")
        await expect(other.locator("door-result")).to_contain_text("Ready")
        await context.set_offline(True)
        verdicts = []
        for one in (page, other):
            await wedge(one, code)
        for one in (page, other):
            await says(one, "Two Tabs")
            verdicts.append(await one.locator("door-result .verdict").inner_text())

        assert sorted(verdicts) == ["Already inside", "Welcome"]


async def test_the_tablet_that_lost_shows_the_conflict_and_a_wrong_clock_is_put_right(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("In Twice")
    async with tablet(demo, "First") as (one, first), tablet(demo, "Late", clock=-3 * 3600_000) as (two, late):
        await known(first, "In Twice")
        await known(late, "In Twice")
        await one.set_offline(True)
        await two.set_offline(True)
        for page in (first, late):
            await wedge(page, code)
            await says(page, "Welcome", "In Twice")

        await one.set_offline(False)
        await pill(first, "Online")
        await expect(first.locator("door-recent")).not_to_contain_text("not sent yet", timeout=20_000)
        await two.set_offline(False)

        await expect(late.get_by_role("alert")).to_contain_text("In Twice was let in twice", timeout=20_000)
        await expect(late.get_by_role("alert")).to_contain_text("at First at")
        await late.get_by_role("button", name="Seen").click()
        await expect(late.get_by_role("alert")).to_have_count(0)
        number = tickets.http.get("/checkin-lists").json()[0]["id"]
        scans: list[dict[str, Any]] = tickets.http.get(f"/checkin-lists/{number}/scans").json()["scans"]
        mine = next(scan for scan in scans if scan["device"] == "Late" and scan["name"] == "In Twice")
        assert mine["verdict"] == "conflict"
        assert abs((datetime.now(UTC) - datetime.fromisoformat(mine["at"])).total_seconds()) < 600
    assert tickets.welcomes(code) == 1


async def test_a_scan_is_on_the_other_tablet_at_once_and_so_is_an_undo(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("Seen Elsewhere")
    async with tablet(demo, "North") as (_, north), tablet(demo, "South") as (_, south):
        await known(north, "Seen Elsewhere")
        await known(south, "Seen Elsewhere")
        inside = "() => [...document.querySelector('door-screen').desk.roster.people.values()].find(one => one.name === 'Seen Elsewhere').now.state"
        await south.evaluate("document.querySelector('door-screen').desk.pull.wake?.()")
        began = datetime.now(UTC)
        await wedge(north, code)
        await south.wait_for_function(f"({inside})() === 'in'", timeout=20_000)
        print(f"scan on one tablet until known on the other: {(datetime.now(UTC) - began).total_seconds():.2f} s")
        await wedge(south, code)
        await says(south, "Already inside", "at North")

        await north.locator("door-recent").get_by_role("button", name="Undo Seen Elsewhere").click()

        await south.wait_for_function(f"({inside})() === 'never'", timeout=30_000)
        await wedge(south, code)
        await says(south, "Welcome")


async def test_a_captive_portal_is_no_server_and_an_ended_link_keeps_what_waits(demo: Demo, tickets: Tickets) -> None:
    code, later = tickets.new("Hotel Wifi"), tickets.new("Mid Shift")
    async with tablet(demo, "Lobby") as (context, page):
        await known(page, "Mid Shift")
        await context.route(
            "**/api/**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Accept the terms</h1>")
        )
        await wedge(page, code)
        await says(page, "Welcome", "Saved on this tablet")
        await pill(page, "1 scan waiting")
        await context.unroute_all()
        await pill(page, "Online")

        await context.set_offline(True)
        await wedge(page, later)
        await says(page, "Welcome", "Mid Shift")
        await context.route(
            "**/api/**", lambda route: route.fulfill(status=401, content_type="application/problem+json", body='{"status": 401}')
        )
        await context.set_offline(False)
        await expect(page.get_by_text("Ask the organiser for a new one")).to_be_visible(timeout=20_000)
        await expect(page.get_by_text("1 scan is kept on this tablet")).to_be_visible()
        assert await axe(page) == []
        await context.unroute_all()
        await page.goto(demo.server.run("door", "link", "--event", "diagnostics", "--name", "Lobby again").stdout.strip())
        await pill(page, "Online")
        await page.wait_for_function("document.querySelector('door-screen').desk.waiting === 0")
    assert (tickets.welcomes(code), tickets.welcomes(later)) == (1, 1)


async def test_what_changed_while_a_tablet_was_away_is_known_when_it_comes_back(demo: Demo, tickets: Tickets) -> None:
    body = {"email": "door@example.org", "tickets": [{"ticket_type": "nhs-and-academic", "name": "Changed Mind"}]}
    order = tickets.http.post("/orders", json=body).json()
    async with tablet(demo, "Away") as (context, page):
        await known(page, "Changed Mind")
        await context.set_offline(True)
        assert tickets.http.post(f"/orders/{order['code']}/cancel").status_code == 200
        code = tickets.new("Bought Late")
        await wedge(page, code)
        await says(page, "Not a ticket")

        await context.set_offline(False)
        await known(page, "Bought Late")
        await wedge(page, order["tickets"][0]["code"])
        await says(page, "Cancelled", "Changed Mind")


async def test_a_new_version_waits_for_a_tap_and_scanning_goes_on(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("During Update")
    async with tablet(demo, "Shift") as (_, page):
        await known(page, "During Update")
        await page.evaluate("navigator.serviceWorker.register('/door/sw.js?next', {scope: '/door/'}).then(() => { window.old = true; })")
        await expect(page.get_by_text("A new version of this app is ready")).to_be_visible(timeout=20_000)
        await wedge(page, code)
        await says(page, "Welcome", "During Update")
        assert await page.evaluate("window.old")

        await page.get_by_role("button", name="Update now").click()

        await page.wait_for_function("!window.old && document.documentElement.dataset.ready === 'yes'")
        await expect(page.locator("door-recent")).to_contain_text("During Update: Welcome")


async def test_a_tablet_in_hasty_hands_keeps_what_it_knows(demo: Demo, tickets: Tickets) -> None:
    owing, following = tickets.new("Turned Away", "member-organisation"), tickets.new("Next In Line")
    async with tablet(demo, "Hall 2.5") as (context, page):
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Hall 2.5")
        await known(page, "Next In Line")
        await wedge(page, owing)
        await page.get_by_role("button", name="Let in anyway").click()
        await page.locator("#reason").fill(f"HTTPS://EXAMPLE.ORG/T/{following}")
        await page.keyboard.press("Enter")
        await says(page, "Welcome", "Next In Line")
        await page.wait_for_function("document.querySelector('door-screen').desk.waiting === 0")
        assert (tickets.welcomes(owing), tickets.welcomes(following)) == (0, 1)

        await context.set_offline(True)
        await page.evaluate("location.hash = `diagnostics.${document.querySelector('door-screen').desk.pairing.token}.Hall%202.5`")
        await page.wait_for_function("!location.hash")
        await says(page, "Ready")
        await wedge(page, following)
        await says(page, "Already inside", "at Hall 2.5")
        await page.evaluate("location.hash = 'diagnostics.evs_somethingelse.Other'")
        await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        await page.reload()
        await says(page, "Ready")

        kept = await page.evaluate("""async () => {
          const {bring} = await import('/door/screens/menu.js'), {unpair} = await import('/door/store/pairing.js'), {get} = await import('/door/store/db.js');
          const other = path => ({id: crypto.randomUUID(), kind: 'other', list: -1, path, body: {}, name: 'Walked In'});
          const waiting = [other('/door/walk-ins'), other('/checkin-lists/7/pay'), other('/orders')];
          const brought = await bring({format: 'eventsvc door scans 1', event: 'elsewhere', waiting}, 'elsewhere'), before = await get('seq');
          await unpair();
          return {brought, higher: before > 0 && before === await get('seq')};
        }""")
        assert kept == {"brought": 2, "higher": True}


MEASURE = """async count => {
  const {Roster, fingerprint} = await import('/door/store/roster.js'), scans = await import('/door/store/scans.js');
  const roster = new Roster(-count), salt = '00112233', first = ['Zoë', 'Ada', 'Łukasz', 'Wen', 'Olu', 'Grace'], last = ['Śliwowska', 'Okafor', 'Li', 'Kim'];
  const code = number => String(number).padStart(16, '0');
  const tickets = [];
  for (let number = 0; number < count; number += 1) tickets.push({hash: await fingerprint(salt, code(number)), code_tail: code(number).slice(-4),
    name: `${first[number % 6]} ${last[number % 4]} ${number}`, organisation: `Organisation ${number % 300}`, job_title: '', type: 'Standard', ticket_type: 'standard',
    state: 'valid', flags: [], version: 1, days: null, add_ons: [], party: '', hint: 'x…@example.org',
    presence: {state: 'never', at: null, entered: null, device: '', day: null, today: false, first: null}});
  const time = async act => { const began = performance.now(); await act(); return performance.now() - began; };
  const take = await time(() => roster.take({cursor: '1', salt, whole: true, tickets, removed: [], others: [], booked: null}, Date.now()));
  const load = await time(() => roster.load());
  const search = await time(() => roster.find('sliwow zo'));
  const rule = {id: -count, name: 'Test', types: null, opens: null, closes: null, admit_unpaid: false, pay_at_door: false, add_ons: null, booked_only: false,
    reentry: 'free', capacity: null, asks: [], zone: 'UTC', session: null};
  const each = [], verdicts = new Set();
  for (let number = 0; number < 100; number += 1) each.push(await time(async () => {
    const hash = await fingerprint(salt, code(number * 7));
    const {entry} = await scans.scan({event: 'nowhere', device: 'x', rule, inside: 0}, {hash, code: code(number * 7)}, {at: Date.now(), direction: 'in'});
    verdicts.add(entry.verdict);
  }));
  each.sort((a, b) => a - b);
  return {take, load, search, p50: each[50], p95: each[95], found: roster.find('sliwow zo', 5000).length, verdicts: [...verdicts], people: roster.people.size};
}"""


async def test_twenty_thousand_guests_fit_on_a_tablet(demo: Demo) -> None:
    async with tablet(demo, "Large") as (_, page):
        for count in (5_000, 20_000):
            measured = await page.evaluate(MEASURE, count)
            print(count, {name: round(value, 1) if isinstance(value, float) else value for name, value in measured.items()})

            assert measured["people"] == count
            assert measured["verdicts"] == ["welcome"]
            assert measured["found"] > 0
