"""A browser for the tests: Playwright's own where it was downloaded, else the system's Chromium. No browser is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright
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

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DESKTOP = {"width": 1440, "height": 900}


@asynccontextmanager
async def browser(*args: str) -> AsyncIterator[Browser]:
    """A headless Chromium, with further command-line `args`."""
    async with async_playwright() as playwright:
        own = Path(playwright.chromium.executable_path).exists()
        found = os.environ.get("CHROMIUM") or (None if own else next(filter(None, map(shutil.which, SYSTEM)), ""))
        if found == "":
            raise AssertionError("No browser. Run 'playwright install chromium' or 'apt-get install chromium', or set CHROMIUM=/path.")
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = await playwright.chromium.launch(executable_path=found, args=[*QUIET, *root, *args])
        try:
            yield running
        finally:
            await running.close()


async def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with the page (WCAG 2.2 A and AA, best practices): one line each, empty when nothing."""
    await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = await page.evaluate("axe.run().then(r => r.violations)")
    return [f"{one['id']}: {one['help']} at {node['target']}" for one in found for node in one["nodes"]]


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
