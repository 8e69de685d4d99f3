"""From the invitation of a reviewer to the letters: an organiser at a desk, a reviewer on a phone, and what the authors read."""

from __future__ import annotations

import email
import email.message
import email.policy
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser import DESKTOP, PHONE, axe, browser, overflow
from tests.databases import Maker
from tests.races.conftest import SCHEDULE
from tests.server import Server, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(empty_database: Maker) -> Iterator[Server]:
    """An event whose call has three proposals, and nothing of reviewing yet."""
    with serving(empty_database.migrated()) as running:
        file = running.data_dir / "race.json"
        file.write_text(SCHEDULE)
        running.run("import", "schedule", str(file), "--create")
        command = [sys.executable, "-m", "tests.races.seed_reviews", "race", "3", "bare"]
        said = subprocess.run(command, env=running.env, capture_output=True, text=True, timeout=120)
        assert said.returncode == 0, said.stderr
        yield running


def letter_to(server: Server, address: str) -> email.message.EmailMessage:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        for file in reversed(server.letters()):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if message["To"] == address:
                assert isinstance(message, email.message.EmailMessage)
                return message
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address}")


def text_of(letter: email.message.EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def set_up(page: Page, base: str) -> None:
    """A blind phase, two scores, a reviewer; the work shared out."""
    await page.goto(f"{base}/review/phases/new")
    await page.get_by_label("Name", exact=True).fill("First round")
    await page.get_by_role("button", name="Save").click()
    for name in ("Fit", "Substance"):
        await page.goto(f"{base}/review/scores/new")
        await page.get_by_label("Name", exact=True).fill(name)
        await page.get_by_role("button", name="Save").click()
    await page.goto(f"{base}/review/reviewers")
    await page.get_by_label("E-mail").fill("rosa@reviews.uk")
    await page.get_by_label("Name (optional)").fill("Rosa")
    await page.get_by_role("button", name="Add and invite").click()
    await expect(page.get_by_text("an invitation is on its way")).to_be_visible()
    await page.goto(f"{base}/review/assignment")
    await page.get_by_label("Reviewers for each proposal").fill("1")
    await page.get_by_role("button", name="Share out").click()
    await expect(page.get_by_text("3 reviews newly asked for.")).to_be_visible()


async def give(page: Page, first: str, second: str, words: str) -> None:
    """One review by tapping."""
    for scale, mark in (("Fit", first), ("Substance", second)):
        await page.get_by_role("group", name=re.compile(scale)).locator("label").filter(has_text=re.compile(f"^{mark}")).click()
    await page.get_by_label("In your words").fill(words)
    await page.get_by_role("button", name="Save and next").click()


async def test_three_reviews_on_a_phone_then_decisions_and_letters(server: Server) -> None:
    base = f"{server.base_url}/manage/race"
    async with browser() as running:
        desk = await (await running.new_context(viewport=DESKTOP, bypass_csp=True)).new_page()  # type: ignore[arg-type]
        await desk.goto(server.run("user", "add", "olga@example.org", "--event", "race", "--role", "organiser").stdout.strip())
        await desk.get_by_role("button", name="Sign me in").click()
        await set_up(desk, base)

        phone = await (await running.new_context(viewport=PHONE, has_touch=True, bypass_csp=True)).new_page()  # type: ignore[arg-type]
        link = re.search(r"http\S+/sign-in/\S+", text_of(letter_to(server, "rosa@reviews.uk")))
        assert link is not None
        await phone.goto(link[0])
        await phone.get_by_role("button", name="Sign me in").click()
        await expect(phone.get_by_role("heading", name="First round")).to_be_visible()
        await phone.get_by_role("link", name="Start").click()
        assert "Hargreaves" not in await phone.content()
        # What is typed survives a reload.
        await phone.get_by_label("In your words").fill("Half a thought")
        await phone.wait_for_timeout(500)
        await phone.reload()
        await expect(phone.get_by_label("In your words")).to_have_value("Half a thought")
        found = [*await axe(phone), *(["too wide"] if await overflow(phone) else [])]
        await give(phone, "5", "4", "A whole thought")
        # By keyboard: a number chooses and goes on.
        await phone.locator(".marks input").first.focus()
        await phone.keyboard.type("23")
        await phone.keyboard.type("Not yet")
        await phone.get_by_role("button", name="Save and next").click()
        await give(phone, "3", "3", "")
        await expect(phone.get_by_text("That was the last one.")).to_be_visible()
        await expect(phone.get_by_text("What you had typed here is back.")).to_have_count(0)

        await desk.goto(f"{base}/review/dashboard")
        found += await axe(desk)
        titles = await desk.locator("td[data-label=Title]").all_inner_texts()
        scores = [text.replace("\xa0", " ").split()[0] for text in await desk.locator("td[data-label=Score]").all_inner_texts()]
        await desk.get_by_label(titles[0], exact=True).check()
        await desk.get_by_role("button", name="Accept", exact=True).click()
        await expect(desk.get_by_text("Nobody is told before you release.")).to_be_visible()
        for title in titles[1:]:
            await desk.get_by_label(title, exact=True).check()
        await desk.get_by_role("group", name="Decide those ticked").get_by_role("button", name="Reject").click()
        before = len(server.letters())
        await desk.get_by_role("link", name="Release 3 decisions").click()
        await desk.get_by_role("checkbox", name=titles[2]).uncheck()
        desk.on("dialog", lambda dialog: dialog.accept())
        await desk.get_by_role("button", name="Release what is ticked").click()
        await expect(desk.get_by_text("Released: 1 accepted, 1 rejected. 2 letters are on the way.")).to_be_visible()

        accepted, rejected, held = [f"author{int(title.split()[-1]) - 1}@example.org" for title in titles]
        assert scores == ["88", "50", "38"]
        assert found == []
        assert f"good news: “{titles[0]}” is accepted" in text_of(letter_to(server, accepted))
        assert "could not take" in " ".join(text_of(letter_to(server, rejected)).split())
        letters = [email.message_from_bytes(file.read_bytes())["To"] for file in server.letters()]
        assert (len(letters) - before, held in letters) == (2, False)


async def test_a_review_is_given_without_a_script(server: Server) -> None:
    async with browser() as running:
        context = await running.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(server.run("user", "add", "rosa@reviews.uk").stdout.strip())
        await page.get_by_role("button", name="Sign me in").click()
        await page.get_by_role("heading", name="Done").locator("xpath=..").get_by_role("link").first.click()
        await page.get_by_label("In your words").fill("Second thoughts")
        await page.get_by_role("button", name="Save", exact=True).click()

        await expect(page.get_by_text("Your review is saved.")).to_be_visible()
        await expect(page.get_by_label("In your words")).to_have_value("Second thoughts")
