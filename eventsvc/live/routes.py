"""The event streams: for everybody, and for organisers."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from eventsvc.accounts.models import Right
from eventsvc.core.errors import Refused
from eventsvc.core.web import client
from eventsvc.events.rules import event_for, public_event
from eventsvc.live.rules import presence
from eventsvc.live.rules.hub import Listener, hub, message, network
from eventsvc.live.rules.reader import read

HEARTBEAT = 15.0
LIFETIME = 3600.0
RECHECK = 30.0
"""Seconds between two looks at whether an organiser still is one."""
RETRY = b"retry: 3000\n\n"
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
"""Nobody keeps it, compresses it, or holds it back (nginx: X-Accel-Buffering)."""


async def stream(request: Request) -> Response:
    """`agenda` when the public programme changes, `late`, `questions`. Begins with the current version."""
    event = await public_event(request)
    if request.method == "HEAD":
        return Response(headers=HEADERS)
    return EventStream(Listener(event.id, network(client(request)), event.version))


async def team_stream(request: Request) -> Response:
    """The same for organisers, with `moved`, `released`, and `presence`: who else has this open."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    if request.method == "HEAD":
        return Response(headers=HEADERS)
    listener = Listener(event.id, network(client(request)), event.version, request.state.user.id)
    return EventStream(listener, until=lambda: _sent_away(request))


async def door_stream(request: Request) -> Response:
    """For whoever looks after the door: the same as everybody's, with `scans`."""
    event = await event_for(request, Right.CHECK_IN)
    if request.method == "HEAD":
        return Response(headers=HEADERS)
    listener = Listener(event.id, network(client(request)), event.version, door=True)
    return EventStream(listener, until=lambda: _sent_away(request, Right.CHECK_IN))


async def _sent_away(request: Request, right: Right = Right.MANAGE_PROGRAMME) -> None:
    """Returns once whoever listens has signed out or has no business here any more."""
    while True:
        await asyncio.sleep(RECHECK)
        try:
            await event_for(request, right)
        except Refused:
            return


class EventStream(Response):
    """A response that lasts until the browser goes, the listener is let go, `until` returns, or its time is up.

    Joins the hub when made: raises Full.
    """

    def __init__(self, listener: Listener, until: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        super().__init__(headers=HEADERS)
        hub.join(listener, read)
        self.listener, self.until = listener, until

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        listener = self.listener

        async def pump() -> None:
            if listener.user_id is not None:
                await presence.arrive(listener)
            async for chunk in _chunks(listener):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass

        tasks: list[asyncio.Task[None]] = []
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            tasks = [asyncio.create_task(pump()), asyncio.create_task(gone())]
            if self.until:
                tasks.append(asyncio.create_task(self.until()))
            await asyncio.wait([*tasks, listener.ended], timeout=LIFETIME * random.uniform(0.9, 1.1), return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.leave(listener)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if listener.user_id is not None:
                await asyncio.shield(presence.depart(listener))
        # A browser that reads nothing takes no last byte either: it is not waited for.
        with contextlib.suppress(TimeoutError, OSError):
            await asyncio.wait_for(send({"type": "http.response.body", "body": b"", "more_body": False}), 1)


async def _chunks(listener: Listener) -> AsyncIterator[bytes]:
    """What is sent: the current version, then messages as they come; a comment when there was none for a while."""
    yield RETRY + message("agenda", {"version": listener.version})
    while True:
        chunk = b": still here\n\n"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT):
                chunk = await listener.queue.get()
        yield chunk


routes = [Route("/{event}/live", stream)]
manage = [Route("/manage/{event}/live", team_stream), Route("/manage/{event}/checkin/live", door_stream)]
