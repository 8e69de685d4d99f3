"""Listening to an event stream over the wire, as a browser does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson

PATIENCE = 20.0
"""Seconds until a test gives up; what is measured is printed, never judged."""


class Heard:
    """What came over one stream so far: (name, data) in order."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.changed = asyncio.Event()
        self.over = asyncio.Event()

    async def first(self, name: str, **data: Any) -> dict[str, Any]:
        """The first message of this name with (at least) this data; waits for it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for one, said in self.messages:
                    if one == name and data.items() <= said.items():
                        return said
                self.changed.clear()
                await self.changed.wait()

    def names(self) -> list[str]:
        return [name for name, _ in self.messages]


@contextlib.asynccontextmanager
async def listening(client: httpx.AsyncClient, address: str) -> AsyncIterator[Heard]:
    """Open the stream and collect until the block ends. Begins once the first message is there."""
    heard = Heard()

    async def collect() -> None:
        name = ""
        try:
            async with client.stream("GET", address, timeout=httpx.Timeout(10, read=None)) as answer:
                assert answer.status_code == 200, await answer.aread()
                assert answer.headers["content-type"] == "text/event-stream"
                assert "content-encoding" not in answer.headers
                async for line in answer.aiter_lines():
                    if line.startswith("event: "):
                        name = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        heard.messages.append((name, orjson.loads(line.removeprefix("data: "))))
                        heard.changed.set()
        finally:
            heard.over.set()

    task = asyncio.create_task(collect())
    try:
        await asyncio.wait([task, asyncio.create_task(heard.first("agenda"))], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
