"""Questions at registration in a real browser: those that depend on others come and go; without a script the form works the same."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser import PHONE, browser
from tests.server import Demo

pytestmark = pytest.mark.browser
KITCHEN = "What should the kitchen know about it?"


async def _fill(page: Page, name: str) -> None:
    await page.get_by_text("NHS and academic").click()
    await page.get_by_label("Name", exact=False).first.fill(name)
    await page.get_by_label("E-mail", exact=True).fill(f"{name.lower()}@example.org")
    await page.get_by_label("Nut allergy").check()


async def test_a_question_comes_and_goes_with_the_answer_before_it(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context(viewport=PHONE)).new_page()  # type: ignore[arg-type]
        await page.goto(demo.ways["Register"])
        kitchen = page.get_by_label(KITCHEN)
        await expect(kitchen).to_be_hidden()
        await _fill(page, "Grace")
        await expect(kitchen).to_be_visible()
        await page.get_by_label("Nut allergy").uncheck()
        await expect(kitchen).to_be_hidden()
        await page.get_by_label("Nut allergy").check()
        await kitchen.fill("No traces")
        await page.get_by_role("button", name="Register").click()
        await page.get_by_role("link", name="See the questions").click()

        await expect(page.get_by_text("You answered this; we do not show it again.")).to_have_count(2)
        await expect(page.get_by_label(KITCHEN).first).to_have_value("")


async def test_without_a_script_each_question_says_when_it_is_asked(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context(viewport=PHONE, java_script_enabled=False)).new_page()  # type: ignore[arg-type]
        await page.goto(demo.ways["Register"])
        await expect(page.get_by_text("Only if “Dietary needs” is “Gluten free” or “Dietary needs” is “Nut allergy”")).to_be_visible()
        await _fill(page, "Linus")
        await page.get_by_label(KITCHEN).fill("No traces")
        await page.get_by_role("button", name="Register").click()

        await expect(page.get_by_role("heading", name="Linus")).to_be_visible()
        await expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
