"""Every page at three widths, light and dark: no axe finding, no sideways scrolling, no broken script."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser import DESKTOP, PHONE, TABLET, axe, browser, faults
from tests.server import Demo

pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}

PUBLIC = [
    "/",
    "/diagnostics/",
    "/diagnostics/agenda",
    "/diagnostics/speakers",
    "/diagnostics/changes",
    "/diagnostics/tickets",
    "/diagnostics/tickets?voucher=TRUST20",
    "/diagnostics/tickets?member=SEVERN27",
    "/diagnostics/tickets/find",
    "/diagnostics/tickets/non-member/waiting",
    "/diagnostics/privacy",
    "/diagnostics/cfp",
    "/diagnostics/cfp/submit",
    "/diagnostics/cfp/find",
    "/diagnostics/cfp/sent",
    "/diagnostics/favourites",
    "/diagnostics/agenda?q=nothing+like+it",
    "/diagnostics/now",
    "/diagnostics/screen",
    "/diagnostics/rooms/room-0/screen",
    "/diagnostics/rooms/room-1/timer",
    "/diagnostics/rooms/room-1/questions",
    "/diagnostics/calendar",
    "/sign-in",
    "/T/0123456789ABCDEF",
    "/nowhere/at/all",
]
MANAGE = [
    "",
    "review/dashboard",
    "review/release",
    "review/reviewers",
    "review/assignment",
    "review/setup",
    "review/phases/new",
    "review/scores/new",
    "call",
    "call/types/new",
    "call/form",
    "call/form/new",
    "call/codes",
    "call/letters",
    "proposals",
    "proposals/new",
    "proposals/numbers",
    "sessions",
    "sessions/new",
    "agenda",
    "embed",
    "exchange",
    "agenda/publish",
    "releases",
    "releases/1",
    "agenda/suggest",
    "speakers",
    "speakers/new",
    "rooms",
    "rooms/new",
    "tracks/new",
    "orders",
    "orders?money=due&kind=non-member",
    "orders/new",
    "bank",
    "attendees",
    "checkin",
    "checkin/lists/new",
    "checkin/doors",
    "checkin/doors/new",
    "checkin/scans",
    "checkin/conflicts",
    "checkin/stays",
    "checkin/help",
    "badges",
    "badges/designs",
    "badges/stations",
    "badges/designs/new?from=a6",
    "surveys",
    "feedback",
    "changes",
    "speakers?missing=any",
    "stage",
    "mail",
    "settings",
    "tickets",
    "tickets/new",
    "add-ons/new",
    "quotas",
    "quotas/new",
    "add-ons/dinner-at-the-assay-office",
    "questions",
    "questions/new",
    "questions/dietary_needs",
    "answers",
    "needs",
    "organiser",
    "vouchers",
    "terms",
    "vouchers/new",
    "vouchers/TRUST20",
    "members",
    "members/severn-assays",
    "approvals",
    "tickets/non-member/rates",
    "members/new",
    "members/import",
    "team",
    "webhooks",
    "waiting",
    "history",
]


async def seen(page: Page, demo: Demo, paths: list[str], sizes: list[dict[str, int]]) -> list[str]:
    """What is wrong with these pages at these widths."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    for path in paths:
        await page.goto(path if path.startswith("http") else demo.server.base_url + path)
        found += [f"{path.replace(demo.server.base_url, '')[:40]}: {said}" for said in await faults(page, sizes)]
    return found


async def _first(page: Page, address: str, selector: str) -> str:
    """The first link of a page that matches."""
    await page.goto(address)
    return str(await page.locator(selector).first.evaluate("a => a.href"))


