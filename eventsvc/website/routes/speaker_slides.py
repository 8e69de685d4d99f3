"""A session in the speaker's area, and its slides: sent in pieces (tus 1.0 core, creation and termination), or by a plain form."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from eventsvc.agenda.models import SlideFile
from eventsvc.agenda.rules import amendments, slides
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid, Refused
from eventsvc.core.text import is_number
from eventsvc.core.web import PRIVATE, redirect
from eventsvc.events.rules import public_event
from eventsvc.surveys.rules import feedback
from eventsvc.website.routes.speaker import opened, shown
from eventsvc.website.rules import speaking

T = TypeVar("T")
TUS = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}
ABILITIES = {"Tus-Version": "1.0.0", "Tus-Extension": "creation,termination", "Tus-Max-Size": str(slides.LARGEST)}


class WrongTus(Refused):
    """Another version of the protocol (tus 1.0: 412)."""

    status = 412
    kind = "tus-version"
    title = "Speak tus 1.0.0"


async def session(request: Request) -> Response:
    """One session of theirs: when and where, who, words, slides. POST sends a small file without a script."""
    event, visitor = await opened(request)
    found = await speaking.session_of(event, visitor.speaker, request.path_params["code"])
    refusal: Refused | None = None
    if request.method == "POST":
        async with request.form(max_files=1, max_fields=5) as posted:
            file, do = posted.get("file"), posted.get("do")
            if do in ("none", "some"):
                await slides.bring_none(found, do == "none", by=visitor.by)
                return redirect(f"{request.url.path}?done=file#slides")
            try:
                if not isinstance(file, UploadFile) or not file.filename:
                    raise Invalid([("file", "Choose a file first.")])
                made = await slides.begin(event, found, visitor.speaker, file.filename, file.size or 0)
                await slides.append(made, 0, _blocks(file), limit=slides.AT_ONCE, by=visitor.by)
                return redirect(f"{request.url.path}?done=slides#slides")
            except Refused as exc:
                refusal = exc
    over = bool(found.end and now() >= found.end)
    return shown(
        request,
        "speaker_session.html",
        refusal.status if refusal else 200,
        event=event,
        visitor=visitor,
        session=found,
        files=await slides.of_session(found),
        said=_said(refusal),
        waiting=await amendments.waiting_for(visitor.speaker, found),
        over=over,
        ratings=(await feedback.ratings([found]))[0] if over else None,
        enough=feedback.ENOUGH,
    )


def _said(refusal: Refused | None) -> str:
    if isinstance(refusal, Invalid):
        return refusal.errors[0][1]
    return refusal.sentence if refusal else ""


async def _blocks(file: UploadFile) -> AsyncIterator[bytes]:
    while block := await file.read(slides.MEGABYTE):
        yield block


async def create(request: Request) -> Response:
    """POST: make room for a file (tus creation). OPTIONS: what this server can do."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={**TUS, **ABILITIES})
    event, visitor = await opened(request)
    _check(request)
    found = await speaking.session_of(event, visitor.speaker, request.path_params["code"])
    size = request.headers.get("upload-length", "")
    if not is_number(size):
        raise Invalid([("file", "Say how long the file is.")], "Upload-Length is missing.")
    file = await _told(slides.begin(event, found, visitor.speaker, _name(request.headers.get("upload-metadata", "")), int(size)))
    address = f"/{event.slug}/speaker/{visitor.secret}/files/{file.key}"
    return Response(status_code=201, headers={**TUS, "Location": address})


def _check(request: Request) -> None:
    if request.headers.get("tus-resumable") != "1.0.0":
        raise WrongTus("Send Tus-Resumable: 1.0.0.")


def _name(metadata: str) -> str:
    """`filename` of Upload-Metadata: pairs by comma, values in base64. A garbled one is a file without a name."""
    match = re.search(r"(?:^|,)\s*filename ([A-Za-z0-9+/=]{1,2000})", metadata)
    try:
        return b64decode(match[1], validate=True).decode() if match else ""
    except ValueError:
        return ""


async def file(request: Request) -> Response:
    """HEAD says how much is here, PATCH adds a piece, GET gives the whole, DELETE removes it."""
    event, visitor = await opened(request)
    found = await slides.by_key(event, visitor.speaker, request.path_params["key"])
    match request.method:
        case "HEAD":
            headers = {**TUS, "Upload-Offset": str(found.received), "Upload-Length": str(found.size)}
            return Response(status_code=200, headers=headers)
        case "PATCH":
            return await _piece(request, found, visitor.by)
        case "DELETE":
            await slides.remove(found, event, by=visitor.by)
            return Response(status_code=204, headers=TUS)
        case "POST":
            async with request.form(max_fields=5, max_files=0) as posted:
                do = posted.get("do")
            if do == "remove":
                await slides.remove(found, event, by=visitor.by)
            else:
                await slides.offer(found, event, do == "offer", by=visitor.by)
            return redirect(f"/{event.slug}/speaker/{visitor.secret}/sessions/{found.session.code}?done=file#slides")
    return download(found)


async def _piece(request: Request, found: SlideFile, by: str) -> Response:
    _check(request)
    offset = request.headers.get("upload-offset", "")
    if not is_number(offset):
        raise Invalid([], "Upload-Offset is missing.")
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise Invalid([], "Send pieces as application/offset+octet-stream.")
    after = await _told(slides.append(found, int(offset), request.stream(), by=by))
    return Response(status_code=204, headers={**TUS, "Upload-Offset": str(after.received)})


async def _told(asked: Awaitable[T]) -> T:
    """An Invalid about the file says so in its own sentence: scripts show it."""
    try:
        return await asked
    except Invalid as refusal:
        raise Invalid(refusal.errors, _said(refusal)) from None


async def public_file(request: Request) -> Response:
    """What a speaker shows to everybody once the session is over."""
    event = await public_event(request)
    return download(await slides.public_file(event, request.path_params["code"], request.path_params["key"]))


def download(found: SlideFile) -> Response:
    """The bytes, never opened in the page: an attachment under a name of ours."""
    if found.complete_at is None:
        raise Invalid([], "This file is not whole yet.")
    stem, _, ending = found.name.rpartition(".")
    plain = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:60] or "slides"
    headers = {**PRIVATE, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return FileResponse(slides.path_of(found), media_type="application/octet-stream", headers=headers, filename=f"{plain}.{ending}")


routes = [
    Route("/{event}/sessions/{code}/slides/{key}", public_file),
    Route("/{event}/speaker/{secret}/sessions/{code}", session, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/sessions/{code}/files", create, methods=["POST", "OPTIONS"]),
    Route("/{event}/speaker/{secret}/files/{key}", file, methods=["GET", "HEAD", "PATCH", "POST", "DELETE"]),
]
