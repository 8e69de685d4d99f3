"""Talking to the press: started when first needed, one job at a time, ended when idle, started again when it died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import struct
import sys
from typing import Any

import orjson

from eventsvc.core.config import settings
from eventsvc.core.errors import Refused

log = logging.getLogger("eventsvc.press")
IDLE = 60.0
"""Seconds after which a press without work is ended."""
LIMIT = 100.0
"""Seconds for one job: less than a lease of core.jobs, so that no batch is made twice at a time."""


class PressFailed(Refused):
    """The page could not be made."""

    status = 503
    kind = "print-failed"
    title = "This could not be printed just now"


class _Press:
    """The child process of this process."""

    def __init__(self) -> None:
        self.child: asyncio.subprocess.Process | None = None
        self.lock: asyncio.Lock | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.idle: asyncio.TimerHandle | None = None

    async def run(self, job: dict[str, Any]) -> bytes:
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            self.child, self.lock, self.loop, self.idle = None, asyncio.Lock(), loop, None
        assert self.lock is not None
        async with self.lock:
            if self.idle:
                self.idle.cancel()
            try:
                answer = await asyncio.wait_for(self._ask(orjson.dumps(job)), LIMIT)
            except BaseException as exc:
                # Whatever happened in the middle of a job, what is still in the pipe would answer the next one.
                self.end()
                if isinstance(exc, OSError | asyncio.IncompleteReadError | TimeoutError):
                    log.error("the press did not answer", extra={"error": type(exc).__name__})
                    raise PressFailed("The page could not be made. Please try again in a minute.") from None
                raise
            self.idle = loop.call_later(IDLE, self.end)
        if answer[:1] != b"+":
            log.error("a page could not be made: %s", answer[1:].decode(errors="replace").partition("\n")[0][:300])
            raise PressFailed("The page could not be made. Please tell whoever runs this service.")
        return answer[1:]

    async def _ask(self, message: bytes) -> bytes:
        """The answer to a job. A press that ended since its last job is replaced; one that dies of its first is not."""
        if self.child and self.child.returncode is None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                return await _exchange(self.child, message)
            self.end()
        self.child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "eventsvc.badges.render.press",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**20,
            env={name: value for name, value in os.environ.items() if not name.startswith("EVENTSVC_")},
            start_new_session=True,
        )
        return await _exchange(self.child, message)

    def end(self) -> None:
        if self.idle:
            self.idle.cancel()
            self.idle = None
        if self.child and self.child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()
        self.child = None


async def _exchange(child: asyncio.subprocess.Process, message: bytes) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(struct.pack(">I", len(message)) + message)
    await child.stdin.drain()
    (length,) = struct.unpack(">I", await child.stdout.readexactly(4))
    return await child.stdout.readexactly(length)


_press = _Press()


async def press(template: str, data: dict[str, Any], *, format: str = "pdf", ppi: int = 300, query: str = "") -> bytes:
    """A finished document (PDF: tagged, PDF/UA-1, ISO 14289-1), or what its layout says of itself, as JSON. Raises PressFailed."""
    more = settings().data_dir / "fonts"
    fonts = [str(more.resolve())] if more.is_dir() else []
    return await _press.run({"template": template, "data": data, "format": format, "ppi": ppi, "query": query, "fonts": fonts})


async def stop_press() -> None:
    """End the child process; the next page starts a new one."""
    child = _press.child
    _press.end()
    if child:
        with contextlib.suppress(ProcessLookupError):
            await child.wait()
