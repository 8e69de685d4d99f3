"""The agenda editor in a real browser: by mouse, by keyboard alone, by touch, without a script, two people at once, at full size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser import DESKTOP, PHONE, axe, browser, overflow
from tests.server import Demo

pytestmark = pytest.mark.browser
TITLE = "Eight hundred users"


@pytest.fixture
async def running() -> AsyncIterator[Browser]:
    async with browser() as one:
        yield one


async def opened(running: Browser, demo: Demo, event: str = "diagnostics", link: str = "", **settings: Any) -> Page:
    """The editor, signed in. Says what broke in the page's script."""
    context = await running.new_context(**{"viewport": DESKTOP, "bypass_csp": True, **settings})
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    await page.goto(link or demo.sign_in_link())
    await page.get_by_role("button", name="Sign me in").click()
    await page.wait_for_url("**/manage/**")
    await page.goto(f"{demo.server.base_url}/manage/{event}/agenda")
    if settings.get("java_script_enabled", True):
        await page.wait_for_selector(".editor.ready")
    return page


def card(page: Page, title: str = TITLE) -> Locator:
    return page.locator(".ed-card", has=page.locator("b", has_text=title))


async def when(page: Page, title: str = TITLE) -> str:
    """The time on the card, once everything is saved."""
    await expect(page.locator("#ed-saved")).not_to_have_text("Saving…")
    return (await card(page, title).locator(".ed-meta").inner_text()).partition(" ")[0]


async def kept(page: Page, title: str = TITLE) -> str:
    """The same after a reload: what the server has."""
    await expect(page.locator("#ed-saved")).not_to_have_text("Saving…")
    await page.reload()
    await page.wait_for_selector(".editor.ready")
    return await when(page, title)


async def drag(page: Page, what: Locator, dx: float, dy: float, grip: bool = False) -> None:
    await what.scroll_into_view_if_needed()
    box = await what.bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + (box["height"] - 3 if grip else 12)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + dx / 2, y + dy / 2, steps=4)
    await page.mouse.move(x + dx, y + dy, steps=4)


async def test_by_mouse(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo)
    before = await when(page)
    step = float(
        await page.locator(".ed-card").first.evaluate(
            "c => parseFloat(getComputedStyle(c.closest('.ed-sheet')).getPropertyValue('--row')) * 16"
        )
    )

    await drag(page, card(page), 0, -6 * step)
    await expect(page.locator(".ed-hand")).to_contain_text("The room also has")
    await page.mouse.up()
    moved = await when(page)
    await drag(page, card(page), 0, 3 * step, grip=True)
    await page.mouse.up()
    longer = await when(page)
    stays = await kept(page)
    await page.keyboard.press("Control+z")
    await expect(card(page)).to_contain_text(moved)
    await page.get_by_role("button", name="Undo").click()
    await expect(card(page)).to_contain_text(before)
    await page.keyboard.press("Control+Shift+z")
    await expect(card(page)).to_contain_text(moved)
    await page.get_by_role("button", name="Undo").click()
    await expect(card(page)).to_contain_text(before)

    assert (before, moved, longer) == ("11:30–12:10", "11:00–11:40", "11:00–11:55")
    assert stays == longer
    assert await kept(page) == before


