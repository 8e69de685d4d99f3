"""Talking to the press: started when first needed, one job at a time, ended when idle, started again when it died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
import sys
from typing import Any

import orjson

from eventsvc.core.config import settings
from eventsvc.core.errors import Refused

log = logging.getLogger("eventsvc.press")
IDLE, LIMIT = 60.0, 180.0


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
            self.child, self.lock, self.loop = None, asyncio.Lock(), loop
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
                    raise PressFailed("The page could not be made in time. Please try again.") from None
                raise
            self.idle = loop.call_later(IDLE, self.end)
        if answer[:1] != b"+":
            log.error("a page could not be made: %s", answer[1:].decode(errors="replace").splitlines()[0][:300])
            raise PressFailed("The page could not be made. Please tell the organiser.")
        return answer[1:]

    async def _ask(self, message: bytes) -> bytes:
        if self.child is None or self.child.returncode is not None:
            self.child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "eventsvc.badges.render.press",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=2**20,
            )
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(struct.pack(">I", len(message)) + message)
        await self.child.stdin.drain()
        (length,) = struct.unpack(">I", await self.child.stdout.readexactly(4))
        return await self.child.stdout.readexactly(length)

    def end(self) -> None:
        if self.idle:
            self.idle.cancel()
            self.idle = None
        if self.child and self.child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()
        self.child = None


_press = _Press()


async def press(template: str, data: dict[str, Any], *, format: str = "pdf", ppi: int = 300, standard: str = "") -> bytes:
    """A finished document. Raises PressFailed."""
    more = settings().data_dir / "fonts"
    fonts = [str(more.resolve())] if more.is_dir() else []
    return await _press.run({"template": template, "data": data, "format": format, "ppi": ppi, "standard": standard, "fonts": fonts})


async def stop_press() -> None:
    """End the child process; the next page starts a new one."""
    child = _press.child
    _press.end()
    if child:
        with contextlib.suppress(ProcessLookupError):
            await child.wait()
