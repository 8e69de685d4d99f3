"""Import and export: one page for everything that goes in or out. What would happen is shown first, then it happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms.copying import CopyForm
from eventsvc.agenda.models import SlideFile
from eventsvc.agenda.rules import bringing, tables
from eventsvc.agenda.rules.slides_zip import slides_zip
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.tables import XLSX
from eventsvc.core.web import PRIVATE, page
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

MAX_FILES, MAX_TEXT = 10, 2 * 1024 * 1024
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@dataclass
class _Asked:
    """What was posted, and what came of it: `result` of a preview (`key`: how to go on) or of the real thing (`applied`)."""

    do: str = ""
    text: str = ""
    key: str = ""
    copy: Form[CopyForm] = field(default_factory=lambda: start(CopyForm, rooms="true", tracks="true", breaks="true"))
    result: bringing.Result | None = None
    applied: bool = False
    errors: dict[str, str] = field(default_factory=dict)


async def exchange(request: Request) -> Response:
    """Everybody who may see the event takes things out; who manages the programme brings them in."""
    event = await event_for(request, Right.SEE)
    asked, manages = _Asked(), Right.MANAGE_PROGRAMME in request.state.rights
    if request.method == "POST":
        await event_for(request, Right.MANAGE_PROGRAMME)
        async with request.form(max_files=MAX_FILES, max_fields=40, max_part_size=MAX_TEXT) as posted:
            try:
                await _bring(request, event, posted, asked)
            except Refused as refusal:
                asked.errors[refusal.field or "file"] = refusal.sentence
    return page(
        request,
        "agenda/exchange.html",
        422 if asked.errors or asked.copy.errors else 200,
        event=event,
        manages=manages,
        asked=asked,
        form=Form({}, errors=[*asked.errors.items(), *asked.copy.errors.items()]),
        earlier=await bringing.earlier_events(event, request.state.user) if manages else [],
        slides=await SlideFile.filter(session__event=event).exclude(complete_at=None).count() if manages else 0,
    )


async def _bring(request: Request, event: Event, posted: FormData, asked: _Asked) -> None:
    """Look (`look`, `paste`, `copy`), or let it happen (`apply` with the key of a preview, `copy-apply`)."""
    by = request.state.user.label
    asked.do, asked.key, asked.text = (_said(posted, name) for name in ("do", "key", "rows"))
    asked.applied = asked.do in ("apply", "copy-apply")
    if asked.do in ("copy", "copy-apply"):
        asked.copy = check(CopyForm, [(name, value) for name, value in posted.multi_items() if isinstance(value, str)])
        if not asked.copy.errors:
            asked.result = await bringing.copy(event, asked.copy.data, request.state.user, by=by, dry=not asked.applied)
    elif asked.do == "paste":
        asked.key, asked.result = await bringing.look_at_rows(event, asked.text, by=by)
    elif asked.applied and asked.key:
        asked.result = await bringing.apply(event, asked.key, by=by)
    else:
        files = [
            (one.filename or "file", await one.read()) for one in posted.getlist("file") if isinstance(one, UploadFile) and one.filename
        ]
        asked.key, asked.result = await bringing.look_at_files(event, files, by=by)
        if asked.applied:  # sent with a file and no preview: the button of the old page
            asked.result = await bringing.apply(event, asked.key, by=by)


def _said(posted: FormData, name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""


async def export(request: Request) -> Response:
    """Sessions and speakers as CSV and XLSX."""
    event = await event_for(request, Right.SEE)
    kind = request.path_params["kind"]
    if kind not in tables.KINDS:
        raise NotFound("There is no such file.")
    body = await tables.export(kind, event, contacts=Right.MANAGE_PROGRAMME in request.state.rights)
    return _file(body, TYPES[kind.partition(".")[2]], f"{event.slug}-{kind}")


def _file(body: bytes, kind: str, name: str) -> Response:
    headers: dict[str, Any] = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)


async def slides(request: Request) -> Response:
    """Every whole file, streamed. Only for those who manage the programme: most are not public."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    pieces = await slides_zip(event)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{event.slug}-slides.zip"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


routes = [
    Route("/manage/{event}/exchange", exchange, methods=["GET", "POST"], name="exchange"),
    Route("/manage/{event}/sessions/import", exchange, methods=["GET", "POST"]),
    Route("/manage/{event}/exchange/slides.zip", slides),
    Route("/manage/{event}/exchange/{kind}", export),
]
