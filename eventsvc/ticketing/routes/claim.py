"""A place of an organisation, claimed by a colleague of whoever took it."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core.attempts import count
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.web import client, page, parse, redirect
from eventsvc.events.rules import public_event
from eventsvc.ticketing.forms.places import PlaceForm
from eventsvc.ticketing.rules import places


async def claim(request: Request) -> Response:
    """GET asks who comes; POST gives the place a name, and this link is good for nothing any more."""
    event = await public_event(request)
    ticket, form = await places.by_claim(event, request.path_params["secret"]), start(PlaceForm)
    if request.method == "POST":
        form = await parse(request, PlaceForm)
        if not form.errors:
            await count("claim", client(request), limit=300, per=timedelta(hours=1))
            try:
                named = await places.name(ticket, form.data, by="attendee")
                return redirect(f"/{event.slug}/my/{named.secret}?new=1")
            except Refused as refusal:
                form.refuse(refusal)
    return page(request, "ticketing/claim.html", 422 if form.errors else 200, event=event, ticket=ticket, form=form)


routes = [Route("/{event}/claim/{secret}", claim, methods=["GET", "POST"])]
