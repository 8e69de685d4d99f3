"""The list of events, an event's home, its privacy notice."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.agenda.models import BREAK, Session, SessionState
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.cfp.models import Call
from eventsvc.core.cache import public
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.web import page, redirect, render, tagged
from eventsvc.events.models import Event, EventState
from eventsvc.events.rules import public_event
from eventsvc.website.render import json_ld

FEATURED = 8


async def events(request: Request) -> Response:
    """All events the public may see: those to come first, then those that were."""
    today = now().date()
    shown = Event.filter(state__in=[EventState.PUBLISHED, EventState.ARCHIVED]).select_related("organiser")
    coming = await shown.filter(end__gte=today).order_by("start", "name").limit(60)
    past = await shown.filter(end__lt=today).order_by("-start", "name").limit(60)
    return tagged(request, page(request, "website/events.html", coming=coming, past=past))


async def home(request: Request) -> Response:
    """What it is, when and where, who speaks, how to get there."""
    event = await public_event(request)
    talks = Session.filter(event=event, state=SessionState.CONFIRMED).exclude(kind=BREAK)
    call = await Call.get_or_none(event=event)
    featured = await public_speakers(event).exclude(portrait_version="").order_by("id").limit(FEATURED)
    body = render(
        "website/home.html",
        event=event,
        sessions=await talks.count(),
        speaker_count=await public_speakers(event).count(),
        speakers=featured or await public_speakers(event).order_by("id").limit(FEATURED),
        over=now() >= event.ends_at,
        proposing=call is not None and call.is_open(now()),
        running=event.starts_at <= now() < event.ends_at,
        json_ld=json_ld(event, settings().base_url),
    )
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, modified=event.updated_at, seconds=600)


async def slash(request: Request) -> Response:
    """/{event} → /{event}/"""
    event = await public_event(request)
    return redirect(f"/{event.slug}/", 308)


async def privacy(request: Request) -> Response:
    event = await public_event(request)
    body = render("website/privacy.html", event=event)
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, modified=event.updated_at)


front = [Route("/", events)]
routes = [
    Route("/{event}/", home),
    Route("/{event}", slash),
    Route("/{event}/privacy", privacy),
]
