"""Registering on a phone: how many fields and clicks it takes, with and without a script, and that every page on the way is clean."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import PHONE, axe, browser, overflow
from tests.server import Demo

pytestmark = pytest.mark.browser


@dataclass
class Thumb:
    """Somebody on a phone: counts what they fill in and press, and looks at each page."""

    page: Page
    fields: int = 0
    clicks: int = 0
    found: list[str] = field(default_factory=list)

    async def fill(self, label: str, text: str) -> None:
        self.fields += 1
        await self.page.get_by_role("textbox", name=label).first.fill(text)

    async def press(self, what: Locator) -> None:
        self.clicks += 1
        await what.click()

    async def look(self) -> None:
        self.found += [*await axe(self.page), *([f"{wide} px too wide"] if (wide := await overflow(self.page)) else [])]


async def _member(thumb: Thumb, demo: Demo) -> None:
    """The link that an organisation sends to its people."""
    await thumb.page.goto(f"{demo.ways['Register']}?member=SEVERN27")
    await thumb.look()
    await thumb.press(thumb.page.locator(".choice", has_text="Member organisation"))
    await thumb.fill("Name", "Ada Member")
    await thumb.fill("E-mail", "ada@severn-assays.example")
    await thumb.press(thumb.page.get_by_role("button", name=re.compile("^(Register|Place)")))
    await thumb.page.wait_for_url(re.compile("/my/"))
    await thumb.look()
    await expect(thumb.page.get_by_role("img", name="QR code of this ticket")).to_be_visible()


async def _invoice(thumb: Thumb, demo: Demo) -> None:
    """A paid place, to the employer's invoice."""
    await thumb.page.goto(demo.ways["Register"])
    await thumb.press(thumb.page.locator(".choice", has_text="Non-member"))
    for label, text in (("Name", "Ben Buyer"), ("E-mail", "ben@example.org"), ("Organisation", "Firm Ltd"), ("Job title", "Buyer")):
        await thumb.fill(label, text)
    await thumb.fill("Invoice to", "Firm Ltd, Accounts, 1 High Street, Leeds")
    await thumb.fill("Purchase order number", "PO-7")
    await thumb.look()
    await thumb.press(thumb.page.get_by_role("button", name=re.compile("^(Register|Place)")))
    await thumb.page.wait_for_url(re.compile("/orders/"))
    await thumb.look()
    await expect(thumb.page.get_by_role("heading", name="Please pay £180")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
async def test_a_free_member_place_takes_4_fields_and_3_clicks_at_most_and_a_paid_one_8_fields(demo: Demo, script: bool) -> None:
    walked = {}
    async with browser() as running:
        for walk in (_member, _invoice):
            context = await running.new_context(viewport=PHONE, bypass_csp=True, java_script_enabled=script)  # type: ignore[arg-type]
            thumb, started = Thumb(await context.new_page()), time.perf_counter()
            if not script:
                thumb.look = _nothing  # type: ignore[method-assign]  # axe is a script
            await walk(thumb, demo)
            print(f"{walk.__doc__}: {thumb.fields} fields, {thumb.clicks} clicks, {time.perf_counter() - started:.1f} s, script {script}")
            walked[walk] = thumb

    assert [thumb.found for thumb in walked.values()] == [[], []]
    assert (walked[_member].fields <= 4, walked[_member].clicks <= 3) == (True, True)
    assert (walked[_invoice].fields <= 8, walked[_invoice].clicks <= 3) == (True, True)


async def _nothing() -> None:
    pass
