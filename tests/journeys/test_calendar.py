"""Into the calendar, in a real browser: by a menu without a script, and by mail."""

from __future__ import annotations

import icalendar
import pytest
from playwright.async_api import expect

from tests.browser import PHONE, browser
from tests.server import Demo

pytestmark = pytest.mark.browser


async def test_the_menu_opens_by_keyboard_without_a_script_and_its_file_is_a_calendar(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{demo.server.base_url}/diagnostics/calendar")
        summary = page.locator("summary", has_text="Subscribe to the programme")

        await summary.press("Enter")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Download the file").click()

        file = await (await download.value).path()
        assert len(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")) > 10


async def test_an_attendee_begins_and_ends_sessions_by_mail(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.ways["Attendee"])
        await page.locator("summary", has_text="Add to calendar").click()
        await page.get_by_role("link", name="Each session by mail").click()

        await page.get_by_role("button", name="Send my sessions by mail").click()
        await expect(page.get_by_text("Your sessions come by mail")).to_be_visible()

        await page.get_by_role("button", name="Stop these letters").click()
        await expect(page.get_by_text("No more calendar letters.")).to_be_visible()
