"""A browser for the tests: Playwright's own where it was downloaded, else the system's Chromium. No browser is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Playwright, async_playwright, expect
from playwright.sync_api import sync_playwright

SYSTEM = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"]
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).resolve().parents[1] / "frontend" / "vendor" / "axe.min.js"

expect.set_options(timeout=30_000)  # how long a busy machine may take; what is there is seen at once

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DESKTOP = {"width": 1440, "height": 900}


@dataclass
class _Kept:
    """The one plain browser of this process, started when the first test asks for it."""

    driver: Playwright | None = None
    plain: Browser | None = None


_kept = _Kept()


@asynccontextmanager
async def browser(*args: str) -> AsyncIterator[Browser]:
    """A headless Chromium. All tests share one, each with contexts (cookies, storage, cache) of its own, which are closed at the
    end of the block. With further command-line `args` it is a process of its own.
    """
    if args:
        running = await _launch(*args)
        try:
            yield running
        finally:
            await running.close()
        return
    if _kept.plain is None or not _kept.plain.is_connected():
        _kept.plain = await _launch()
    before = set(_kept.plain.contexts)
    try:
        yield _kept.plain
    finally:
        for context in set(_kept.plain.contexts) - before:
            await context.close()


async def _launch(*args: str) -> Browser:
    _kept.driver = _kept.driver or await async_playwright().start()
    own = Path(_kept.driver.chromium.executable_path).exists()
    found = os.environ.get("CHROMIUM") or (None if own else next(filter(None, map(shutil.which, SYSTEM)), ""))
    if found == "":
        raise AssertionError("No browser. Run 'playwright install chromium' or 'apt-get install chromium', or set CHROMIUM=/path.")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return await _kept.driver.chromium.launch(executable_path=found, args=[*QUIET, *root, *args])


async def stop() -> None:
    """Close what `browser` started."""
    if _kept.plain is not None:
        await _kept.plain.close()
    if _kept.driver is not None:
        await _kept.driver.stop()
    _kept.plain = _kept.driver = None


COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core whose outcome a colour scheme can change."""


async def axe(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong with the page (WCAG 2.2 A and AA, best practices): one line each, empty when nothing."""
    if not await page.evaluate("Boolean(window.axe)"):
        await page.evaluate(AXE.read_text())
    options = {"resultTypes": ["violations"], **({"runOnly": {"type": "rule", "values": rules}} if rules else {})}
    found: list[dict[str, Any]] = await page.evaluate("options => axe.run(options).then(r => r.violations)", options)
    return [f"{one['id']}: {one['help']} at {node['target']}" for one in found for node in one["nodes"]]


async def faults(page: Page, sizes: list[dict[str, int]]) -> list[str]:
    """What is wrong with the page as it stands, at each of the widths, light and dark: axe findings, sideways scrolling.

    The page is resized and recoloured, not loaded again: no script of ours asks for either when it starts.
    """
    found: list[str] = []
    for size in sizes:
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme="light")
        said = await axe(page)
        await page.emulate_media(color_scheme="dark")
        said += [f"dark, {one}" for one in await axe(page, COLOURS)]
        if wide := await overflow(page):
            said.append(f"{wide} px too wide")
        found += [f"at {size['width']}: {one}" for one in said]
    return found


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window (WCAG 2.2 1.4.10); 0 is right."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def ensure() -> str:
    """Find a browser, or bring one: Playwright's own download, else the system's package. Returns where it came from."""
    if os.environ.get("CHROMIUM"):
        return "$CHROMIUM"
    with sync_playwright() as playwright:
        if Path(playwright.chromium.executable_path).exists():
            return "Playwright's own"
    if any(map(shutil.which, SYSTEM)):
        return "the system's"
    download = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    if subprocess.run(download, capture_output=True, timeout=300).returncode == 0:
        return "Playwright's own, just downloaded"
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        if subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], stdout=subprocess.DEVNULL).returncode == 0:
            return "the system's, just installed"
    sys.exit(
        "No browser, and none could be installed. Run 'playwright install chromium' or 'apt-get install chromium', or set CHROMIUM=/path."
    )


if __name__ == "__main__":
    print(f"Browser: {ensure()}.")
