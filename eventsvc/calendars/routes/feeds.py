"""Feeds for calendars, and schedules for other programmes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Room
from eventsvc.calendars.rules import feeds, schedules
from eventsvc.core import device
from eventsvc.core.cache import public
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.speakers import rules as speakers
from eventsvc.ticketing.rules import tickets

ICS = "text/calendar; charset=utf-8"
TYPES = {"schedule.xml": "application/xml; charset=utf-8", "schedule.json": "application/json"}


def _kept(request: Request, event: Event, body: bytes, kind: str, name: str) -> Response:
    """The same for everybody until the event changes."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    answer = Response(body, media_type=kind, headers=headers)
    return public(request, answer, key=event.slug, version=event.version, modified=event.updated_at)


def _own(request: Request, event: Event, body: bytes, modified: datetime) -> Response:
    """Somebody's own feed: nobody else's business, so nobody keeps it; whoever has it already gets a 304."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": "private, no-store",
        "ETag": etag,
        "Last-Modified": format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True),
        "Content-Disposition": f'inline; filename="{event.slug}.ics"',
        "X-Robots-Tag": "noindex",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=ICS, headers=headers)


async def calendar(request: Request) -> Response:
    """Every session, breaks left out."""
    event = await public_event(request)
    return _kept(request, event, await feeds.whole(event), ICS, f"{event.slug}.ics")


async def schedule_xml(request: Request) -> Response:
    event = await public_event(request)
    return _kept(request, event, await schedules.export("schedule.xml", event), TYPES["schedule.xml"], f"{event.slug}.xml")


async def schedule_json(request: Request) -> Response:
    event = await public_event(request)
    return _kept(request, event, await schedules.export("schedule.json", event), TYPES["schedule.json"], f"{event.slug}.json")


async def session(request: Request) -> Response:
    event = await public_event(request)
    code = request.path_params["code"]
    body = await feeds.one_session(event, code)
    if body is None:
        raise NotFound("This session has no time yet.")
    return _kept(request, event, body, ICS, f"{code}.ics")


async def speaker(request: Request) -> Response:
    event = await public_event(request)
    code = request.path_params["code"]
    body = await feeds.of_speaker(event, code)
    if body is None:
        raise NotFound("There is no such speaker at this event.")
    return _kept(request, event, body, ICS, f"{code}.ics")


async def room(request: Request) -> Response:
    event = await public_event(request)
    found = await Room.get_or_none(event=event, code=request.path_params["code"])
    if found is None:
        raise NotFound("There is no such room at this event.")
    return _kept(request, event, await feeds.of_room(event, found), ICS, f"{found.code}.ics")


async def favourites(request: Request) -> Response:
    """What a browser without a ticket keeps, behind a signed link."""
    event = await public_event(request)
    holder = device.from_token(event.id, request.path_params["token"])
    if holder is None:
        raise NotFound("This link opens no calendar. Copy it again from your list of sessions.")
    return _own(request, event, await feeds.of_favourites(event, holder), event.updated_at)


async def mine(request: Request) -> Response:
    """An attendee's own calendar."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    return _own(request, event, await feeds.of_ticket(event, ticket), max(event.updated_at, ticket.changed_at))


async def speakers_own(request: Request) -> Response:
    """A speaker's own calendar, also through an assistant's link until that is taken back."""
    event = await public_event(request)
    visitor = await speakers.visitor(event, request.path_params["secret"])
    return _own(request, event, await feeds.of_speaker_self(event, visitor.speaker, visitor.secret), event.updated_at)


routes = [
    Route("/{event}/calendar.ics", calendar),
    Route("/{event}/schedule.xml", schedule_xml),
    Route("/{event}/schedule.json", schedule_json),
    Route("/{event}/sessions/{code}.ics", session),
    Route("/{event}/speakers/{code}.ics", speaker),
    Route("/{event}/rooms/{code}.ics", room),
    Route("/{event}/favourites/{token}.ics", favourites),
    Route("/{event}/my/{secret}.ics", mine),
    Route("/{event}/speaker/{secret}.ics", speakers_own),
]
