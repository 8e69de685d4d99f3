"""The listeners of this process: who may join, what each has been told, and letting go of whoever cannot keep up."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import ipaddress
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import orjson
from prometheus_client import Gauge

from eventsvc.core import signing
from eventsvc.core.errors import Refused

MOST = 2000
"""Listeners of one process."""
PER_ADDRESS = 20
"""Listeners that one network address keeps however full the process is. It may have more while the process is less than half
full: a whole venue often has one address."""
BACKLOG = 32
"""Messages that wait for a slow listener; with one more it is let go."""


class Full(Refused):
    status = 503
    kind = "busy"
    title = "Too many screens are listening just now"
    retry_after = 60


class Listener:
    """One open stream. `version` is the newest one it was told of; `user` is set for an organiser's; `door`: hears of scans."""

    __slots__ = ("address", "door", "ended", "event_id", "people", "queue", "stream", "user_id", "version")

    def __init__(self, event_id: int, address: str, version: int, user_id: int | None = None, *, door: bool = False) -> None:
        self.event_id, self.address, self.version, self.user_id, self.door = event_id, address, version, user_id, door
        self.stream = signing.secret() if user_id is not None else ""
        self.people: list[str] | None = None
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def say(self, name: str, data: dict[str, Any]) -> None:
        """Put a message in its queue. One that has no room left is too slow: it ends, and comes back for the newest state."""
        try:
            self.queue.put_nowait(message(name, data))
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def message(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event (WHATWG HTML §9.2.5). JSON has no line breaks, so `data` is one line."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(data))


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that an IPv6 host may pick its addresses from."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


class Hub:
    """All listeners of a process, and the task that reads for them while there are any."""

    def __init__(self) -> None:
        self.listeners: dict[int, set[Listener]] = {}
        self.addresses: Counter[str] = Counter()
        self.stopping = False
        self.reading: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return self.addresses.total()

    def __iter__(self) -> Iterator[Listener]:
        return (listener for group in self.listeners.values() for listener in group)

    def join(self, listener: Listener, read: Callable[[], Awaitable[None]]) -> None:
        """Take a listener in; `read` starts with the first one. Raises Full."""
        count = len(self)
        crowded = count >= MOST // 2 and self.addresses[listener.address] >= PER_ADDRESS
        if self.stopping or count >= MOST or crowded:
            raise Full("Please come back in a minute. The page itself works without this.")
        self.listeners.setdefault(listener.event_id, set()).add(listener)
        self.addresses[listener.address] += 1
        if self.reading is None or self.reading.done():
            # In a context of its own: the reader outlives the request, and whatever connection that holds.
            self.reading = asyncio.create_task(_keep(read), context=contextvars.Context())

    def leave(self, listener: Listener) -> None:
        listener.end()
        group = self.listeners.get(listener.event_id, set())
        if listener not in group:
            return
        group.discard(listener)
        if not group:
            del self.listeners[listener.event_id]
        self.addresses[listener.address] -= 1
        if not self.addresses[listener.address]:
            del self.addresses[listener.address]

    def stop(self) -> None:
        """The server is told to stop: every stream ends now, and none begins any more."""
        self.stopping = True
        for listener in list(self):
            listener.end()

    async def close(self) -> None:
        """Wait for the reader, so that the database can be closed behind it."""
        self.stop()
        self.listeners.clear()
        self.addresses.clear()
        if self.reading:
            self.reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.reading


async def _keep(read: Callable[[], Awaitable[None]]) -> None:
    await read()


hub = Hub()
Gauge("eventsvc_live_listeners", "Open event streams of this process").set_function(lambda: len(hub))
