"""Favourites of whoever asks: never kept for anybody else, and working without JavaScript."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from eventsvc.agenda.forms import FavouriteForm
from eventsvc.agenda.models import SessionState, SignupState
from eventsvc.agenda.rules import following as rules
from eventsvc.agenda.rules import sessions
from eventsvc.core import attempts, device
from eventsvc.core.errors import Invalid, NotFound
from eventsvc.core.web import PRIVATE, client, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event

PER, BY_ONE, NEW_DEVICES = timedelta(minutes=10), 400, 3000
"""So many changes of one holder, so many new browsers behind one address (a conference shares one) in that time."""


async def change(request: Request) -> Response:
    """Keep a session or drop it. A script gets the new state as JSON, a form goes to the list."""
    event = await public_event(request)
    form = await parse(request, FavouriteForm)
    if form.errors:
        raise Invalid(list(form.errors.items()))
    holder, new = device.holder(request, event.id)
    await attempts.count("device", client(request), limit=NEW_DEVICES, per=PER) if new else None
    await attempts.count("favourite", holder, limit=BY_ONE, per=PER)
    session = await sessions.find(event, form.data.session)
    if session.state == SessionState.DRAFT:
        raise NotFound("There is no such session at this event.")
    await (rules.keep(event, session, holder) if form.data.on else rules.drop(session, holder))
    if "application/json" in request.headers.get("accept", ""):
        answer: Response = JSONResponse(await _state(request, event, holder), headers=PRIVATE)
    else:
        answer = redirect(f"/{event.slug}/favourites?done={'kept' if form.data.on else 'dropped'}")
    return device.remember(answer, new)


async def state(request: Request) -> Response:
    """What this browser keeps, for the stars."""
    event = await public_event(request)
    return JSONResponse(await _state(request, event, device.known(request, event.id)), headers=PRIVATE)


async def _state(request: Request, event: Event, holder: str | None) -> dict[str, object]:
    ticket = device.ticket_here(request, event.id)
    places = await rules.places_of(event, ticket)
    return {
        "sessions": await rules.codes_of(event, await rules.kept(event, holder)),
        "going": await rules.codes_of(event, [number for number, one in places.items() if one == SignupState.GOING]),
        "ticket": ticket is not None,
    }


async def mine(request: Request) -> Response:
    """The list, by day, with what overlaps."""
    event = await public_event(request)
    holder = device.known(request, event.id)
    kept = await rules.shown(event, await rules.kept(event, holder))
    return page(
        request,
        "agenda/favourites.html",
        event=event,
        days=rules.by_day(event, kept),
        overlaps=rules.overlaps(kept),
        remembered=device.ticket_here(request, event.id) is not None,
        token=device.token(event.id, holder) if holder and holder.startswith("device:") else "",
        done=request.query_params.get("done", ""),
    )


async def forget(request: Request) -> Response:
    """This browser knows the ticket no longer; what the ticket keeps stays with it."""
    event = await public_event(request)
    return device.forget_ticket(redirect(f"/{event.slug}/favourites?done=forgot"), event.slug)


routes = [
    Route("/{event}/favourites", mine),
    Route("/{event}/favourites", change, methods=["POST"], name="favourite"),
    Route("/{event}/favourites.json", state),
    Route("/{event}/favourites/forget", forget, methods=["POST"]),
]
