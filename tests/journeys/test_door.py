"""The door app on a tablet: every state clean at three widths, hand scanner, search, override, undo, a network that goes away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect

from eventsvc.core.config import settings
from tests.browser import browser
from tests.journeys.film import film
from tests.server import Demo

pytestmark = pytest.mark.browser
SIZES = [{"width": 390, "height": 844}, {"width": 820, "height": 1180}, {"width": 1180, "height": 820}]


class Tickets:
    """New tickets of the demo, through its API."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.http = httpx.Client(
            base_url=f"{demo.server.base_url}/api/v1/events/diagnostics", headers={"Authorization": f"Bearer {demo.ways['API token']}"}
        )

    def new(self, name: str, kind: str = "nhs-and-academic") -> str:
        body = {"email": "door@example.org", "tickets": [{"ticket_type": kind, "name": name}]}
        answer = self.http.post("/orders", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["tickets"][0]["code"])

    def welcomes(self, code: str) -> int:
        csv = self.demo.server.run("export", "scans.csv", "--event", "diagnostics").stdout
        return sum(",welcome," in line and code in line for line in csv.splitlines())


@pytest.fixture
def tickets(demo: Demo) -> Tickets:
    return Tickets(demo)


@asynccontextmanager
async def door(demo: Demo) -> AsyncIterator[tuple[Page, BrowserContext]]:
    async with browser() as running:
        context = await running.new_context(viewport=SIZES[1], bypass_csp=True)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.server.run("door", "link", "--event", "diagnostics", "--name", "North").stdout.strip())
        await expect(page.locator("door-result")).to_contain_text("Ready")
        yield page, context
        # The answer is on the screen before the server has it.
        await page.wait_for_function("document.querySelector('door-screen').desk.waiting === 0")


async def wedge(page: Page, code: str, end: str = "Enter") -> None:
    """What a hand scanner does: keys, faster than anybody types, ended by Enter or Tab."""
    await page.evaluate(
        """([text, end]) => { for (const key of [...text, end])
          document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})); }""",
        [f"HTTP://X/T/{code}", end],
    )


@pytest.mark.parametrize("end", ["Enter", "Tab"])
async def test_a_hand_scanner_checks_in(demo: Demo, tickets: Tickets, end: str) -> None:
    code = tickets.new("Hand Scanned")
    async with door(demo) as (page, _):
        await wedge(page, code.lower(), end)

        await expect(page.locator("door-result")).to_contain_text("Hand Scanned")
        await expect(page.locator("#say")).to_contain_text("Welcome")
    assert tickets.welcomes(code) == 1


async def test_a_guest_is_found_by_a_part_of_the_name_without_accents(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("Zoë Śliwowska")
    async with door(demo) as (page, _):
        await page.get_by_role("button", name="Find by name").click()
        await page.get_by_label("Name, organisation, or the end of the code").fill("sliwow")
        await page.get_by_role("button", name="Check in Zoë Śliwowska").click()

        await expect(page.locator("door-result")).to_contain_text("Welcome")
    assert tickets.welcomes(code) == 1


async def test_letting_in_anyway_asks_why(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("Pays Later", "member-organisation")
    async with door(demo) as (page, _):
        await wedge(page, code)
        await expect(page.locator("door-result")).to_contain_text("Not paid")
        await page.get_by_role("button", name="Let in anyway").click()
        await page.get_by_label("Why? It is written down.").fill("Paid at the desk")
        await page.get_by_role("button", name="Let in", exact=True).click()

        await expect(page.locator("door-result .verdict")).to_contain_text("Welcome")
    assert tickets.welcomes(code) == 1


async def test_undo_takes_a_scan_back(demo: Demo, tickets: Tickets) -> None:
    code = tickets.new("Came Twice")
    async with door(demo) as (page, _):
        await wedge(page, code)
        await expect(page.locator("door-result")).to_contain_text("Welcome")
        await page.locator("door-result").get_by_role("button", name="Undo").click()
        await expect(page.locator("door-recent")).to_contain_text("undone")
        await wedge(page, code)

        await expect(page.locator("door-result .verdict")).to_contain_text("Welcome")


async def test_a_revoked_link_says_what_to_do(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context()).new_page()
        await page.goto(f"{demo.server.base_url}/door/#diagnostics.evs_nonsense.North")

        await expect(page.get_by_text("Ask the organiser for a new one")).to_be_visible()


async def test_a_film_without_a_ticket_checks_nobody_in(demo: Demo, tmp_path: Path) -> None:
    before = demo.server.run("export", "scans.csv", "--event", "diagnostics").stdout
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    async with browser(*camera, f"--use-file-for-fake-video-capture={film(tmp_path / 'empty.y4m', None)}") as running:
        context = await running.new_context(viewport=SIZES[1], permissions=["camera"])  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.server.run("door", "link", "--event", "diagnostics", "--name", "North").stdout.strip())
        await expect(page.locator("door-camera")).to_contain_text("Hold the ticket in the frame", timeout=20_000)
        await page.wait_for_timeout(3000)

        await expect(page.locator("door-result")).to_contain_text("Ready")
    assert demo.server.run("export", "scans.csv", "--event", "diagnostics").stdout == before


@pytest.mark.parametrize(
    ("blur", "dark", "inverted"), [(0.0, 1.0, True), (1.4, 1.0, False), (1.0, 0.35, False)], ids=["dark-mode phone", "blurred", "low light"]
)
async def test_a_ticket_is_read_through_the_camera(
    demo: Demo, tickets: Tickets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blur: float, dark: float, inverted: bool
) -> None:
    monkeypatch.setattr(settings(), "base_url", demo.server.base_url)
    code = tickets.new("On Film")
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    ticket = film(tmp_path / "ticket.y4m", code, blur=blur, dark=dark, inverted=inverted)
    async with browser(*camera, f"--use-file-for-fake-video-capture={ticket}") as running:
        context = await running.new_context(viewport=SIZES[1], permissions=["camera"])  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.server.run("door", "link", "--event", "diagnostics", "--name", "North").stdout.strip())

        await expect(page.locator("door-result")).to_contain_text("On Film", timeout=30_000)
