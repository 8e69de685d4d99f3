"""What the public sees and keeps, in a real browser: stars, a plan, places with a queue, one's own time zone, the programme elsewhere."""

from __future__ import annotations

import functools
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser import DESKTOP, PHONE, axe, browser
from tests.journeys.test_conference import letter_to
from tests.server import Demo

pytestmark = pytest.mark.browser
TROPONIN = "Troponin at the front door"


def api(demo: Demo) -> httpx.Client:
    """The demo's API, as its token may use it."""
    return httpx.Client(
        base_url=f"{demo.server.base_url}/api/v1/events/diagnostics", headers={"Authorization": f"Bearer {demo.ways['API token']}"}
    )


def attendee(demo: Demo, email: str) -> str:
    """Registers somebody; returns the address of their My day."""
    with api(demo) as http:
        kind = next(one["code"] for one in http.get("/ticket-types").json()["items"] if not one["price"]["amount"])
        order = http.post("/orders", json={"email": email, "tickets": [{"ticket_type": kind, "name": email.partition("@")[0].title()}]})
    assert order.status_code == 201, order.text
    return str(order.json()["tickets"][0]["my_url"])


async def remember(page: Page, my_day: str) -> None:
    await page.goto(my_day)
    await page.get_by_role("button", name="Remember my ticket here").click()
    await expect(page.get_by_text("This device knows your ticket now.")).to_be_visible()


async def test_a_star_without_an_account_comes_along_to_my_plan(demo: Demo) -> None:
    my_day = attendee(demo, "stella@example.org")
    async with browser() as running:
        context = await running.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{demo.server.base_url}/diagnostics/agenda")
        star = page.get_by_role("button", name=f"Keep: {TROPONIN}")
        await star.click()
        await expect(star).to_have_attribute("aria-pressed", "true")
        await page.goto(f"{demo.server.base_url}/diagnostics/favourites")
        await expect(page.get_by_role("link", name=TROPONIN)).to_be_visible()

        await remember(page, my_day)
        await page.goto(f"{my_day}/plan")

        await expect(page.get_by_role("link", name=TROPONIN)).to_be_visible()
        await page.goto(f"{demo.server.base_url}/diagnostics/agenda")
        await expect(star).to_have_attribute("aria-pressed", "true")


