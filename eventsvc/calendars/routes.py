"""Feeds for calendars, and schedules for other programmes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import BREAK, SessionState
from eventsvc.agenda.rules import sessions as agenda
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.calendars import rules
from eventsvc.core.cache import public
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.ticketing.rules import tickets

ICS = "text/calendar; charset=utf-8"
TYPES = {"schedule.xml": "application/xml; charset=utf-8", "schedule.json": "application/json", "agenda.ics": ICS}


def _kept(request: Request, event: Event, body: bytes, kind: str, name: str, modified: datetime | None = None) -> Response:
    """The same for everybody until the event changes."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    answer = Response(body, media_type=kind, headers=headers)
    return public(request, answer, key=event.slug, version=event.version, modified=modified or event.updated_at)


async def calendar(request: Request) -> Response:
    """Every session, breaks left out."""
    event = await public_event(request)
    return _kept(request, event, await rules.export("agenda.ics", event), ICS, f"{event.slug}.ics")


async def schedule_xml(request: Request) -> Response:
    event = await public_event(request)
    return _kept(request, event, await rules.export("schedule.xml", event), TYPES["schedule.xml"], f"{event.slug}.xml")


async def schedule_json(request: Request) -> Response:
    event = await public_event(request)
    return _kept(request, event, await rules.export("schedule.json", event), TYPES["schedule.json"], f"{event.slug}.json")


async def session(request: Request) -> Response:
    event = await public_event(request)
    found = await agenda.find(event, request.path_params["code"])
    if found.state == SessionState.DRAFT or found.start is None:
        raise NotFound("This session has no time yet.")
    body = rules.feed(event, [found], f"sessions/{found.code}.ics", found.title)
    return _kept(request, event, body, ICS, f"{found.code}.ics", found.modified_at)


async def speaker(request: Request) -> Response:
    event = await public_event(request)
    found = await public_speakers(event).get_or_none(code=request.path_params["code"])
    if found is None:
        raise NotFound("There is no such speaker at this event.")
    sessions = await rules.shown(event).filter(speakers__speaker=found)
    body = rules.feed(event, sessions, f"speakers/{found.code}.ics", f"{found.name}, {event.name}")
    return _kept(request, event, body, ICS, f"{found.code}.ics")


async def mine(request: Request) -> Response:
    """An attendee's own calendar: the event, and what is for everybody in it. Nobody else's business, so nobody keeps it."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    sessions = await rules.shown(event)
    whole = rules.whole_event(
        event,
        sessions,
        uid=f"order-{ticket.order_id}-event-{event.id}@{settings().host}",
        modified=max(event.updated_at, ticket.changed_at),
        sequence=ticket.calendar_sequence,
        cancelled=not ticket.is_live,
    )
    plenary = [one for one in sessions if one.room_id is None and one.kind != BREAK] if ticket.is_live else []
    body = rules.feed(event, plenary, f"my/{ticket.secret}.ics", event.name, [whole])
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": "private, no-store",
        "ETag": etag,
        "Last-Modified": format_datetime(whole.modified.astimezone(UTC).replace(microsecond=0), usegmt=True),
        "Content-Disposition": f'inline; filename="{event.slug}.ics"',
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=ICS, headers=headers)


routes = [
    Route("/{event}/calendar.ics", calendar),
    Route("/{event}/schedule.xml", schedule_xml),
    Route("/{event}/schedule.json", schedule_json),
    Route("/{event}/sessions/{code}.ics", session),
    Route("/{event}/speakers/{code}.ics", speaker),
    Route("/{event}/my/{secret}.ics", mine),
]
