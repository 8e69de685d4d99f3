"""The public programme at 200 and 900 sessions: pages, feeds, JSON and somebody's own calendar, first after a publish and kept; SSE.

`first` is the answer after something was published, when nothing is kept; the rate is what every later visitor gets. Ratios are by the
server's processor time against hello-world in the same run.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from eventsvc.core import versions
from tests.benchmarks.load import Run, load, request
from tests.server import Server

CONNECTIONS, KEPT, MADE, COLD, STREAMS = 8, 6000, 300, 5, 10
BROTLI = {"Accept_Encoding": "br"}
FAVOURITES = 20
Line = Callable[[str, str, float | None, str], None]


@dataclass
class Programme:
    """One event, a session of it that can be published anew, and an attendee of it."""

    server: Server
    slug: str
    token: str

    @property
    def base(self) -> str:
        return f"{self.server.base_url}/{self.slug}"

    @property
    def api(self) -> str:
        return f"{self.server.base_url}/api/v1/events/{self.slug}"

    def codes(self) -> list[str]:
        items = httpx.get(f"{self.api}/sessions?limit={FAVOURITES + 1}").json()["items"]
        return [one["code"] for one in items]

    def publish(self, code: str, number: int) -> None:
        """Change a session in public: everything kept is stale."""
        answer = httpx.put(f"{self.api}/sessions/{code}", json={"abstract": f"Version {number}."}, headers=self.headers, timeout=60)
        assert answer.status_code == 200, answer.text

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def attendee(self, codes: list[str]) -> str:
        """The path of My day of somebody who keeps these sessions."""
        with httpx.Client(headers=self.headers, timeout=60) as http:
            kind = http.post(f"{self.api}/ticket-types", json={"name": "Reader"}).json()["code"]
            wanted = {"email": "reader@example.org", "tickets": [{"ticket_type": kind, "name": "Reader"}]}
            my_day = str(http.post(f"{self.api}/orders", json=wanted).json()["tickets"][0]["my_url"])
        with httpx.Client(headers={"Sec-Fetch-Site": "same-origin"}, timeout=60) as browser:
            browser.post(f"{my_day}/remember", data={"do": "remember"})
            for code in codes:
                assert browser.post(f"{self.base}/favourites", data={"session": code}).status_code == 303
        return my_day.removeprefix(self.base)


async def measure(server: Server, slug: str, sessions: int, limit: Run, line: Line) -> None:
    """Every address of one event."""
    programme = Programme(server, slug, server.token(slug, "programme", "orders", "admin"))
    codes = programme.codes()
    my_day = programme.attendee(codes[:FAVOURITES])
    kept = [("agenda", "/agenda"), ("session page", f"/sessions/{codes[0]}"), ("calendar.ics", "/calendar.ics")]
    kept += [("schedule.json", "/schedule.json"), ("schedule.xml", "/schedule.xml")]
    made = [("own calendar, 20 kept", f"{programme.base}{my_day}.ics"), ("API sessions, 100 a page", f"{programme.api}/sessions?limit=100")]
    for name, url, count in [*((name, programme.base + path, KEPT) for name, path in kept), *((name, url, MADE) for name, url in made)]:
        firsts = []
        for number in range(COLD):
            programme.publish(codes[0], number)
            started = time.perf_counter()
            answer = httpx.get(url, headers={"Accept-Encoding": "br"}, timeout=60)
            firsts.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, url
        await asyncio.sleep(versions.SETTLE if count == KEPT else 0)  # until then each request asks which version is the newest
        await load(url, lambda _, url=url: request(url, **BROTLI), count=count // 20, connections=CONNECTIONS, pids=())  # type: ignore[misc]
        pids = (server.process.pid,)
        run = await load(url, lambda _, url=url: request(url, **BROTLI), count=count, connections=CONNECTIONS, pids=pids)  # type: ignore[misc]
        assert run.statuses == {200: count}, run.statuses
        size = int(answer.headers["content-length"]) / 1000
        ratio = (limit.cpu / limit.requests) / (run.cpu / run.requests)
        aim = ", aim 0.70" if name == "agenda" else ""
        rate = f"{run.per_second:,.0f}/s, p99 {run.p99 * 1000:.1f} ms"
        line(f"{name}, {sessions} sessions", rate, ratio, f"first {statistics.median(firsts):.0f} ms, {size:.0f} kB{aim}")
    times = await arrivals(programme, codes[0])
    worst = max(times) * 1000
    line(
        f"publish to screen by SSE, {sessions} sessions", f"{statistics.median(times) * 1000:.0f} ms, worst {worst:.0f} ms", None, "aim 1 s"
    )


async def arrivals(programme: Programme, code: str) -> list[float]:
    """Seconds from an accepted change until each of several open pages has heard of it."""
    async with httpx.AsyncClient(timeout=60) as http:
        found: list[float] = []
        for number in range(COLD):
            ready = [asyncio.Event() for _ in range(STREAMS)]
            listening = [asyncio.create_task(_hears(http, f"{programme.base}/live", one)) for one in ready]
            await asyncio.gather(*(one.wait() for one in ready))
            await asyncio.sleep(0.5)
            answer = await http.put(f"{programme.api}/sessions/{code}", json={"abstract": f"Live {number}."}, headers=programme.headers)
            published = time.perf_counter()
            assert answer.status_code == 200
            found += [at - published for at in await asyncio.gather(*listening)]
        return found


async def _hears(http: httpx.AsyncClient, url: str, ready: asyncio.Event) -> float:
    """When the second `agenda` arrives; the first says what is current."""
    heard = 0
    async with http.stream("GET", url) as stream:
        async for text in stream.aiter_lines():
            if text == "event: agenda":
                heard += 1
                ready.set()
                if heard == 2:
                    return time.perf_counter()
    raise AssertionError("the stream ended")
