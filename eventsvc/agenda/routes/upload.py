"""Bringing in a schedule file: first what would change, then the change."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms.schedule import MAX_BYTES
from eventsvc.agenda.rules import imports
from eventsvc.core.errors import Refused
from eventsvc.core.web import page
from eventsvc.events.rules import event_for


async def upload(request: Request) -> Response:
    """POST with `do=look` only says what would happen; with `do=apply` it happens."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    refusal, result, applied = None, None, False
    if request.method == "POST":
        async with request.form(max_files=1, max_fields=5, max_part_size=MAX_BYTES) as posted:
            file, applied = posted.get("file"), posted.get("do") == "apply"
            raw = await file.read() if isinstance(file, UploadFile) else b""
        try:
            result = await imports.import_schedule(raw, slug=event.slug, by=request.state.user.label, dry=not applied)
        except Refused as exc:
            refusal = exc
    return page(
        request, "agenda/import.html", refusal.status if refusal else 200, event=event, refusal=refusal, result=result, applied=applied
    )


routes = [Route("/manage/{event}/sessions/import", upload, methods=["GET", "POST"])]
