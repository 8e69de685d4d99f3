"""A small load generator: keep-alive connections that send bytes and read whole answers. It asks loopback only, and stops by itself."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """What came of a run. Times in seconds."""

    requests: int
    seconds: float
    latencies: list[float]
    statuses: dict[int, int]
    cpu: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.latencies, n=100)[98] if len(self.latencies) > 1 else self.latencies[0]


def cpu_of(*pids: int) -> float:
    """Processor seconds that these processes and their children have used."""
    total = 0.0
    for pid in [*pids, *(child for parent in pids for child in _children(parent))]:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICK
    return total


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def memory_of(pid: int) -> float:
    """Resident megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def request(url: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """One HTTP/1.1 request in wire form."""
    parts = urlsplit(url)
    lines = [f"{method} {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def load(url: str, make: Callable[[int], bytes], *, count: int, connections: int, pids: tuple[int, ...]) -> Run:
    """Send `make(0)` … `make(count - 1)` over so many connections."""
    parts = urlsplit(url)
    numbers = iter(range(count))
    latencies: list[float] = []
    statuses: dict[int, int] = {}

    async def one() -> None:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
        for number in numbers:
            started = time.perf_counter()
            writer.write(make(number))
            status = await _answer(reader)
            latencies.append(time.perf_counter() - started)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    before, started = cpu_of(*pids), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    seconds = time.perf_counter() - started
    return Run(count, seconds, latencies, statuses, cpu_of(*pids) - before)


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    at = lower.index(b"content-length:")
    length = int(lower[at + 15 : lower.index(b"\r\n", at)])
    if length:
        await reader.readexactly(length)
    return int(head[9:12])
