"""Print stations for organisers, and the page that prints one badge in a browser."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.badges import rules
from eventsvc.badges.forms import StationForm
from eventsvc.badges.models import PrintJob, PrintState
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import PRIVATE, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.models import Ticket

LATEST = 40


async def stations(request: Request) -> Response:
    """Stations, what waits and what failed. POST adds or removes a station, or prints a badge again."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    form: Form[StationForm] = start(StationForm, name="Desk printer")
    link, refusal, by = "", None, request.state.user.label
    if request.method == "POST":
        async with request.form(max_fields=10) as posted:
            do, code = str(posted.get("do", "")), str(posted.get("code", ""))
        try:
            if do == "remove":
                await rules.remove_station(event, code, by=by)
                return redirect(f"{request.url.path}?done=removed")
            if do == "again":
                await rules.send_to_station(event, await rules.live_ticket(event, code), again=True, by=by)
                return redirect(f"{request.url.path}?done=again")
            form = await parse(request, StationForm)
            if not form.errors:
                _, link = await rules.add_station(event, form.data.name, by=by)
        except Refused as exc:
            refusal = exc
    jobs = PrintJob.filter(station__event=event).order_by("-id").limit(LATEST).select_related("station", "ticket__ticket_type")
    return page(
        request,
        "badges/stations.html",
        refusal.status if refusal else 422 if form.errors else 200,
        event=event,
        form=form,
        link=link,
        refusal=refusal,
        done=request.query_params.get("done", ""),
        stations=[(one, one.seen_at is not None and now() - one.seen_at < rules.AWAY) for one in await rules.stations_of(event)],
        jobs=await jobs,
        waiting=any(job.state in (PrintState.WAITING, PrintState.PRINTING) for job in await jobs),
    )


async def _printed(request: Request, event: Event, ticket: Ticket, by: str) -> Response:
    """The page that opens the browser's print dialogue: as large as the badge, nothing else on it."""
    design = request.query_params.get("design", "")
    layout = await rules.layout_for(event, ticket, design)
    await rules.note_page(event, ticket, by=by)
    base = request.url.path
    width, height = layout.page
    return page(request, "badges/print.html", event=event, base=base, query=request.url.query, width=width, height=height, ticket=ticket)


async def print_here(request: Request) -> Response:
    """For a signed-in helper: print one badge in this browser."""
    event = await event_for(request, Right.CHECK_IN)
    ticket = await rules.live_ticket(event, request.path_params["code"])
    return await _printed(request, event, ticket, request.state.user.label)


async def print_here_png(request: Request) -> Response:
    event = await event_for(request, Right.CHECK_IN)
    ticket = await rules.live_ticket(event, request.path_params["code"])
    return await _png(request, event, ticket)


async def print_page(request: Request) -> Response:
    """For a tablet at the door, by an address that it was given a moment ago."""
    event = await public_event(request)
    return await _printed(request, event, await rules.ticket_of_page(event, request.path_params["token"]), "door")


async def print_page_png(request: Request) -> Response:
    event = await public_event(request)
    return await _png(request, event, await rules.ticket_of_page(event, request.path_params["token"]))


async def _png(request: Request, event: Event, ticket: Ticket) -> Response:
    body = await rules.badge_png(event, ticket, request.query_params.get("design", ""))
    return Response(body, media_type="image/png", headers=PRIVATE)


async def paper(request: Request) -> Response:
    """A style sheet that makes the printed page as large as the badge: a page may not carry one inline."""
    found = re.fullmatch(r"(\d{2,3}(?:\.\d{1,2})?)x(\d{2,3}(?:\.\d{1,2})?)", request.path_params["size"])
    if found is None:
        raise NotFound("There is no such paper.")
    width, height = f"{found[1]}mm", f"{found[2]}mm"
    body = f"@page{{size:{width} {height};margin:0}}html,body{{margin:0;background:#fff}}"
    body += f"img{{display:block;inline-size:{width};block-size:{height}}}"
    return Response(body, media_type="text/css", headers={"Cache-Control": "public, max-age=86400"})


routes = [
    Route("/manage/{event}/badges/stations", stations, methods=["GET", "POST"], name="print_stations"),
    Route("/manage/{event}/badges/{code}/print", print_here, name="print_here"),
    Route("/manage/{event}/badges/{code}/print/badge.png", print_here_png),
    Route("/static-paper/{size}.css", paper),
    Route("/{event}/print/{token}", print_page),
    Route("/{event}/print/{token}/badge.png", print_page_png),
]
