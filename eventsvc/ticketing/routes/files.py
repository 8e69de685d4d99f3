"""Files as answers: an attendee sends and sees their own; organisers take them away."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.web import PRIVATE, redirect
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.models import AnswerFile, Ticket
from eventsvc.ticketing.routes.answers import own_page
from eventsvc.ticketing.rules import files, tickets


async def own(request: Request) -> Response:
    """GET: the file that was sent. POST: another one."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    code = request.path_params["code"]
    if request.method == "GET":
        return _file(await files.of(ticket, code))
    if not ticket.is_live or now() >= event.ends_at:
        raise NotFound("There is nothing to answer for this ticket.")
    async with request.form(max_files=1, max_fields=5) as posted:
        sent = posted.get("file")
        raw = await sent.read(files.MOST + 1) if isinstance(sent, UploadFile) else b""
        name = (sent.filename or "") if isinstance(sent, UploadFile) else ""
    try:
        await files.put(event, ticket, code, name, raw, by="attendee")
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return await own_page(request, event, ticket, {f"q_{code}": refusal.sentence})
    return redirect(f"/{event.slug}/my/{ticket.secret}/answers?done=file#q_{code}")


async def taken(request: Request) -> Response:
    """The same for the organiser."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    ticket = await Ticket.get_or_none(event=event, code=request.path_params["ticket"])
    if ticket is None:
        raise NotFound("There is no such ticket at this event.")
    return _file(await files.of(ticket, request.path_params["code"]))


def _file(found: AnswerFile) -> Response:
    """Always saved, never shown in the browser: it came from a stranger."""
    headers = {**PRIVATE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}", "X-Content-Type-Options": "nosniff"}
    return Response(bytes(found.body), media_type=found.media_type, headers=headers)


routes = [Route("/{event}/my/{secret}/answers/{code}", own, methods=["GET", "POST"])]
manage = [Route("/manage/{event}/attendees/{ticket}/files/{code}", taken)]
