"""The organiser's printing page in a real browser, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser import DESKTOP, browser
from tests.server import Demo

pytestmark = pytest.mark.browser


async def _open(page: Page, demo: Demo) -> None:
    await page.goto(demo.sign_in_link())
    await page.get_by_role("button").first.click()
    await page.goto(demo.server.base_url + "/manage/diagnostics/badges")


async def test_a_size_is_shown_at_once_and_the_pdf_appears_by_itself(demo: Demo) -> None:
    async with browser() as chromium:
        page = await chromium.new_page(viewport=DESKTOP)
        await _open(page, demo)
        await expect(page.get_by_role("button", name="Show the preview")).to_have_count(0)

        await page.get_by_role("radio", name="Card").check()
        await expect(page.locator("#preview img").first).to_have_attribute("width", "344")
        await page.get_by_role("button", name="Make the PDF").click()
        await expect(page.locator("#made-status")).to_have_text("Your badges are ready.", timeout=20_000)

        pdf = await page.request.get(f"{demo.server.base_url}{await page.locator('#made a.fetch').first.get_attribute('href')}")
        assert pdf.headers["content-type"] == "application/pdf"
        assert (await pdf.body()).startswith(b"%PDF")


async def test_without_scripts_two_buttons_do_the_same(demo: Demo) -> None:
    async with browser() as chromium:
        context = await chromium.new_context(viewport=DESKTOP, java_script_enabled=False)
        page = await context.new_page()
        await _open(page, demo)

        await page.get_by_role("radio", name="four on A4").check()
        await page.get_by_role("button", name="Show the preview").click()
        await expect(page.locator("#preview img")).to_have_count(1)
        await page.get_by_role("button", name="Make the PDF").click()
        await expect(page.get_by_role("status").first).to_contain_text("is being made")

        for _ in range(40):
            if not await page.get_by_role("link", name="Look again").count():
                break
            await page.get_by_role("link", name="Look again").click()
            await page.wait_for_timeout(250)
        assert await page.locator("#made tbody tr").first.locator("a.fetch").count() == 1
