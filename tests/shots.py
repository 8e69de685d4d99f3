"""The README's pictures, taken from the demo: `make shots`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from PIL import Image

from tests.browser import DESKTOP, PHONE, browser, stop
from tests.server import Demo, filled_demo

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "shots"


async def take(demo: Demo) -> None:
    async with browser() as running:
        wide = await running.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
        small = await running.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page, phone = await wide.new_page(), await small.new_page()
        for one, name in ((page, "agenda-wide"), (phone, "agenda-phone")):
            await one.goto(f"{demo.server.base_url}/diagnostics/agenda")
            await one.screenshot(path=FOLDER / f"{name}.png")
        for name, address in (("my-day", demo.ways["Attendee"]), ("register", demo.ways["Register"])):
            await page.goto(address)
            await page.wait_for_load_state("networkidle")
            await page.screenshot(path=FOLDER / f"{name}.png")
        await page.goto(demo.sign_in_link())
        await page.get_by_role("button", name="Sign me in").click()
        await page.goto(f"{demo.server.base_url}/manage/diagnostics/")
        await page.screenshot(path=FOLDER / "overview.png")
        await _door(demo, page)
    await stop()
    _join()


async def _door(demo: Demo, page: object) -> None:
    """The door after a ticket was typed in."""
    from playwright.async_api import Page, expect

    assert isinstance(page, Page)
    line = next(one for one in demo.server.run("export", "attendees.csv", "--event", "diagnostics").stdout.splitlines() if ",valid," in one)
    await page.goto(demo.ways["Door"])
    await page.get_by_label("Ticket code").fill(
        next(part for part in line.split(",") if (len(part) == 16 and part.isupper()) or part.isdigit())
    )
    await page.get_by_role("button", name="Check in", exact=True).click()
    await expect(page.locator("door-result")).not_to_contain_text("Ready")
    await page.screenshot(path=FOLDER / "door.png")


def _join() -> None:
    """The agenda, wide and on a phone, side by side."""
    wide, phone = Image.open(FOLDER / "agenda-wide.png"), Image.open(FOLDER / "agenda-phone.png")
    phone = phone.resize((round(phone.width * wide.height / phone.height), wide.height))
    both = Image.new("RGB", (wide.width + phone.width + 30, wide.height), "white")
    both.paste(wide, (0, 0))
    both.paste(phone, (wide.width + 30, 0))
    both.save(FOLDER / "agenda.png", optimize=True)
    for name in ("agenda-wide", "agenda-phone"):
        (FOLDER / f"{name}.png").unlink()
    for file in FOLDER.glob("*.png"):
        Image.open(file).convert("RGB").quantize(200).save(file, optimize=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with filled_demo(f"sqlite:///{tempfile.mkdtemp()}/shots.sqlite3") as demo:
        asyncio.run(take(demo))
    print(f"Pictures in {FOLDER}.")


if __name__ == "__main__":
    main()
