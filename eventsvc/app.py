"""Table of contents: every domain's routes, the middleware around them, and what happens when something is refused or breaks."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import secrets
import signal
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from tortoise.exceptions import BaseORMException, DBConnectionError, OperationalError, ValidationError

from eventsvc import __version__
from eventsvc.accounts import routes as accounts
from eventsvc.agenda import api as agenda_api
from eventsvc.agenda import routes as agenda
from eventsvc.badges import api as badges_api
from eventsvc.badges import routes as badges
from eventsvc.badges import rules as badge_rules
from eventsvc.calendars import routes as calendars
from eventsvc.cfp import api as cfp_api
from eventsvc.cfp import routes as cfp
from eventsvc.checkin import api as checkin_api
from eventsvc.checkin import routes as checkin
from eventsvc.checkin.rules import news
from eventsvc.core import db, logs, static, versions
from eventsvc.core.api import Api, problem
from eventsvc.core.cache import PublicDocuments
from eventsvc.core.config import settings
from eventsvc.core.db import migrate
from eventsvc.core.errors import Invalid, NotFound, Refused, Unauthorised
from eventsvc.core.guard import SAFE, Checked, Guard, security_headers
from eventsvc.core.web import page, redirect, wants_json
from eventsvc.events import api as events_api
from eventsvc.events import routes as events
from eventsvc.events import rules as event_rules
from eventsvc.live import routes as live
from eventsvc.live.rules.hub import hub
from eventsvc.members import api as members_api
from eventsvc.members import routes as members
from eventsvc.stage import routes as stage
from eventsvc.surveys import api as surveys_api
from eventsvc.surveys import routes as surveys
from eventsvc.ticketing import api as ticketing_api
from eventsvc.ticketing import routes as ticketing
from eventsvc.webhooks import api as webhooks_api
from eventsvc.webhooks import routes as webhooks
from eventsvc.website import api as website_api
from eventsvc.website import routes as website

log = logging.getLogger("eventsvc.app")


class Away(Refused):
    """The database cannot be reached."""

    status = 503
    kind = "unavailable"
    title = "We cannot reach our database just now"


class Broken(Refused):
    """Our fault."""

    status = 500
    kind = "internal"
    title = "Something went wrong on our side"


async def health(request: Request) -> Response:
    """Liveness: the process answers."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """Readiness: the database answers and its schema is the one this code needs."""
    try:
        schema = await asyncio.wait_for(migrate.current(), 5)
    except (TimeoutError, OSError, BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError):
        return JSONResponse({"database": "away", "schema": "unknown"}, 503)
    current = schema == migrate.head()
    return JSONResponse({"database": "ok", "schema": "ok" if current else "old"}, 200 if current else 503)


async def metrics(request: Request) -> Response:
    """Prometheus text."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /manage/\nDisallow: /api/\nDisallow: /door/\nDisallow: /T/\n")


async def refused(request: Request, exc: Exception) -> Response:
    """Every refusal, as a page for a browser and as problem+json for the API."""
    assert isinstance(exc, Refused)
    if isinstance(exc, Unauthorised) and not wants_json(request):
        return redirect(f"/sign-in?next={request.url.path}" if request.method == "GET" else "/sign-in")
    answer = problem(exc) if wants_json(request) else page(request, "error.html", exc.status, refusal=exc)
    if exc.retry_after:
        answer.headers["Retry-After"] = str(exc.retry_after)
    return answer


async def not_routed(request: Request, exc: Exception) -> Response:
    """No such address, or not with this method."""
    assert isinstance(exc, HTTPException)
    if exc.status_code == 404:
        return await refused(request, NotFound("There is no page at this address. Check the link, or start from the front page."))
    refusal = Refused("This address does not take that kind of request.")
    refusal.status, refusal.kind, refusal.title = exc.status_code, "method", "That does not work here"
    answer = await refused(request, refusal)
    answer.headers.update(exc.headers or {})
    return answer


async def away(request: Request, exc: Exception) -> Response:
    log.error("the database cannot be reached", extra={"error": type(exc).__name__})
    return await refused(request, Away("Nothing was saved. Please wait a minute and try again."))


