"""An attendee's ticket for their phone, and Apple's web service for passes (PassKit Web Service Reference)."""

from __future__ import annotations

from email.utils import format_datetime, parsedate_to_datetime

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from eventsvc.badges import rules
from eventsvc.core.errors import NotFound
from eventsvc.core.web import PRIVATE, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.ticketing.models import Ticket
from eventsvc.ticketing.rules import tickets

APPLE = "application/vnd.apple.pkpass"


async def _own(request: Request) -> tuple[Event, Ticket]:
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    if not ticket.is_live:
        raise NotFound("This ticket was cancelled.")
    return event, ticket


async def own_pass(request: Request) -> Response:
    event, ticket = await _own(request)
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{event.slug}.pkpass"'}
    return Response(rules.apple_pass(event, ticket), media_type=APPLE, headers=headers)


async def own_google(request: Request) -> Response:
    event, ticket = await _own(request)
    return redirect(rules.google_link(event, ticket))


async def _known(request: Request) -> Ticket:
    path = request.path_params
    return await rules.ticket_of_pass(path["type"], path["serial"], request.headers.get("authorization", ""))


async def registration(request: Request) -> Response:
    """POST: this phone wants to hear of changes. DELETE: no longer."""
    ticket, device = await _known(request), request.path_params["device"][:80]
    if request.method == "DELETE":
        await rules.unfollow(ticket, device)
        return Response(status_code=200, headers=PRIVATE)
    try:
        token = str(orjson.loads(await request.body())["pushToken"])[:200]
    except (ValueError, KeyError, TypeError):
        return Response(status_code=400, headers=PRIVATE)
    return Response(status_code=201 if await rules.follow(ticket, device, token) else 200, headers=PRIVATE)


async def changed(request: Request) -> Response:
    """Which passes on this phone have changed."""
    path = request.path_params
    tag, serials = await rules.changed_passes(path["type"], path["device"][:80], request.query_params.get("passesUpdatedSince", ""))
    return (
        JSONResponse({"lastUpdated": tag, "serialNumbers": serials}, headers=PRIVATE)
        if serials
        else Response(status_code=204, headers=PRIVATE)
    )


async def latest(request: Request) -> Response:
    """The pass as it is now."""
    ticket = await _known(request)
    modified = rules.pass_changed(ticket).replace(microsecond=0)
    headers = {**PRIVATE, "Last-Modified": format_datetime(modified, usegmt=True)}
    try:
        if parsedate_to_datetime(request.headers.get("if-modified-since", "")) >= modified:
            return Response(status_code=304, headers=headers)
    except (TypeError, ValueError):
        pass
    return Response(rules.apple_pass(ticket.event, ticket), media_type=APPLE, headers=headers)


async def noted(request: Request) -> Response:
    """Phones tell of errors here; they may hold what a pass says, so they are not kept."""
    return Response(status_code=200, headers=PRIVATE)


routes = [
    Route("/{event}/my/{secret}/ticket.pkpass", own_pass),
    Route("/{event}/my/{secret}/google-wallet", own_google),
    Route("/wallet/v1/devices/{device}/registrations/{type}/{serial}", registration, methods=["POST", "DELETE"]),
    Route("/wallet/v1/devices/{device}/registrations/{type}", changed),
    Route("/wallet/v1/passes/{type}/{serial}", latest),
    Route("/wallet/v1/log", noted, methods=["POST"]),
]
