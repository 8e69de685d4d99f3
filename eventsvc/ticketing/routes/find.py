"""Find my ticket: the links go to the address, and the page says the same whoever asks."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core.attempts import count
from eventsvc.core.forms import start
from eventsvc.core.web import client, page, parse
from eventsvc.events.rules import public_event
from eventsvc.ticketing.forms import FindForm
from eventsvc.ticketing.rules import tickets


async def find(request: Request) -> Response:
    """Find my ticket: the links go to the address by mail; the page says the same to everybody."""
    event = await public_event(request)
    form, sent = start(FindForm), False
    if request.method == "POST":
        form = await parse(request, FindForm)
        if not form.errors:
            await count("find-ticket", client(request), limit=60, per=timedelta(hours=1))
            await tickets.send_links(event, form.data.email)
            sent = True
    return page(request, "ticketing/find.html", 422 if form.errors else 200, event=event, form=form, sent=sent)


routes = [Route("/{event}/tickets/find", find, methods=["GET", "POST"])]
