"""Paying by card in a real browser: the clock, the way to the card page and back, and all of it without a script."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import DESKTOP, PHONE, browser, faults
from tests.server import Server
from tests.stripe_server import Stripe

pytestmark = pytest.mark.browser


async def register(context: BrowserContext, server: Server) -> Page:
    page = await context.new_page()
    await page.goto(f"{server.base_url}/race/tickets")
    await page.locator(".name", has_text="Paid by card").click()
    await page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    await page.get_by_label("E-mail", exact=True).fill("ada@example.org")
    await page.get_by_role("button", name="Register").click()
    await page.get_by_role("link", name="Pay now").wait_for()
    return page


async def test_a_card_leads_to_the_tickets_with_and_without_a_script(card_shop: tuple[Server, Stripe]) -> None:
    server, stripe = card_shop
    headers = {"Authorization": f"Bearer {server.token('race', 'admin')}"}
    body = {"name": "Paid by card", "price": {"amount": 9500, "currency": "GBP"}, "places": 5}
    httpx.post(f"{server.base_url}/api/v1/events/race/ticket-types", json=body, headers=headers).raise_for_status()
    async with browser() as running:
        page = await register(await running.new_context(viewport=PHONE), server)  # type: ignore[arg-type]
        await page.goto(list(stripe.sessions.values())[-1]["cancel_url"])
        await expect(page.locator("[data-behaviour=kept-time]")).to_contain_text("left)")
        wrong = await faults(page, [PHONE, DESKTOP])
        await page.get_by_role("button", name="I need 15 more minutes").click()
        await expect(page.get_by_role("button", name="I need 15 more minutes")).to_be_hidden()
        await page.get_by_role("button", name="Pay £95 by card").click()
        await page.get_by_role("link", name="Pay now").click()
        await expect(page.get_by_text("£95 is paid")).to_be_visible()
        await expect(page.get_by_role("link", name="QR code and badge")).to_be_visible()

        page = await register(await running.new_context(viewport=PHONE, java_script_enabled=False), server)  # type: ignore[arg-type]
        await page.get_by_role("link", name="Pay now").click()
        await expect(page.get_by_text("£95 is paid")).to_be_visible()

    assert wrong == []