async def test_off_the_agenda_and_back_by_mouse(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo)
    shelf = await page.locator(".ed-shelf").bounding_box()
    waiting = int(await page.locator("#ed-waiting").inner_text())
    box = await card(page).bounding_box()
    assert shelf
    assert box

    await card(page).scroll_into_view_if_needed()
    box = await card(page).bounding_box()
    assert box
    await page.mouse.move(box["x"] + 30, box["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(shelf["x"] + 60, shelf["y"] + 60, steps=8)
    await page.mouse.up()
    item = page.locator(".ed-item", has_text=TITLE)
    await expect(item).to_be_visible()
    await expect(page.locator("#ed-waiting")).to_have_text(str(waiting + 1))
    await page.keyboard.press("Control+z")

    await expect(card(page)).to_contain_text("11:30–12:10")
    assert await item.count() == 0


async def test_by_keyboard_alone(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo)
    said = page.locator("#ed-said")
    await page.locator(".ed-scroll").focus()

    await page.keyboard.press("ArrowDown")
    for _ in range(60):
        if TITLE in str(await page.evaluate("document.activeElement.textContent")):
            break
        await page.keyboard.press(
            "ArrowRight" if "Everybody" in str(await page.evaluate("document.activeElement.parentElement.ariaLabel")) else "ArrowDown"
        )
    await page.keyboard.press("Space")
    await expect(said).to_contain_text("Picked up Eight hundred users, two hundred devices. 11:30 to 12:10, Assembly Hall.")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown", "+", "+", "-"):
        await page.keyboard.press(key)
    await expect(said).to_contain_text("12:05 to 12:50, Foundry.")
    await expect(said).to_contain_text("clash")
    await page.keyboard.press("Escape")
    await expect(said).to_contain_text("is back where it was")
    escaped = await when(page)
    await page.keyboard.press("Space")
    await page.keyboard.press("Shift+ArrowUp")
    await page.keyboard.press("Enter")
    await expect(said).to_contain_text("Put down Eight hundred users")
    moved, focused = await when(page), str(await page.evaluate("document.activeElement.textContent"))
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await page.keyboard.type("regulator")
    await expect(page.locator(".ed-item")).to_have_count(1)
    await page.keyboard.press("Tab")
    await page.locator(".ed-item").focus()
    await page.keyboard.press("Space")
    await expect(said).to_contain_text("Picked up Ask the regulator anything.")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+z")

    await expect(card(page)).to_contain_text("11:30–12:10")
    assert (escaped, moved) == ("11:30–12:10", "11:00–11:40")
    assert TITLE in focused


async def test_by_touch(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo, viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark")
    assert await overflow(page) == 0

    await card(page).evaluate("card => card.scrollIntoView({block: 'start', inline: 'center'})")
    await card(page).tap()
    await expect(page.locator(".ed-hand")).to_be_visible()
    below = float(await card(page).evaluate("card => card.offsetTop + card.offsetHeight + 20"))
    held = await axe(page)
    await page.get_by_role("group", name="Assembly Hall").tap(position={"x": 40, "y": below})
    await expect(page.locator(".ed-hand")).to_be_hidden()
    moved = await when(page)
    await card(page).tap()
    await page.get_by_role("button", name="5 min later").tap()
    await page.get_by_role("button", name="Put it here").tap()
    later = await when(page)
    for _ in range(2):
        await page.get_by_role("button", name="Undo").tap()
        await expect(page.locator("#ed-saved")).to_have_text("Saved")

    await expect(card(page)).to_contain_text("11:30–12:10")
    assert held == []
    assert moved > "12:10"
    assert later != moved


async def test_without_a_script(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo, java_script_enabled=False)
    listed = page.locator("tr", has_text=TITLE)

    await listed.get_by_role("link", name="Move").click()
    form = page.locator("#form-place")
    assert await form.get_by_label("Start").input_value() == "11:30"
    await form.get_by_label("Start").fill("09:00")
    await form.get_by_label("Room").select_option(label="Foundry, 120 seats")
    await form.get_by_role("button", name="Move it").click()
    await expect(page.get_by_role("status").filter(has_text="Moved in the draft.")).to_be_visible()
    await expect(listed).to_contain_text("09:00–09:40")
    await page.get_by_role("button", name="Undo").click()

    await expect(listed).to_contain_text("11:30–12:10")


async def test_two_people_see_each_other_and_a_stale_move_is_refused(running: Browser, demo: Demo) -> None:
    olivia = await opened(running, demo)
    added = demo.server.run("user", "add", "rosa@example.org", "--name", "Rosa", "--event", "diagnostics", "--role", "programme")
    rosa = await opened(running, demo, link=added.stdout.strip())
    await expect(olivia.locator("#ed-here")).to_contain_text("Rosa")
    await expect(rosa.locator("#ed-here")).to_contain_text("Olivia Organiser")

    await card(rosa).focus()
    await rosa.keyboard.press("Space")
    await rosa.keyboard.press("Shift+ArrowUp")
    await rosa.keyboard.press("Space")
    await expect(card(olivia)).to_contain_text("11:00–11:40")
    await olivia.route("**/agenda/sheet**", lambda route: route.abort())
    await card(rosa).focus()
    await rosa.keyboard.press("Space")
    await rosa.keyboard.press("ArrowUp")
    await rosa.keyboard.press("Space")
    assert await when(rosa) == "10:55–11:35"
    await card(olivia).focus()
    await olivia.keyboard.press("Space")
    await olivia.keyboard.press("ArrowDown")
    await olivia.keyboard.press("Space")
    await expect(olivia.get_by_role("alert")).to_contain_text("Rosa has moved “Eight hundred users, two hundred devices”")
    await expect(card(olivia)).to_contain_text("10:55–11:35")
    for _ in range(2):
        await rosa.get_by_role("button", name="Undo").click()
        await expect(rosa.locator("#ed-saved")).to_have_text("Saved")

    await expect(card(rosa)).to_contain_text("11:30–12:10")


async def test_what_could_not_be_saved_is_put_back_and_said(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo)
    await page.route("**/agenda/moves", lambda route: route.abort())

    await card(page).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Shift+ArrowUp")
    await page.keyboard.press("Space")

    await expect(page.get_by_role("alert")).to_contain_text("could not be saved and was put back")
    await expect(card(page)).to_contain_text("11:30–12:10")
    await page.unroute("**/agenda/moves")
    assert await kept(page) == "11:30–12:10"


DRAG = """async () => {
  const card = document.querySelector('.ed-card'), box = card.getBoundingClientRect(), scroll = document.querySelector('.ed-scroll').getBoundingClientRect();
  const send = (name, x, y) => (name === 'pointerdown' ? card : window).dispatchEvent(new PointerEvent(name, {bubbles: true, cancelable: true, clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse', button: 0}));
  send('pointerdown', box.x + 20, box.y + 5);
  const spent = [];
  for (let n = 0; n < 60; n += 1) {
    const began = performance.now();
    send('pointermove', scroll.x + 80 + (n * 37) % (scroll.width - 120), scroll.y + 80 + (n * 23) % (scroll.height - 160));
    document.querySelector('.ed-ghost')?.getBoundingClientRect();
    spent.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  window.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}));
  return spent.sort((a, b) => a - b);
}"""


async def test_nine_hundred_sessions_open_light_and_answer_at_once(running: Browser, demo: Demo) -> None:
    page = await opened(running, demo, "open-health")
    sizes = []
    page.on("response", lambda answer: sizes.append(answer) if answer.request.resource_type == "document" else None)
    await page.reload()
    await page.wait_for_selector(".editor.ready")
    weight = (await sizes[0].request.sizes())["responseBodySize"]
    count = int(await page.evaluate("JSON.parse(document.getElementById('ed-sheet').textContent).sessions.length"))

    spent = await page.evaluate(DRAG)

    print(f"{count} sessions: {weight} bytes, drag median {spent[len(spent) // 2]:.1f} ms, slowest {spent[-1]:.1f} ms")
    assert count >= 900
    assert 0 < weight < 300_000
    assert len(spent) == 60
