"""What is on now: for people (`now`), in the foyer (`foyer`), in a room (`screen`), for whoever speaks (`timer`). All are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.agenda.models import Room, Session
from eventsvc.core.cache import public
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.web import render
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.stage.render import qr
from eventsvc.stage.render.running import place, places
from eventsvc.stage.rules import room as rules

SECONDS = 15.0
"""For so long a made page is given to everybody; a change makes it anew at once."""


def _kept(request: Request, event: Event, template: str, **context: Any) -> Response:
    body = render(template, event=event, **context)
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, seconds=SECONDS)


def codes(event: Event, sessions: list[Session]) -> dict[int, Any]:
    """Session number → the QR of its questions."""
    base = f"{settings().base_url}/{event.slug}/sessions"
    return {one.id: qr.svg(f"{base}/{one.code}/questions", "QR code: ask a question") for one in sessions if not one.is_break}


async def _first_to_come(event: Event, sessions: list[Session], moment: datetime) -> Session | None:
    """What to wait for when nothing is left today."""
    return None if any(one.end and one.end > moment for one in sessions) else await rules.first_after(event, moment)


async def now_page(request: Request) -> Response:
    """Everybody's phone: all rooms, now and next."""
    event, moment = await public_event(request), now()
    sessions = await rules.of_today(event, moment)
    found = places(event, sessions, await Room.filter(event=event), moment)
    coming = await _first_to_come(event, sessions, moment)
    return _kept(request, event, "stage/now.html", places=found, moment=moment, coming=coming)


async def foyer(request: Request) -> Response:
    """The foyer's display: all rooms, now and next."""
    event, moment = await public_event(request), now()
    sessions = await rules.of_today(event, moment)
    found = places(event, sessions, await Room.filter(event=event), moment)
    coming = await _first_to_come(event, sessions, moment)
    agenda = qr.svg(f"{settings().base_url}/{event.slug}/agenda", "QR code: the agenda")
    return _kept(request, event, "stage/foyer.html", places=found, moment=moment, coming=coming, agenda=agenda)


async def screen(request: Request) -> Response:
    """A room's display: now, next, and a code for questions."""
    event, moment = await public_event(request), now()
    room = await rules.room_of(event, request.path_params["code"])
    sessions = await rules.of_today(event, moment)
    found = place(event, sessions, room, moment)
    coming = await _first_to_come(event, [line.session for line in found.lines], moment)
    shown = codes(event, [line.session for line in found.lines])
    return _kept(request, event, "stage/screen.html", place=found, moment=moment, coming=coming, codes=shown)


async def timer(request: Request) -> Response:
    """Time left, for whoever speaks."""
    event, moment = await public_event(request), now()
    room = await rules.room_of(event, request.path_params["code"])
    found = place(event, await rules.of_today(event, moment), room, moment)
    return _kept(request, event, "stage/timer.html", place=found, moment=moment)


routes = [
    Route("/{event}/now", now_page),
    Route("/{event}/screen", foyer),
    Route("/{event}/rooms/{code}/screen", screen),
    Route("/{event}/rooms/{code}/timer", timer),
]
