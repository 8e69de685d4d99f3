"""The programme on pages of others: a script and its data, open to every origin, and the page where organisers copy the tag."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Session, SessionState, Track
from eventsvc.agenda.render.compact import compact
from eventsvc.agenda.rules.people import bills
from eventsvc.core import static
from eventsvc.core.cache import public
from eventsvc.core.config import settings
from eventsvc.core.text import is_number
from eventsvc.core.web import page
from eventsvc.events.models import EventState
from eventsvc.events.rules import event_for, public_event

OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Only what is public anyway may be read from anywhere, and without cookies."""


async def script(request: Request) -> Response:
    """The custom element; its address stays, so browsers ask again after a while."""
    await public_event(request)
    return static.answer(request, "behaviours/widget.js", {**OPEN, "Cache-Control": "public, max-age=600"})


async def data(request: Request) -> Response:
    """What it shows."""
    event = await public_event(request)
    shown = Session.filter(event=event).exclude(state=SessionState.DRAFT).exclude(start=None).select_related("track", "room")
    body = compact(event, await shown, await bills(event), settings().base_url)
    answer = Response(body, media_type="application/json", headers=OPEN)
    return public(request, answer, key=event.slug, version=event.version, modified=event.updated_at)


async def embed(request: Request) -> Response:
    """The tag to copy, and how it looks."""
    event = await event_for(request, Right.SEE)
    asked = {name: request.query_params.get(name, "")[:60] for name in ("theme", "hue", "track")}
    tracks = await Track.filter(event=event)
    chosen = {
        "theme": asked["theme"] if asked["theme"] in ("light", "dark") else "",
        "hue": asked["hue"] if is_number(asked["hue"]) and int(asked["hue"]) < 360 else "",
        "track": next((one.name for one in tracks if one.name == asked["track"]), ""),
    }
    address = f"/{event.slug}/widget.js"
    return page(
        request,
        "agenda/embed.html",
        event=event,
        public=event.state != EventState.DRAFT,
        chosen=chosen,
        tracks=tracks,
        address=address,
        base=settings().base_url,
    )


routes = [Route("/{event}/widget.js", script), Route("/{event}/widget.json", data)]
manage = [Route("/manage/{event}/embed", embed)]
