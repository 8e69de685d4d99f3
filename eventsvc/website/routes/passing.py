"""A ticket for a colleague: by its holder behind their link, or by the organiser for them."""

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
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.forms import ColleagueForm
from eventsvc.ticketing.models import Ticket
from eventsvc.ticketing.rules import tickets, transfers
from eventsvc.website.rules import passing


async def own(request: Request) -> Response:
    """GET asks who comes instead; POST passes the ticket on, and this link is good for nothing any more."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    form = start(ColleagueForm, organisation=ticket.organisation)
    if ticket.passed_to_id:
        return page(request, "website/passed_on.html", event=event, ticket=ticket)
    await passing.check_own(event, ticket)
    if request.method == "POST":
        form = await parse(request, ColleagueForm)
        if not form.errors:
            await count("pass-on", client(request), limit=100, per=timedelta(hours=1))
            try:
                await passing.pass_on_own(event, ticket, form.data)
                return redirect(request.url.path)
            except transfers.SamePerson as refusal:
                form.refuse(refusal)
    return page(request, "website/pass_on.html", 422 if form.errors else 200, event=event, ticket=ticket, form=form)


async def by_organiser(request: Request) -> Response:
    """The organiser passes a ticket on, also when its holder no longer may."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    ticket = await Ticket.get_or_none(event=event, code=request.path_params["code"]).select_related("ticket_type", "order")
    if ticket is None:
        raise NotFound("There is no such ticket at this event.")
    form = start(ColleagueForm, organisation=ticket.organisation)
    if request.method == "POST":
        form = await parse(request, ColleagueForm)
        if not form.errors:
            try:
                new = await transfers.transfer(ticket, form.data, by=request.state.user.label)
                return redirect(f"/manage/{event.slug}/attendees/{new.code}?done=transfer")
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "website/pass_on_manage.html",
        422 if form.errors else 200,
        event=event,
        ticket=ticket,
        form=form,
        came_in=await passing.came_in(ticket),
    )


routes = [
    Route("/{event}/my/{secret}/pass-on", own, methods=["GET", "POST"]),
    Route("/manage/{event}/attendees/{code}/pass-on", by_organiser, methods=["GET", "POST"]),
]
