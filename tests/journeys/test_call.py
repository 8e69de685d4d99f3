"""Proposing on a phone: fill in one page, read the mail, open the link, edit, withdraw; and the same without a script."""

from __future__ import annotations

import email
import email.policy
import re
import time

import pytest
from playwright.async_api import Page, expect

from tests.browser import PHONE, axe, browser
from tests.server import Demo

pytestmark = pytest.mark.browser


def link_in_mail(demo: Demo, address: str) -> str:
    """The personal link in the newest letter to this address, once it is there."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        for file in reversed(demo.server.letters()):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if message["To"] == address:
                body = message.get_body(("plain",))
                assert body is not None
                return re.findall(r"http\S+/speaker/\S+", body.get_content())[0]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address}")


async def fill(page: Page, title: str, address: str) -> None:
    await page.get_by_label("Title", exact=True).fill(title)
    await page.locator(".choice", has_text="Lightning talk").click()
    await page.get_by_label("Abstract").fill("What happened, and what we would do again.")
    await page.get_by_text("For everyone").click()
    await page.get_by_label("Name", exact=True).fill("Jo Proposer")
    await page.get_by_label("E-mail", exact=True).fill(address)


async def test_from_the_call_to_a_withdrawal_on_a_phone(demo: Demo) -> None:
    started = time.monotonic()
    async with browser() as running:
        page = await (await running.new_context(viewport=PHONE, bypass_csp=True)).new_page()  # type: ignore[arg-type]
        await page.goto(demo.ways["Call"])
        await page.get_by_role("link", name="Propose a session").click()
        await fill(page, "A journey on a phone", "jo.phone@example.org")
        await expect(page.get_by_text("How many seats at most?")).to_be_hidden()
        await page.wait_for_timeout(500)
        await page.reload()
        await expect(page.get_by_label("Title", exact=True)).to_have_value("A journey on a phone")
        await page.get_by_role("button", name="Submit", exact=True).click()
        await expect(page.get_by_text("Now check your mail.")).to_be_visible()

        await page.goto(link_in_mail(demo, "jo.phone@example.org"))
        await page.get_by_role("link", name="Edit", exact=True).click()
        await page.get_by_label("Title", exact=True).fill("A journey, edited")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("heading", name="A journey, edited")).to_be_visible()
        found = await axe(page)
        await page.get_by_role("link", name="Withdraw").click()
        await page.get_by_role("button", name="Yes, withdraw it").click()
        await expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()

        await page.goto(f"{demo.ways['Call']}/submit")
        await expect(page.get_by_label("Title", exact=True)).to_have_value("")
    assert found == []
    print(f"from the call to a withdrawal: {time.monotonic() - started:.1f} s")


async def test_proposing_works_without_a_script(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context(viewport=PHONE, java_script_enabled=False)).new_page()  # type: ignore[arg-type]
        await page.goto(f"{demo.ways['Call']}/submit")
        await page.get_by_label("Title", exact=True).fill("Kept as typed")
        await page.get_by_role("button", name="Submit", exact=True).click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page.get_by_label("Title", exact=True)).to_have_value("Kept as typed")
        await fill(page, "Without a script", "jo.plain@example.org")
        await page.get_by_role("button", name="Save as draft").click()
        await expect(page.get_by_text("Your draft waits behind it")).to_be_visible()

        await page.goto(link_in_mail(demo, "jo.plain@example.org"))
        await page.get_by_role("button", name="Submit", exact=True).click()

        await expect(page.get_by_text("Submitted. Thank you")).to_be_visible()
