"""A speaker on a phone: the letter, one tap for yes, the list of things to do, picture, slides over a bad line, new words; an organiser approves."""

from __future__ import annotations

import email
import email.policy
import io
import re
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect

from tests.browser import DESKTOP, PHONE, axe, browser, overflow
from tests.server import Demo

pytestmark = pytest.mark.browser
SPEAKER = "amara.okonkwo@example.org"
PDF = b"%PDF-1.7\n" + bytes(9 * 1024 * 1024)


def picture() -> bytes:
    """Red on the left, blue on the right."""
    made, out = Image.new("RGB", (1200, 600), (200, 30, 30)), io.BytesIO()
    made.paste((30, 30, 200), (600, 0, 1200, 600))
    made.save(out, "JPEG")
    return out.getvalue()


def link_in_letter(demo: Demo) -> str:
    """The one link of the letter that asks for a yes."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        for file in demo.server.letters():
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if message["To"] == SPEAKER and "please confirm" in message["Subject"]:
                text = message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
                (link,) = re.findall(r"http\S+", text)
                return str(link)
        time.sleep(0.2)
    raise AssertionError("no letter asks the speaker")


async def clean(page: Page) -> None:
    assert await axe(page) == []
    assert await overflow(page) == 0


async def test_from_the_letter_to_the_programme(demo: Demo, tmp_path: Path) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, bypass_csp=True)  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())

        await page.goto(link_in_letter(demo))
        await page.get_by_role("button", name="Yes, I will be there").click()
        await expect(page.get_by_text("You are on the programme. Thank you!")).to_be_visible()
        await _tell(page)
        await _picture(page, demo)
        await _slides(page, tmp_path)
        name = await _new_words(page)
        await context.close()
        await _approve(demo, await running.new_page(viewport=DESKTOP))  # type: ignore[arg-type]

    assert "moved half of their routine tests" in httpx.get(name).text


async def _tell(page: Page) -> None:
    await page.get_by_role("list").get_by_role("link", name="Needs on stage, travel, recording").first.click()
    await page.get_by_label("What you need on stage").fill("A glass of water")
    await page.get_by_text("Yes", exact=True).click()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", name="To do")).to_be_visible()
    await clean(page)


async def _picture(page: Page, demo: Demo) -> None:
    """The keyboard moves the square to the blue half."""
    await page.get_by_role("link", name="Name, biography, picture").click()
    await page.get_by_label("Picture (optional)").set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    frame = page.get_by_role("group", name="Part of the picture to show")
    await expect(frame).to_be_visible()
    await frame.focus()
    for key in ["+"] * 4 + ["ArrowRight"] * 30:
        await page.keyboard.press(key)
    await clean(page)
    await page.get_by_role("button", name="Save and send").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    source = await page.locator(".speaker-head img").get_attribute("src")
    face = Image.open(io.BytesIO(httpx.get(f"{demo.server.base_url}{source}").content)).convert("RGB")
    red, _, blue = face.getpixel((240, 240))  # type: ignore[misc]
    assert blue > red


async def _slides(page: Page, folder: Path) -> None:
    """The line breaks after the first piece; after a reload the same file goes on from there."""
    file = folder / "talk.pdf"
    file.write_bytes(PDF)
    sent: list[str] = []
    broken = True

    async def line(route: Route) -> None:
        if route.request.method == "PATCH":
            offset = route.request.headers["upload-offset"]
            if broken and offset != "0":
                await route.abort()
                return
            sent.append(offset)
        await route.continue_()

    await page.route("**/files/**", line)
    await page.get_by_role("link", name="Ask a pathologist anything").click()
    await page.get_by_label("Your file").set_input_files(file)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("The connection is shaky")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Choose the same file again to go on.")).to_be_visible()
    broken = False
    await page.get_by_label("Another file").set_input_files(file)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Your slides are here.")).to_be_visible()
    assert sent == ["0", str(4 * 1024 * 1024), str(8 * 1024 * 1024)]
    await clean(page)


async def _new_words(page: Page) -> str:
    """Asks for a change of the biography; returns the address of the public page, which does not show it yet."""
    await page.get_by_role("link", name="Your page as a speaker").click()
    public = await page.get_by_role("link", name="How others see you").get_attribute("href")
    await page.get_by_role("link", name="Name, biography, picture").click()
    words = page.get_by_label("About you")
    await words.fill((await words.input_value()).replace("moved a third of", "moved half of"))
    await page.get_by_role("button", name="Save and send").click()
    await expect(page.get_by_text("The organisers look at it")).to_be_visible()
    address = page.url.split("/diagnostics/")[0] + str(public)
    assert "moved half of" not in httpx.get(address).text
    return address


async def _approve(demo: Demo, page: Page) -> None:
    await page.goto(demo.sign_in_link())
    await page.get_by_role("button", name="Sign me in").click()
    await page.goto(f"{demo.server.base_url}/manage/diagnostics/changes")
    card = page.locator("section", has=page.get_by_role("heading", name="Dr Amara Okonkwo"))
    await expect(card.locator("ins")).to_contain_text("half")
    await card.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("1 change is on the programme.")).to_be_visible()


async def test_the_area_works_without_a_script(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(demo.ways["Speaker"])
        await page.get_by_role("link", name="Tests that survive a winter").click()
        await page.get_by_label("Another file").set_input_files({"name": "small.pdf", "mimeType": "application/pdf", "buffer": PDF[:5000]})

        await page.get_by_role("button", name="Send", exact=True).click()

        await expect(page.get_by_role("link", name="small.pdf")).to_be_visible()
        await expect(page.get_by_text("Your slides are here.")).to_be_visible()
