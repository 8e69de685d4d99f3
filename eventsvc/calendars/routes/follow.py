"""How to subscribe; calendar mail begun in one's own area, and ended there or from its letters."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.calendars.rules import following
from eventsvc.calendars.rules.following import Who
from eventsvc.calendars.rules.telling import OPEN
from eventsvc.core.cache import public
from eventsvc.core.errors import Forbidden, Refused
from eventsvc.core.web import page, redirect, render
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.speakers import rules as speakers
from eventsvc.ticketing.rules import tickets


async def how(request: Request) -> Response:
    """How to subscribe, and how often each program asks for news."""
    event = await public_event(request)
    body = render("calendars/how.html", event=event)
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, modified=event.updated_at)


async def attendee(request: Request) -> Response:
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    return await _own(request, event, ticket, f"/{event.slug}/my/{ticket.secret}")


async def speaker(request: Request) -> Response:
    event = await public_event(request)
    visitor = await speakers.visitor(event, request.path_params["secret"])
    return await _own(request, event, visitor.speaker, f"/{event.slug}/speaker/{visitor.secret}", theirs=visitor.assistant is None)


async def _own(request: Request, event: Event, who: Who, area: str, *, theirs: bool = True) -> Response:
    """GET shows the two ways; POST begins or ends the letters, which only the person themselves may choose."""
    refusal = None
    if request.method == "POST" and not theirs:
        raise Forbidden("The letters would go to the speaker, so only they can choose them.")
    if request.method == "POST":
        async with request.form(max_fields=5, max_files=0) as form:
            wanted = form.get("do")
        try:
            await (following.follow(event, who) if wanted == "follow" else following.stop(who))
            return redirect(f"{request.url.path}?done={'follow' if wanted == 'follow' else 'stop'}")
        except Refused as exc:
            refusal = exc
    return page(
        request,
        "calendars/own.html",
        refusal.status if refusal else 200,
        event=event,
        who=who,
        area=area,
        follows=await following.follows(who),
        speaker=area.startswith(f"/{event.slug}/speaker/"),
        refusal=refusal,
        theirs=theirs,
        most=OPEN,
        done=request.query_params.get("done", ""),
    )


async def stop(request: Request) -> Response:
    """From a letter: GET asks (programs that check links must end nothing), POST ends it, also a mail program's own (RFC 8058)."""
    event = await public_event(request)
    token = request.path_params["token"]
    if request.method == "POST":
        await following.stop_by_token(event, token)  # answered in place: mail programs follow no redirect
    follower = await following.by_token(event, token)
    return page(request, "calendars/stop.html", event=event, stopped=follower.stopped_at is not None)


routes = [
    Route("/{event}/calendar", how),
    Route("/{event}/my/{secret}/calendar", attendee, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/calendar", speaker, methods=["GET", "POST"]),
    Route("/{event}/calendar/stop/{token}", stop, methods=["GET", "POST"]),
]