async def unstorable(request: Request, exc: Exception) -> Response:
    """A number or a text too large for any column, or a character that PostgreSQL does not take: what was asked for cannot be there."""
    if isinstance(exc, (OverflowError, ValidationError)) or isinstance(exc.args[0] if exc.args else None, asyncpg.DataError):
        if request.method in SAFE:
            return await refused(request, NotFound("There is nothing at this address."))
        return await refused(
            request, Invalid([], "Something in this cannot be stored: a number is too large, or a character is not allowed.")
        )
    return await broken(request, exc)


async def broken(request: Request, exc: Exception) -> Response:
    """Nobody ever sees a traceback; the number finds it in the log."""
    number = secrets.token_hex(4)
    log.error("unexpected error %s", number, exc_info=exc)
    return await refused(request, Broken(f"It was not your fault, and we have noted it. If it stays, tell us this number: {number}."))


def _thrifty() -> None:
    """glibc keeps an arena for each thread and hardly gives memory back; with few threads that only costs. Elsewhere: nothing."""
    arena_max, trim_threshold = -8, -1  # malloc.h
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(arena_max, 2)
        libc.mallopt(trim_threshold, 256 * 1024)


def _end_streams_when_told_to_stop() -> None:
    """uvicorn waits for every open answer before it shuts down, and an event stream has no end of its own."""
    loop = asyncio.get_running_loop()

    def chained(number: signal.Signals, before: Any) -> None:
        def handle(given: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(hub.stop)
            loop.call_soon_threadsafe(news.stop)
            if callable(before):
                before(given, frame)

        signal.signal(number, handle)

    with contextlib.suppress(ValueError):  # not the main thread: whoever runs us there stops us in another way
        for number in (signal.SIGTERM, signal.SIGINT):
            chained(number, signal.getsignal(number))


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Opens the database; on SQLite the worker runs here too."""
    logs.start(settings().log_format)
    _thrifty()
    await db.connect(settings().database_url)
    _end_streams_when_told_to_stop()
    stop, work = asyncio.Event(), None
    if settings().sqlite:
        from eventsvc import worker

        work = asyncio.create_task(worker.run(stop))
    yield
    await hub.close()
    stop.set()
    if work:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(work, 10)
    await badge_rules.stop_press()
    await db.close()


api = Api(
    "eventsvc",
    __version__,
    "/api/v1",
    event_rules.admit,
    [
        *events_api.routes,
        *agenda_api.routes,
        *cfp_api.routes,
        *members_api.routes,
        *ticketing_api.routes,
        *badges_api.routes,
        *checkin_api.routes,
        *webhooks_api.routes,
        *surveys_api.routes,
        *website_api.routes,
    ],
)

routes: list[BaseRoute] = [
    Route("/healthz", health),
    Route("/readyz", ready),
    Route("/metrics", metrics),
    Route("/robots.txt", robots),
    Route("/static/{path:path}", static.serve),
    *api.routes(),
    *accounts.routes,
    *calendars.routes,
    *badges.routes,
    *checkin.routes,
    *events.routes,
    *agenda.manage,
    *cfp.manage,
    *ticketing.manage,
    *members.routes,
    *surveys.manage,
    *live.manage,
    *stage.manage,
    *webhooks.routes,
    *website.routes,
    *agenda.routes,
    *cfp.routes,
    *ticketing.routes,
    *surveys.routes,
    *live.routes,
    *stage.routes,
]

versions.look_up = event_rules.version_of

DATABASE_AWAY = (
    DBConnectionError,
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.LockNotAvailableError,
)
"""Away, shutting down, out of room, or two writers in each other's way: nothing was saved, and trying again may help."""

app = Starlette(
    routes=routes,
    lifespan=lifespan,
    middleware=[Middleware(Checked, refused=refused)],
    exception_handlers={
        Refused: refused,
        HTTPException: not_routed,
        Exception: broken,
        OperationalError: unstorable,
        OverflowError: unstorable,
        ValidationError: unstorable,
        **dict.fromkeys(DATABASE_AWAY, away),
    },
)
"""The application as routed."""

_headers = security_headers()
asgi = PublicDocuments(Guard(app, _headers), _headers)
"""The application as served: kept documents first, then the guard, then the routes."""