async def test_a_star_without_a_network_is_kept_until_there_is_one(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{demo.server.base_url}/diagnostics/agenda")
        star = page.get_by_role("button", name=f"Keep: {TROPONIN}")
        await expect(page.locator(".jump, .finder")).not_to_have_count(0)
        await page.wait_for_load_state("load")
        await context.set_offline(True)
        await star.click()
        await expect(star).to_have_attribute("aria-pressed", "true")
        await context.set_offline(False)

        async with page.expect_response("**/favourites.json"):
            await page.reload()

        await page.goto(f"{demo.server.base_url}/diagnostics/favourites")
        await expect(page.get_by_role("link", name=TROPONIN)).to_be_visible()


async def test_a_place_a_queue_and_a_letter_when_a_place_is_free(demo: Demo) -> None:
    code = uuid.uuid4().hex[:8].upper()
    with api(demo) as http:
        start = http.get("/sessions").json()["items"][3]["start"][:10]
        body = {
            "title": "Tiny lab",
            "start": f"{start}T22:00:00Z",
            "end": f"{start}T22:30:00Z",
            "state": "confirmed",
            "signup_places": 1,
        }
        assert http.put(f"/sessions/{code}", json=body).status_code == 200
    first, second = attendee(demo, "first@example.org"), attendee(demo, "second@example.org")
    async with browser() as running:
        pages = []
        for my_day, button in ((first, "Sign up"), (second, "Join the waiting list")):
            page = await (await running.new_context(viewport=PHONE)).new_page()  # type: ignore[arg-type]
            await remember(page, my_day)
            await page.goto(f"{demo.server.base_url}/diagnostics/sessions/{code}")
            await page.get_by_role("button", name=button).click()
            pages.append(page)
        await expect(pages[0].get_by_text("The place is yours.")).to_be_visible()
        await expect(pages[1].get_by_text("You are next.")).to_be_visible()

        await pages[0].get_by_role("button", name="Give my place back").click()

        letter = letter_to(demo, "second@example.org", "A place is yours: Tiny lab")
        text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        link = next(line for line in text.splitlines() if line.endswith(f"/plan?give={code}"))
        await pages[1].goto(link)
        await pages[1].get_by_role("button", name="Give it back").click()
        await expect(pages[1].get_by_text("Somebody else will be glad of it.")).to_be_visible()


async def test_times_are_the_events_or_ones_own(demo: Demo) -> None:
    async with browser() as running:
        away = await (await running.new_context(viewport=DESKTOP, timezone_id="Asia/Tokyo")).new_page()  # type: ignore[arg-type]
        near = await (await running.new_context(viewport=DESKTOP, timezone_id="Europe/London")).new_page()  # type: ignore[arg-type]
        for page in (away, near):
            await page.goto(f"{demo.server.base_url}/diagnostics/agenda")
        time = away.locator(".session", has_text=TROPONIN).locator("time").first
        await expect(time).to_have_text("10:45")
        written = str(await time.get_attribute("datetime"))
        summer = written.endswith("+01:00")

        await away.get_by_text("My time", exact=True).click()

        await expect(time).to_have_text("18:45" if summer else "19:45")
        await expect(away.get_by_text("Times are yours: Tokyo.")).to_be_visible()
        await away.reload()
        await expect(time).to_have_text("18:45" if summer else "19:45")
        await expect(near.locator(".zone")).to_be_hidden()


async def test_a_change_arrives_and_search_and_focus_stay(demo: Demo) -> None:
    code = uuid.uuid4().hex[:8].upper()
    with api(demo) as http:
        day = http.get("/sessions").json()["items"][3]["start"][:10]
        body = {"title": "Moving target", "start": f"{day}T21:00:00Z", "end": f"{day}T21:30:00Z", "state": "confirmed"}
        assert http.put(f"/sessions/{code}", json=body).status_code == 200
        async with browser() as running:
            page = await (await running.new_context(viewport=DESKTOP)).new_page()  # type: ignore[arg-type]
            await page.goto(f"{demo.server.base_url}/diagnostics/agenda")
            await page.get_by_label("Find a session or a speaker").fill("moving target")
            await expect(page.locator(".session:visible")).to_have_count(1)
            await page.get_by_role("link", name="Moving target").focus()
            await expect(page.locator("html")).to_have_attribute("data-live", "on")

            http.put(f"/sessions/{code}", json={"start": f"{day}T21:05:00Z"})

            shown = page.locator(".session:visible time").first
            await expect(shown).to_have_attribute("datetime", f"{day}T21:05+00:00", timeout=15_000)
            await expect(page.locator(".session:visible")).to_have_count(1)
            assert await page.evaluate("document.activeElement.textContent") == "Moving target"


async def test_keeping_and_searching_work_without_a_script(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context(viewport=PHONE, java_script_enabled=False)).new_page()  # type: ignore[arg-type]
        await page.goto(f"{demo.server.base_url}/diagnostics/agenda")
        await page.get_by_label("Find a session or a speaker").fill("siobhan")
        await page.get_by_label("Find a session or a speaker").press("Enter")
        await expect(page.locator(".session")).to_have_count(1)

        await page.get_by_role("button", name=f"Keep: {TROPONIN}").click()
        await expect(page.get_by_text("Kept. It is on your list.")).to_be_visible()
        await page.get_by_role("button", name=f"Remove {TROPONIN}").click()

        await expect(page.get_by_role("heading", name="Nothing kept yet")).to_be_visible()


@contextmanager
def another_site(folder: Path) -> Iterator[str]:
    """A web server of somebody else's."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


async def test_the_widget_shows_the_programme_on_another_origin(demo: Demo, tmp_path: Path) -> None:
    base = demo.server.base_url
    policy = f"default-src 'none'; script-src {base}; connect-src {base}"
    (tmp_path / "index.html").write_text(
        f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A site</title>
        <meta http-equiv="Content-Security-Policy" content="{policy}"></head><body><main><h1>A site</h1>
        <script type="module" src="{base}/diagnostics/widget.js" data-theme="dark"></script></main></body></html>"""
    )
    with another_site(tmp_path) as site:
        async with browser() as running:
            page = await (await running.new_context(viewport=PHONE)).new_page()  # type: ignore[arg-type]
            await page.goto(f"{site}/index.html")
            await expect(page.get_by_role("link", name=TROPONIN)).to_be_visible()
            await page.get_by_label("Find a session or a speaker").fill("siobhan")

            await expect(page.locator("conference-agenda h4")).to_have_text([TROPONIN])
            assert str(await page.get_by_role("link", name=TROPONIN).evaluate("a => a.href")).startswith(f"{base}/diagnostics/sessions/")
            assert await page.context.cookies() == []

        async with browser() as running:
            page = await (await running.new_context(viewport=PHONE, bypass_csp=True)).new_page()  # type: ignore[arg-type]
            await page.goto(f"{site}/index.html")
            await expect(page.get_by_role("link", name=TROPONIN)).to_be_visible()
            assert await axe(page) == []
