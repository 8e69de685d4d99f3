"""`make bench`: what a page, a feed, a scan, an order and a batch of badges cost, as ratios to limits measured in the same run.

A page's ratio is by processor time of the server, which a busy machine does not change; a write's ratio is by throughput.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from eventsvc.demo import big
from tests.benchmarks import bench_badges, bench_programme, bench_suggest, limits
from tests.benchmarks.load import Run, load, memory_of, request
from tests.databases import Maker
from tests.server import Server, free_port, serving

CONNECTIONS, PAGES, WRITES = 8, 6000, 3000


def line(name: str, value: str, ratio: float | None = None, aim: str = "") -> None:
    print(f"  {name:<38} {value:>26}  {f'{ratio:.2f} of the limit' if ratio is not None else '':<20} {aim}", flush=True)


def said(run: Run) -> str:
    return f"{run.per_second:,.0f}/s, p99 {run.p99 * 1000:.1f} ms"


async def hello() -> Run:
    """The limit of pages."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "tests.benchmarks.hello:app",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command)
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait(url)
        await load(url, lambda _: request(url), count=500, connections=CONNECTIONS, pids=(process.pid,))
        return await load(url, lambda _: request(url), count=PAGES, connections=CONNECTIONS, pids=(process.pid,))
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(url)
            return
        except httpx.HTTPError:
            time.sleep(0.05)


def smaller(raw: bytes, rooms: int) -> bytes:
    """The generated schedule with only its first rooms."""
    from xml.etree.ElementTree import fromstring, tostring

    root = fromstring(raw)
    for day in root.iter("day"):
        for room in list(day)[rooms:]:
            day.remove(room)
    return bytes(tostring(root))


async def writes(server: Server, url: str, kind: str, folder: Path) -> None:
    token = server.token("small", "orders", "checkin", "admin")
    api = f"{server.base_url}/api/v1/events/small"
    headers = {"Authorization": f"Bearer {token}"}
    raw_scans, raw_orders = await limits.measure(url, WRITES, CONNECTIONS)
    with httpx.Client(headers=headers, timeout=60) as http:
        code = http.post(f"{api}/ticket-types", json={"name": "Bench", "places": 100_000}).json()["code"]
        door = http.get(f"{api}/checkin-lists").json()[0]["id"]

    tickets = _tickets(server, folder, WRITES)
    pids = (server.process.pid,)

    def scan(number: int) -> bytes:
        body = json.dumps({"scans": [_scan(tickets[number])]}).encode()
        return request(f"{api}/checkin-lists/{door}/scans", "POST", body, **headers)

    half = WRITES // 2
    run = await load(api, scan, count=half, connections=CONNECTIONS, pids=pids)
    line(f"scans one by one, {kind}", said(run), run.per_second / raw_scans, f"limit {raw_scans:,.0f}/s, aim 0.30")

    def batch(number: int) -> bytes:
        body = json.dumps({"scans": [_scan(ticket) for ticket in tickets[half + number * 50 : half + number * 50 + 50]]}).encode()
        return request(f"{api}/checkin-lists/{door}/scans", "POST", body, **headers)

    run = await load(api, batch, count=half // 50, connections=CONNECTIONS, pids=pids)
    line(f"scans in batches of 50, {kind}", f"{run.per_second * 50:,.0f}/s", run.per_second * 50 / raw_scans)

    def order(number: int) -> bytes:
        body = json.dumps({"email": f"b{number}@example.org", "tickets": [{"ticket_type": code, "name": "Bench"}]}).encode()
        return request(f"{api}/orders", "POST", body, **headers, Idempotency_Key=str(uuid.uuid4()))

    run = await load(api, order, count=WRITES // 4, connections=CONNECTIONS, pids=pids)
    assert run.statuses == {201: WRITES // 4}, run.statuses
    line(f"orders on one quota, {kind}", said(run), run.per_second / raw_orders, f"limit {raw_orders:,.0f}/s")


def _scan(code: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "code": code, "at": datetime.now(UTC).isoformat(), "direction": "in", "device": "Bench"}


def _tickets(server: Server, folder: Path, count: int) -> list[str]:
    """Codes of new tickets, brought in from a file: no letters go out meanwhile."""
    file = folder / "people.csv"
    file.write_text("name,email\n" + "".join(f"Guest {n},guest{n}@example.org\n" for n in range(count)))
    server.run("import", "attendees", str(file), "--event", "small", "--ticket-type", "Bench")
    listed = server.run("export", "attendees.csv", "--event", "small").stdout
    return [row["ticket"] for row in csv.DictReader(io.StringIO(listed)) if row["ticket_type"] == "Bench"]


async def serve_and_measure(kind: str, limit: Run) -> None:
    maker = Maker(kind)
    url = maker()
    folder = Path(tempfile.mkdtemp(prefix="eventsvc-bench-"))
    raw = big.schedule(date.today() + timedelta(days=30))
    (folder / "large.xml").write_bytes(raw)
    (folder / "small.xml").write_bytes(smaller(raw, 5))
    print(f"\n{kind}", flush=True)
    with serving(url) as server:
        for slug in ("small", "large"):
            started = time.perf_counter()
            told = server.run("import", "schedule", str(folder / f"{slug}.xml"), "--event", slug, "--create").stdout
            line(f"import, {told.split(':')[1].split(',')[0].strip()}", f"{time.perf_counter() - started:.1f} s")
        for slug, sessions in (("small", 200), ("large", 900)):
            await bench_programme.measure(server, slug, sessions, limit, line)
        await writes(server, url, kind, folder)
        line("memory of the serving process", f"{memory_of(server.process.pid):.0f} MB", None, "limit 110 MB")
    maker.drop_all()


async def main() -> None:
    print("Ratios: pages by the server's processor time against hello-world; writes by throughput against the raw driver.")
    limit = await hello()
    line("hello-world, Starlette on uvicorn", said(limit), 1.0)
    for kind in ("sqlite", "postgresql"):
        await serve_and_measure(kind, limit)
    print("\nsuggest", flush=True)
    for name, value, unit in bench_suggest.bench():
        line(name, f"{value:.2f} {unit}", None, "aim 2 s" if unit == "s" else "aim 0")
    print("\nprint", flush=True)
    for name, value, unit in await bench_badges.bench():
        line(name, f"{value:.2f} {unit}", None, "aim 4 s" if "1,000" in name or "1000" in name else "")


if __name__ == "__main__":
    asyncio.run(main())
