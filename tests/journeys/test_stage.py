"""A day in the room, in real browsers: what changes appears by itself on the agenda, on screens and on the wall (two processes on
PostgreSQL)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import DESKTOP, PHONE, browser
from tests.databases import Maker
from tests.server import Server, serving

pytestmark = pytest.mark.browser
PATIENCE = 60_000
TITLES = ["Opening of the day", "Reading films together", "What we learnt"]


def schedule() -> str:
    """Today: one talk all day long in the Hall, two beside it in the Studio."""
    day = datetime.now(UTC).date().isoformat()

    def talk(number: int, start: str, duration: str) -> dict[str, object]:
        return {
            "id": number,
            "guid": f"11111111-1111-4111-8111-11111111111{number}",
            "title": TITLES[number - 1],
            "date": f"{day}T{start}:00+00:00",
            "duration": duration,
            "persons": [{"id": number, "public_name": f"Sam Speaker {number}"}],
        }

    rooms = {"Hall": [talk(1, "00:00", "23:58")], "Studio": [talk(2, "00:05", "11:50"), talk(3, "12:00", "11:50")]}
    conference = {"acronym": "today", "title": "Today", "start": day, "end": day, "time_zone_name": "UTC"}
    return json.dumps({"schedule": {"conference": {**conference, "days": [{"date": day, "rooms": rooms}]}}})


@pytest.fixture(scope="module")
def server(empty_database: Maker, kind: str) -> Iterator[Server]:
    with serving(empty_database.migrated(), *(["--workers", "2"] if kind == "postgresql" else [])) as running:
        file = running.data_dir / "today.json"
        file.write_text(schedule())
        running.run("import", "schedule", str(file), "--create")
        yield running


@pytest.fixture
async def api(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {server.token('today', 'programme', 'admin')}"}
    async with httpx.AsyncClient(base_url=f"{server.base_url}/api/v1/events/today/", headers=headers, timeout=30) as client:
        yield client


async def opened(running: Browser, address: str, size: dict[str, int] = PHONE) -> Page:
    """A page in a browser of its own that listens, with a mark that a reload would wipe off."""
    context = await running.new_context(viewport=size)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(address)
    await page.wait_for_selector("html[data-live=on]", state="attached", timeout=PATIENCE)
    await page.evaluate("window.kept = true")
    return page


async def kept(page: Page) -> bool:
    return bool(await page.evaluate("window.kept === true"))


async def organiser(running: Browser, server: Server) -> Page:
    context = await running.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(server.run("user", "add", "olga@example.org", "--event", "today", "--role", "organiser").stdout.strip())
    await page.get_by_role("button", name="Sign me in").click()
    await page.wait_for_url(re.compile("/manage/"))
    return page


async def link_of_a_speaker(running: Browser, server: Server, name: str) -> str:
    """As the organiser finds it."""
    page = await organiser(running, server)
    await page.goto(f"{server.base_url}/manage/today/speakers")
    await page.get_by_role("link", name=name).first.click()
    await page.wait_for_url(re.compile(r"/manage/today/speakers/\w+"))
    found = re.search(r"/today/speaker/[\w-]{20,}", await page.content())
    assert found
    await page.context.close()
    return server.base_url + found[0]


async def code_of(api: httpx.AsyncClient, title: str) -> str:
    items = (await api.get("sessions")).json()["items"]
    return str(next(one["code"] for one in items if one["title"] == title))


async def test_a_change_appears_on_open_pages_screens_and_feeds_by_itself(server: Server, api: httpx.AsyncClient) -> None:
    code, base = await code_of(api, TITLES[1]), f"{server.base_url}/today"
    async with browser() as running:
        agenda, screen = await opened(running, f"{base}/agenda"), await opened(running, f"{base}/rooms/studio/screen", DESKTOP)
        await agenda.get_by_role("link", name=TITLES[2]).focus()

        started = time.monotonic()
        assert (await api.put(f"sessions/{code}", json={"title": "Reading films apart"})).status_code == 200
        feed = httpx.AsyncClient()
        while "Reading films apart" not in (await feed.get(f"{base}/calendar.ics")).text:
            await agenda.wait_for_timeout(30)
        in_feed = time.monotonic() - started
        await expect(agenda.get_by_role("link", name="Reading films apart")).to_be_visible(timeout=PATIENCE)
        on_agenda = time.monotonic() - started
        await expect(screen.locator("#screen")).to_contain_text("Reading films apart", timeout=PATIENCE)
        print(f"change → feed {in_feed:.2f} s, open agenda {on_agenda:.2f} s, screen at most {time.monotonic() - started:.2f} s")
        await feed.aclose()

        assert await agenda.evaluate("document.activeElement.textContent") == TITLES[2]
        assert await kept(agenda)
        assert await kept(screen)
        await api.put(f"sessions/{code}", json={"title": TITLES[1]})


async def test_a_publication_in_one_browser_moves_the_session_in_another(server: Server, api: httpx.AsyncClient) -> None:
    code, base = await code_of(api, TITLES[2]), f"{server.base_url}/today"
    form = {"do": "place", "session": code, "day": datetime.now(UTC).date().isoformat(), "at": "13:30", "minutes": "60", "room": "studio"}
    async with browser() as running:
        olga, agenda = await organiser(running, server), await opened(running, f"{base}/agenda")
        card = agenda.locator(".session", has_text=TITLES[2])
        moved = await olga.evaluate(SEND, [f"{server.base_url}/manage/today/agenda", form])
        await expect(card).to_contain_text("12:00")
        await olga.goto(f"{server.base_url}/manage/today/agenda/publish")

        started = time.monotonic()
        published = await olga.evaluate(SEND, [olga.url, {"name": "Version 1", "note": ""}])
        await expect(card).to_contain_text("13:30", timeout=PATIENCE)
        print(f"publication → open agenda {time.monotonic() - started:.2f} s")

        assert (moved, published) == (200, 200)
        assert await kept(agenda)


SEND = """([address, form]) => fetch(address, {method: 'POST', body: new URLSearchParams(form)}).then(answer => answer.status)"""


async def test_a_question_goes_from_a_phone_past_the_chair_to_the_wall(server: Server, api: httpx.AsyncClient) -> None:
    code, base = await code_of(api, TITLES[0]), f"{server.base_url}/today"
    async with browser() as running:
        chair = await opened(running, f"{await link_of_a_speaker(running, server, 'Sam Speaker 1')}/sessions/{code}/questions")
        wall, phone = (
            await opened(running, f"{base}/rooms/hall/questions", DESKTOP),
            await opened(running, f"{base}/sessions/{code}/questions"),
        )
        other = await opened(running, f"{base}/sessions/{code}/questions")

        await phone.get_by_label("Your question").fill("Does it work at night?")
        await phone.get_by_role("button", name="Ask").click()
        await expect(phone.get_by_text("Waiting for the chair")).to_be_visible()
        await expect(chair.get_by_text("Does it work at night?").first).to_be_visible(timeout=PATIENCE)
        await chair.get_by_role("button", name="Show “Does it work at night?”").click()
        await expect(wall.get_by_text("Does it work at night?")).to_be_visible(timeout=PATIENCE)
        await other.get_by_role("button", name="Vote for “Does it work at night?”").click(timeout=PATIENCE)
        await expect(other.get_by_role("button", name="Take back your vote")).to_be_visible()
        await expect(wall.locator(".asked .num")).to_contain_text("1", timeout=PATIENCE)
        await chair.get_by_role("button", name="Answered “Does it work at night?”").click()
        await expect(wall.get_by_text("Does it work at night?")).to_have_count(0, timeout=PATIENCE)

        assert await kept(chair)
        assert await kept(wall)
        assert await kept(other)


async def test_running_late_said_by_a_speaker_is_on_screen_timer_and_agenda(server: Server) -> None:
    base = f"{server.base_url}/today"
    async with browser() as running:
        mine = await opened(running, f"{await link_of_a_speaker(running, server, 'Sam Speaker 1')}/stage")
        screen, timer = (
            await opened(running, f"{base}/rooms/hall/screen", DESKTOP),
            await opened(running, f"{base}/rooms/hall/timer", DESKTOP),
        )
        agenda = await opened(running, f"{base}/agenda")

        await mine.get_by_role("button", name="10 min").click()
        await expect(screen.locator(".is-now")).to_contain_text("About 10 minutes late", timeout=PATIENCE)
        await expect(timer.locator(".is-now")).to_contain_text("About 10 minutes late", timeout=PATIENCE)
        await expect(agenda.locator(".session", has_text=TITLES[0])).to_contain_text("10 min", timeout=PATIENCE)
        await expect(mine.get_by_role("button", name=re.compile("10 min.*as said"))).to_be_visible()
        await mine.get_by_role("button", name="On time").click()
        await expect(screen.locator(".is-now")).not_to_contain_text("late", timeout=PATIENCE)

        assert await kept(screen)
        assert await kept(agenda)


async def test_a_screen_outlives_its_server_and_catches_up(empty_database: Maker) -> None:
    url = empty_database.migrated()
    async with browser() as running:
        with serving(url) as first:
            file = first.data_dir / "today.json"
            file.write_text(schedule())
            first.run("import", "schedule", str(file), "--create")
            screen = await opened(running, f"{first.base_url}/today/rooms/hall/screen", DESKTOP)
            await expect(screen.locator(".is-now")).to_contain_text(TITLES[0])
            first.kill()
        await screen.wait_for_selector("html[data-live=off]", state="attached", timeout=PATIENCE)
        without = await screen.locator(".is-now h2").inner_text()
        await expect(screen.locator(".offline")).to_be_visible(timeout=PATIENCE)

        with serving(url, port=int(first.base_url.rsplit(":", 1)[1]), data_dir=first.data_dir) as again:
            headers = {"Authorization": f"Bearer {again.token('today', 'programme')}"}
            async with httpx.AsyncClient(base_url=f"{again.base_url}/api/v1/events/today/", headers=headers) as api:
                await api.put(f"sessions/{await code_of(api, TITLES[0])}", json={"title": "After the restart"})
            await expect(screen.locator(".is-now")).to_contain_text("After the restart", timeout=120_000)
            await expect(screen.locator(".offline")).to_be_hidden()

        assert without == TITLES[0]
        assert await kept(screen)
