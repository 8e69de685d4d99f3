"""Documents that everyone sees the same, kept as bytes and answered before any routing.

A document belongs to a *key* (an event's slug) and was made at a *version* of it (`versions.py` knows which is the newest).
Answering from here costs no query and no template: it is what makes the agenda as fast as a hello-world.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from eventsvc.core import clock, versions

LIMIT = 10 * 1024 * 1024
RawHeaders = list[tuple[bytes, bytes]]


class Document:
    """One rendered document and its compressed forms, made when first asked for."""

    def __init__(self, key: str, version: int, response: Response, modified: datetime | None, seconds: float | None) -> None:
        self.key, self.version = key, version
        self.plain = gzip.compress(response.body, 1)  # kept small: nearly every browser takes one of the forms below
        self.length = len(response.body)
        self.until = time.monotonic() + seconds if seconds else float("inf")
        self.etag = hashlib.sha256(response.body).hexdigest()[:20]
        keep = [(k, v) for k, v in response.raw_headers if k not in (b"content-length", b"cache-control")]
        keep += [(b"vary", b"Accept-Encoding"), (b"cache-control", b"public, max-age=0, must-revalidate")]
        self.since = ""
        if modified:
            second = modified.astimezone(UTC).replace(microsecond=0)
            # Another change may come within the same second. Only what is made later has that second to itself, so only that may be
            # answered by date; what is made earlier says the second before, and is known by its ETag alone (RFC 9110 §8.8.2.2).
            settled = seconds is None and clock.now() - second >= timedelta(seconds=1)
            stamp = format_datetime(second if settled or seconds else second - timedelta(seconds=1), usegmt=True)
            self.since = stamp if settled else ""
            keep.append((b"last-modified", stamp.encode()))
        self.headers: RawHeaders = keep
        self.own = frozenset(name for name, _ in keep)
        self.forms: dict[str, tuple[bytes, RawHeaders]] = {}

    @property
    def size(self) -> int:
        return len(self.plain) + sum(len(body) for body, _ in self.forms.values())

    def form(self, accepts: str) -> tuple[bytes, RawHeaders]:
        """Body and headers in the best encoding the browser takes."""
        how = "br" if "br" in accepts else "gzip" if "gzip" in accepts else ""
        if self.length < 500:
            how = ""
        if how not in self.forms:
            body = gzip.decompress(self.plain)
            if how == "br":
                body = brotli.compress(body, quality=5)
            elif how:
                body = gzip.compress(body, 6)
            headers = [*self.headers, (b"etag", f'"{self.etag}{how}"'.encode()), (b"content-length", str(len(body)).encode())]
            if how:
                headers.append((b"content-encoding", how.encode()))
            if not how and self.length > 100_000:
                return body, headers
            self.forms[how] = body, headers
        return self.forms[how]


class Documents:
    """The documents of this process, the least recently used dropped beyond LIMIT bytes."""

    def __init__(self) -> None:
        self.entries: OrderedDict[str, Document] = OrderedDict()
        self.locks: dict[str, asyncio.Lock] = {}
        self.hits = 0

    async def find(self, path: str) -> Document | None:
        document = self.entries.get(path)
        if document and document.until > time.monotonic() and document.version == await versions.current(document.key):
            return document
        return None

    def keep(self, path: str, document: Document) -> None:
        self.entries[path] = document
        self.entries.move_to_end(path)
        while len(self.entries) > 1 and sum(d.size for d in self.entries.values()) > LIMIT:
            self.entries.popitem(last=False)

    def clear(self) -> None:
        self.entries.clear()
        self.locks.clear()
        versions.forget()


documents = Documents()


def public(
    request: Request, response: Response, *, key: str, version: int, modified: datetime | None = None, seconds: float | None = None
) -> Response:
    """Keep a 200 answer for everyone, until `key` changes or `seconds` pass. Answers the request as a later one would be."""
    document = Document(key, version, response, modified, seconds)
    if not request.url.query:
        documents.keep(request.url.path, document)
    return _Kept(document)


class _Kept(Response):
    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _answer(self.document, scope, send, [])


async def _answer(document: Document, scope: Scope, send: Send, extra: RawHeaders) -> None:
    headers = Headers(scope=scope)
    body, raw = document.form(headers.get("accept-encoding", ""))
    status = 200
    by_tag = headers.get("if-none-match")
    if document.etag in by_tag if by_tag is not None else document.since and headers.get("if-modified-since") == document.since:
        status, body = 304, b""
        raw = [(k, v) for k, v in raw if k not in (b"content-length", b"content-encoding")]
    await send({"type": "http.response.start", "status": status, "headers": [*raw, *(one for one in extra if one[0] not in document.own)]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


class PublicDocuments:
    """Outermost middleware: answers what is kept; lets one request at a time renew what is stale."""

    def __init__(self, app: ASGIApp, extra: RawHeaders) -> None:
        self.app, self.extra = app, extra

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["query_string"] or path not in documents.entries:
            await self.app(scope, receive, send)
            return
        document = await documents.find(path)
        if document is None:
            lock = documents.locks.setdefault(path, asyncio.Lock())
            async with lock:
                document = await documents.find(path)
                if document is None:
                    await self.app(scope, receive, send)
                    return
        documents.hits += 1
        await _answer(document, scope, send, self.extra)
