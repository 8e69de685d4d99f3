"""Event streams of a real server (two processes on PostgreSQL): a change reaches everybody, and streams end when they must."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time

import httpx
import pytest

from tests.databases import Maker
from tests.races.conftest import SCHEDULE, Stage
from tests.server import serving
from tests.stream import Heard, listening


@pytest.fixture
async def session(stage: Stage, http: httpx.AsyncClient) -> str:
    """The address of the event's session in the API; its title may be changed."""
    answer = await http.get(f"{stage.api}/sessions")
    return f"{stage.api}/sessions/{answer.json()['items'][0]['code']}"


async def version(stage: Stage, http: httpx.AsyncClient) -> int:
    """The event's version, as a new stream says it."""
    async with listening(http, f"{stage.server.base_url}/{stage.event}/live") as heard:
        return int((await heard.first("agenda"))["version"])


async def test_a_change_reaches_every_listener_and_the_page_they_fetch_then_shows_it(
    stage: Stage, http: httpx.AsyncClient, session: str
) -> None:
    """Twenty streams spread over the processes; whichever process takes the change, and whichever answers for the page."""
    stream, agenda = f"{stage.server.base_url}/{stage.event}/live", f"{stage.server.base_url}/{stage.event}/agenda"
    figures: list[float] = []
    async with contextlib.AsyncExitStack() as stack:
        everybody = [await stack.enter_async_context(listening(http, stream)) for _ in range(20)]
        for round_ in range(4):
            before = max(data["version"] for heard in everybody for _, data in heard.messages)
            title = f"Moved {round_} {time.time_ns()}"

            started = time.monotonic()
            assert (await http.put(session, json={"title": title})).status_code == 200
            await asyncio.gather(*(heard.first("agenda", version=before + 1) for heard in everybody))
            heard_after = time.monotonic() - started
            while title not in (await http.get(agenda)).text:
                await asyncio.sleep(0.05)
            figures.append(time.monotonic() - started)
            print(f"change {round_}: heard by 20 after {heard_after:.2f} s, on the page after {figures[-1]:.2f} s")

    assert len(figures) == 4
    assert all(heard.names().count("agenda") >= 5 for heard in everybody)


async def test_each_listener_hears_each_version_once_and_in_order(stage: Stage, http: httpx.AsyncClient, session: str) -> None:
    async with listening(http, f"{stage.server.base_url}/{stage.event}/live") as heard:
        first = (await heard.first("agenda"))["version"]
        for number in range(10):
            assert (await http.put(session, json={"title": f"Title {number} {time.time_ns()}"})).status_code == 200
        await heard.first("agenda", version=first + 10)

        said = [data["version"] for name, data in heard.messages if name == "agenda"]

        assert said == sorted(set(said))


async def test_whoever_comes_back_is_told_the_version_first(stage: Stage, http: httpx.AsyncClient, session: str) -> None:
    before = await version(stage, http)
    assert (await http.put(session, json={"title": f"Missed {time.time_ns()}"})).status_code == 200

    assert await version(stage, http) == before + 1


async def test_streams_end_when_the_server_is_told_to_stop(empty_database: Maker, kind: str) -> None:
    workers = ["--workers", "2"] if kind == "postgresql" else []
    with serving(empty_database.migrated(), *workers) as server:
        file = server.data_dir / "race.json"
        file.write_text(SCHEDULE)
        server.run("import", "schedule", str(file), "--create")
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=64)) as http, contextlib.AsyncExitStack() as stack:
            streams: list[Heard] = [await stack.enter_async_context(listening(http, f"{server.base_url}/race/live")) for _ in range(10)]

            started = time.monotonic()
            server.process.terminate()
            await asyncio.to_thread(server.process.wait, 30)
            print(f"stopped {time.monotonic() - started:.2f} s after SIGTERM with {len(streams)} streams open")

            async with asyncio.timeout(5):
                await asyncio.gather(*(heard.over.wait() for heard in streams))
            assert "Traceback" not in (server.data_dir / "server.log").read_text()
            assert "graceful shutdown exceeded" not in (server.data_dir / "server.log").read_text()


async def test_listeners_that_left_are_not_counted_any_more(empty_database: Maker) -> None:
    with serving(empty_database.migrated()) as server:
        file = server.data_dir / "race.json"
        file.write_text(SCHEDULE)
        server.run("import", "schedule", str(file), "--create")
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=64)) as http:
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(12):
                    await stack.enter_async_context(listening(http, f"{server.base_url}/race/live"))
                during = await _listeners(http, server.base_url)
            async with asyncio.timeout(10):
                while await _listeners(http, server.base_url):
                    await asyncio.sleep(0.1)

        assert during == 12


async def _listeners(http: httpx.AsyncClient, base: str) -> int:
    text = (await http.get(f"{base}/metrics")).text
    return int(float(re.findall(r"^eventsvc_live_listeners (\S+)$", text, re.MULTILINE)[0]))


async def test_there_is_no_stream_of_what_nobody_may_see(stage: Stage, http: httpx.AsyncClient) -> None:
    public = await http.get(f"{stage.server.base_url}/nowhere/live")
    team = await http.get(f"{stage.server.base_url}/manage/{stage.event}/live")
    head = await http.head(f"{stage.server.base_url}/{stage.event}/live")

    assert public.status_code == 404
    assert team.headers["location"] == f"/sign-in?next=/manage/{stage.event}/live"
    assert (head.status_code, head.headers["content-type"], head.headers["x-accel-buffering"]) == (200, "text/event-stream", "no")
