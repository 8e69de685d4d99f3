"""The waiting list: joining, one's own place, and the organiser's view."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.attempts import count
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import start
from eventsvc.core.web import client, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.forms import WaitingForm
from eventsvc.ticketing.models import TicketType, Waiting, WaitingState
from eventsvc.ticketing.rules import waiting


async def join(request: Request) -> Response:
    """One short form for one ticket type."""
    event = await public_event(request)
    ticket_type = await _type(event, request.path_params["code"])
    form = start(WaitingForm)
    if request.method == "POST":
        form = await parse(request, WaitingForm)
        if not form.errors:
            await count("waiting", client(request), limit=100, per=timedelta(hours=1))
            try:
                await waiting.join(event, ticket_type, form.data)
                # The place's own link goes by mail only: an address that is typed proves nothing.
                return redirect(f"{request.url.path}?sent=1")
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "ticketing/wait.html",
        422 if form.errors else 200,
        event=event,
        ticket_type=ticket_type,
        form=form,
        sent="sent" in request.query_params,
    )


async def _type(event: Event, code: str) -> TicketType:
    found = await TicketType.get_or_none(event=event, code=code, public=True).select_related("quota")
    if found is None:
        raise NotFound("There is no such ticket at this event.")
    return found


async def place(request: Request) -> Response:
    """Where one stands; POST leaves the list or gives the offer to the next."""
    event = await public_event(request)
    found = await waiting.by_secret(event, request.path_params["secret"])
    if request.method == "POST":
        await waiting.leave(found, by="attendee")
        return redirect(request.url.path)
    return page(
        request,
        "ticketing/waiting.html",
        event=event,
        waiting=found,
        position=await waiting.position(found) if found.state == WaitingState.WAITING else 0,
    )


async def everybody(request: Request) -> Response:
    """The organiser's view: who waits for what, who has an offer; POST takes somebody off."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    if request.method == "POST":
        async with request.form(max_fields=3, max_files=0) as posted:
            secret = str(posted.get("secret", ""))
        await waiting.leave(await waiting.by_secret(event, secret), by=request.state.user.label)
        return redirect(f"{request.url.path}?done=1")
    rows = Waiting.filter(event=event, state__in=waiting.ACTIVE).order_by("ticket_type__position", "ticket_type_id", "since", "id")
    return page(
        request,
        "ticketing/waiting_list.html",
        event=event,
        rows=await rows.limit(1000).select_related("ticket_type", "voucher"),
        taken=await Waiting.filter(event=event, state=WaitingState.TAKEN).count(),
        done="done" in request.query_params,
    )


routes = [
    Route("/{event}/tickets/{code}/waiting", join, methods=["GET", "POST"]),
    Route("/{event}/waiting/{secret}", place, methods=["GET", "POST"]),
]
manage = [Route("/manage/{event}/waiting", everybody, methods=["GET", "POST"])]
