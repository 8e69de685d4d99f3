"""The whole story in a real browser: register on a phone, read the mail, come in at a tablet's camera, answer, be counted."""

from __future__ import annotations

import email
import email.policy
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from eventsvc.core.config import settings
from tests.browser import DESKTOP, PHONE, TABLET, browser
from tests.journeys.film import film
from tests.server import Demo

pytestmark = pytest.mark.browser
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


async def register(running: Browser, demo: Demo, name: str, address: str) -> tuple[str, int]:
    """Register on a phone, in three clicks; returns the address of My day and the clicks it took."""
    context = await running.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(demo.ways["Public page"])
    clicks = 0
    await page.get_by_role("link", name="Register", exact=True).first.click()
    await page.get_by_text("NHS and academic").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("E-mail", exact=True).fill(address)
    await page.get_by_role("button", name="Register", exact=True).click()
    clicks += 3
    await expect(page.get_by_text("You are registered.")).to_be_visible()
    await expect(page.get_by_role("img", name="QR code of this ticket")).to_be_visible()
    await expect(page.locator("summary", has_text="Add to calendar")).to_be_visible()
    my_day = page.url.split("?")[0]
    await context.close()
    return my_day, clicks


def letter_to(demo: Demo, address: str, subject: str = "") -> email.message.EmailMessage:
    """The newest letter to this address (about `subject`), once it is there."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        for file in reversed(demo.server.letters()):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if message["To"] == address and subject in message["Subject"]:
                assert isinstance(message, email.message.EmailMessage)
                return message
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address}")


def code_in(demo: Demo, name: str) -> str:
    """The ticket's code, as the organiser's list has it."""
    line = next(line for line in demo.server.run("export", "attendees.csv", "--event", "diagnostics").stdout.splitlines() if name in line)
    return re.findall(r"\b[0-9A-HJKMNP-TV-Z]{16}\b", line)[0]


async def test_from_registration_to_results(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "base_url", demo.server.base_url)
    async with browser() as running:
        my_day, clicks = await register(running, demo, "Jo Journey", "jo@example.org")
    assert clicks == 3

    message = letter_to(demo, "jo@example.org")
    body = message.get_body(("html",))
    assert body is not None
    assert my_day in body.get_content()
    assert "application/pdf" in [part.get_content_type() for part in message.walk()]

    await _come_in(demo, film(tmp_path / "ticket.y4m", code_in(demo, "Jo Journey")))

    async with browser() as running:
        await _answer(running, my_day)
        await _see_results(running, demo)


async def _come_in(demo: Demo, ticket: Path) -> None:
    """A tablet at the door sees the ticket through its camera."""
    async with browser(*CAMERA, f"--use-file-for-fake-video-capture={ticket}") as running:
        context = await running.new_context(viewport=TABLET, permissions=["camera"])  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.server.run("door", "link", "--event", "diagnostics", "--name", "North").stdout.strip())
        await expect(page.locator("door-result")).to_contain_text("Welcome", timeout=30_000)
        await expect(page.locator("door-result")).to_contain_text("Jo Journey")
        assert "evs_" not in page.url


async def _answer(running: Browser, my_day: str) -> None:
    context = await running.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(my_day)
    await expect(page.get_by_text("Checked in")).to_be_visible()
    await page.get_by_role("link", name="Answer the survey").click()
    await page.get_by_text("10", exact=True).click()
    await page.get_by_label("What one thing should we change").fill("Nothing: Jo liked it all")
    await page.get_by_role("button", name="Send my answers").click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    await context.close()


async def _see_results(running: Browser, demo: Demo) -> None:
    context = await running.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(demo.sign_in_link())
    await page.get_by_role("button", name="Sign me in").click()
    await page.goto(f"{demo.server.base_url}/manage/diagnostics/surveys")
    await expect(page.get_by_text("Nothing: Jo liked it all")).to_be_visible()
    await expect(page.locator(".bars svg").first).to_be_visible()


async def test_registering_works_without_a_script(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.ways["Register"])
        await page.get_by_text("NHS and academic").click()
        await page.get_by_label("Name", exact=True).fill("No Script")
        await page.get_by_label("E-mail", exact=True).fill("noscript@example.org")
        await page.get_by_role("button", name="Add another person").click()
        await page.get_by_text("NHS and academic").nth(1).click()
        await page.get_by_label("Name", exact=True).nth(1).fill("Second Person")
        await page.get_by_role("button", name="Register", exact=True).click()

        await expect(page.get_by_text("Second Person", exact=True)).to_be_visible()


async def test_registering_works_by_keyboard_alone(demo: Demo) -> None:
    async with browser() as running:
        page = await (await running.new_context(viewport=DESKTOP)).new_page()  # type: ignore[arg-type]
        await page.goto(demo.ways["Register"])
        await page.locator("input[type=radio]").first.focus()
        await page.keyboard.press("Space")
        for text in ("Kim Keyboard", "kim@example.org", "", ""):
            await page.keyboard.press("Tab")
            await page.keyboard.type(text)
        for _ in range(16):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.value === 'order'"):
                break
        await page.keyboard.press("Enter")

        await expect(page.get_by_text("You are registered.")).to_be_visible()