async def test_public_pages(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(bypass_csp=True)
        page = await context.new_page()
        base = demo.server.base_url
        session = await _first(page, f"{base}/diagnostics/agenda", ".session h4 a")
        limited = await _first(page, f"{base}/diagnostics/agenda", ".session:has(.sign) h4 a")
        speaker = await _first(page, f"{base}/diagnostics/speakers", ".people a")
        calendars = [f"{demo.ways[who]}/calendar" for who in ("Attendee", "Speaker")]
        company = await _first(page, demo.ways["Organisation"], "#places tbody a")
        own = await _first(page, demo.ways["Speaker"], ".bill a[href*='/speaker/']")
        paths = [
            *PUBLIC,
            *calendars,
            session,
            f"{session}/questions",
            limited,
            f"{limited}/places",
            f"{demo.ways['Attendee']}/plan",
            f"{demo.ways['Attendee']}/answers",
            f"{demo.ways['Attendee']}/pass-on",
            f"{demo.ways['Speaker']}/stage",
            speaker,
            demo.ways["Attendee"],
            demo.ways["Speaker"],
            *(f"{demo.ways['Speaker']}/{path}" for path in ("about", "prepare", "times", "people")),
            own,
            *(f"{own}/{path}" for path in ("texts", "people")),
            own.replace("/sessions/", "/confirm/"),
            f"{session}/feedback",
            demo.ways["Organisation"],
            company,
            f"{base}/diagnostics/company",
            demo.ways["Large event"],
        ]

        assert await seen(page, demo, paths, [NARROW, PHONE, TABLET, DESKTOP]) == []


async def test_organiser_pages(demo: Demo) -> None:
    async with browser() as running:
        context = await running.new_context(bypass_csp=True)
        page = await context.new_page()
        base = f"{demo.server.base_url}/manage/diagnostics"
        await page.goto(demo.sign_in_link())
        await page.get_by_role("button", name="Sign me in").click()
        attendee = await _first(page, f"{base}/attendees", "tbody a")
        order = await _first(page, f"{base}/orders", "tbody a")
        session = await _first(page, f"{base}/sessions", "tbody a")
        speaker = await _first(page, f"{base}/speakers", "tbody a")
        proposal = await _first(page, f"{base}/proposals", "tbody a")
        limited = (await _first(page, f"{demo.server.base_url}/diagnostics/agenda", ".session:has(.sign) h4 a")).rpartition("/")[2]
        paths = [f"{base}/{path}" for path in MANAGE] + [
            f"{base}/sessions/{limited}/signups",
            proposal,
            f"{proposal}/edit",
            f"{proposal}/redact",
            attendee,
            f"{attendee}/pass-on",
            f"{attendee}/change",
            order,
            f"{order}/buyer",
            session,
            speaker,
            f"{demo.server.base_url}/manage/account",
        ]

        assert await seen(page, demo, paths, [PHONE, TABLET, DESKTOP]) == []


async def test_a_reviewers_pages_and_what_organisers_make_of_them(demo: Demo) -> None:
    base, found = f"{demo.server.base_url}/manage/diagnostics/review", list[str]()
    async with browser() as running:
        for who in ("reviewer@example.org", "organiser@example.org"):
            context = await running.new_context(bypass_csp=True)
            page = await context.new_page()
            await page.goto(demo.server.run("user", "add", who).stdout.strip())
            await page.get_by_role("button", name="Sign me in").click()
            if who.startswith("reviewer"):
                todo, done = [await _first(page, base, f"section[aria-labelledby={part}] li a") for part in ("todo", "done")]
                found += await seen(page, demo, [base, f"{base}/next", todo, done], [NARROW, PHONE, DESKTOP])
            else:
                about = await _first(page, f"{base}/dashboard", "tbody td[data-label=Title] a")
                reviewer = await _first(page, f"{base}/reviewers", "tbody a")
                found += await seen(page, demo, [about, reviewer, f"{base}/dashboard", f"{base}/release"], [NARROW, PHONE, DESKTOP])

    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_form_with_errors_is_clean_and_takes_the_focus(demo: Demo, scheme: str) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type,typeddict-item]
        page = await context.new_page()
        await page.goto(f"{demo.server.base_url}/diagnostics/tickets")
        await page.get_by_label("E-mail", exact=True).fill("not-an-address")
        await page.get_by_role("button", name="Register", exact=True).click()
        await page.wait_for_selector(".alert")

        focused = await page.evaluate("document.activeElement.className")
        found = await axe(page)

        assert focused == "alert"
        assert await page.get_by_label("E-mail", exact=True).input_value() == "not-an-address"
        assert found == []


async def test_every_hue_keeps_its_contrast(demo: Demo) -> None:
    """WCAG 2.2 1.4.3 for every text on three pages, over twelve hues, light and dark, measured against the real background."""
    worst: list[str] = []
    async with browser() as running:
        for scheme in ("light", "dark"):
            context = await running.new_context(viewport=DESKTOP, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type,typeddict-item]
            page = await context.new_page()
            for path in ("/diagnostics/agenda", "/diagnostics/tickets", "/diagnostics/"):
                await page.goto(demo.server.base_url + path)
                for hue in range(0, 360, 30):
                    worst += [f"{scheme} {path} hue {hue}: {said}" for said in await page.evaluate(CONTRAST, hue)]

    assert worst == []


CONTRAST = """hue => {
  document.documentElement.style.setProperty('--hue', hue);
  const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const rgba = (colour, under) => { pen.clearRect(0, 0, 1, 1); if (under) { pen.fillStyle = under; pen.fillRect(0, 0, 1, 1); } pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const f = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const bad = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility({visibilityProperty: true}) || element.closest('.vh, script')) continue;
    let around = element, ground = 'white';
    while (around) { const colour = getComputedStyle(around).backgroundColor; if (rgba(colour)[3] > 250) { ground = colour; break; } around = around.parentElement; }
    const style = getComputedStyle(element), a = light(rgba(style.color, ground)), b = light(rgba(ground)), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) bad.push(ratio.toFixed(2) + ' ' + text.data.trim().slice(0, 30));
  }
  return bad;
}"""
