"""What stands before every request: security headers, cross-site checks, body limits, one log line without personal data."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from eventsvc.core.config import settings
from eventsvc.core.errors import Forbidden, Invalid, NotFound, Refused, TooLarge

log = logging.getLogger("eventsvc.http")
REQUESTS = Counter("eventsvc_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "eventsvc_request_seconds", "Time to answer", ["route"], buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
)
MAX_BODY = 2 * 1024 * 1024
MAX_UPLOAD = 25 * 1024 * 1024
MAX_PIECE = 8 * 1024 * 1024
MAX_PATH = 4000
"""Characters of an address without its query. None of ours is as long, and Python reads no number of more than 4300 digits."""
PIECE = "application/offset+octet-stream"
"""A piece of a file that is sent in several requests (tus 1.0)."""
SAFE = ("GET", "HEAD", "OPTIONS")

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{more}; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def security_headers() -> list[tuple[bytes, bytes]]:
    """On every answer (OWASP ASVS 5.0 V3.4)."""
    headers = [
        ("content-security-policy", CSP.format(more="")),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "camera=(self), microphone=(), geolocation=(), payment=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]
    if settings().https:
        headers.append(("strict-transport-security", "max-age=31536000; includeSubDomains"))
    return [(name.encode(), value.encode()) for name, value in headers]


_CHARSET = re.compile(r"charset\s*=(?!\s*\"?utf-?8\"?\s*(;|$))", re.IGNORECASE)
"""Any charset but UTF-8: no browser sends one, and Python knows some that are no charsets."""


def same_site(headers: Headers) -> bool:
    """May this changing request have come from one of our own pages?

    Browsers say so in Sec-Fetch-Site, older ones in Origin. With neither, it is no browser with a cookie to abuse,
    unless it carries one of our cookies: then it is refused.
    """
    site = headers.get("sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin:
        try:
            return urlsplit(origin).netloc in (headers.get("host"), urlsplit(settings().base_url).netloc)
        except ValueError:
            return False
    return "cookie" not in headers


def _limit(scope: Scope, content_type: str) -> int:
    """How many bytes one request may carry."""
    if content_type.startswith("multipart/"):
        return MAX_UPLOAD
    return MAX_PIECE if scope["method"] == "PATCH" and content_type == PIECE and not scope["path"].startswith("/api/") else MAX_BODY


class Guard:
    """Middleware around the router."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]]) -> None:
        self.app, self.headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in self.headers if h[0] not in present)]
            await send(message)

        try:
            await self.app(scope, receive, told)
        except Exception:
            # The error page has gone out and the log has it all (`app.broken`); the connection may serve the next request.
            if not status:
                raise
        finally:
            spent = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "") or "other"
            REQUESTS.labels(scope["method"], route, status).inc()
            SECONDS.labels(route).observe(spent)
            # The route's pattern, not the address: addresses carry secrets.
            log.info("request", extra={"method": scope["method"], "route": route, "status": status, "ms": round(spent * 1000, 1)})


class Checked:
    """Refuses cross-site changes and bodies that are too large. `refused` is the application's handler of refusals."""

    def __init__(self, app: ASGIApp, refused: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app, self.refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\x00" in scope["path"] or b"%00" in scope["query_string"] or len(scope["path"]) > MAX_PATH):
            # No address of ours holds a NUL, and neither a file system nor PostgreSQL takes one.
            answer = await self.refused(Request(scope), NotFound("There is no page at this address."))
            await answer(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = _limit(scope, headers.get("content-type", ""))
        too_large = TooLarge(f"That is larger than {limit // 1024 // 1024} MB. Please send something smaller.")
        refusal: Refused | None = None
        if not (scope["path"].startswith("/api/") and "authorization" in headers) and not same_site(headers):
            refusal = Forbidden("This form was sent from another site. Open the page here and send it again.")
        elif _CHARSET.search(headers.get("content-type", "")):
            refusal = Invalid([], "Send this as UTF-8.")
        elif int(headers.get("content-length") or 0) > limit:
            refusal = too_large
        if refusal:
            answer = await self.refused(Request(scope), refusal)
            await answer(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise too_large
            return message

        await self.app(scope, counted, send)
