"""A volunteer pastes rows out of a spreadsheet, copies last year's, has places suggested, and takes them; by keyboard and without a script too."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import DESKTOP, PHONE, browser
from tests.server import Demo

pytestmark = pytest.mark.browser
ROWS = "\n".join(
    ["Title\tSpeakers\tTrack\tLength", *(f"Pasted talk {n}\tPat Pasted {n}\tPathways\t20 min" for n in range(1, 4)), "Odd row\t\t\tsoon"]
)


async def signed_in(page: Page, demo: Demo) -> str:
    await page.goto(demo.sign_in_link())
    await page.get_by_role("button", name="Sign me in").click()
    await page.wait_for_load_state()
    return f"{demo.server.base_url}/manage/diagnostics"


async def test_pasted_rows_find_places(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context(viewport=DESKTOP)).new_page()  # type: ignore[arg-type]
        base = await signed_in(page, demo)
        await page.goto(f"{base}/exchange")
        await page.get_by_label("Paste them here").fill(ROWS)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".alert.warn")).to_be_focused()
        await expect(page.get_by_text("“soon” is not a length.")).to_be_visible()
        await page.get_by_role("button", name="Take in all but what is left out").click()
        await expect(page.get_by_text("3 sessions, 3 speakers added.")).to_be_visible()

        await page.goto(f"{base}/agenda")
        await page.get_by_role("link", name="Suggest places").click()
        await page.get_by_text("Nine to five", exact=True).click()
        await page.get_by_role("button", name="Suggest places").click()
        await expect(page.get_by_role("heading", name=re.compile("places? found"))).to_be_visible()
        count = await page.locator("input[name=place]").count()
        await page.get_by_role("button", name="Put them into the draft").click()
        await expect(page.get_by_text("The suggested places are in the draft.")).to_be_visible()

        assert count >= 1
        await expect(page.locator("#ed-clashes")).to_contain_text(re.compile("No clashes|clash"))


async def test_copying_last_years_breaks_works_on_a_phone_without_a_script(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        base = await signed_in(page, demo)
        await page.goto(f"{base}/exchange")
        await page.get_by_label("Copy from").select_option("diagnostics-first")
        await page.get_by_label("Sessions", exact=True).check()
        await page.locator("button[value=copy]").click()
        await expect(page.get_by_text("Nothing has been changed yet.")).to_be_visible()
        await expect(page.get_by_text("Who calibrates the calibrators?")).to_be_visible()
        await page.get_by_role("button", name="Take it in").click()

        await expect(page.get_by_text(re.compile(r"\d+ sessions added"))).to_be_visible()
