"""Who signed up for a session. Names are for whoever makes the programme, addresses for whoever sees orders."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Session, Signup
from eventsvc.agenda.rules import following, sessions, signups
from eventsvc.core.errors import NotFound
from eventsvc.core.text import as_csv, is_number
from eventsvc.core.web import csv_file, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.models import Ticket


async def _rows(session: Session) -> list[tuple[Signup, Ticket | None]]:
    """Everybody in order, with their ticket."""
    queue = await signups.queue_of(session)
    people = {ticket.id: ticket for ticket in await Ticket.filter(id__in=[one.ticket_id for one in queue])} if queue else {}
    return [(one, people.get(one.ticket_id)) for one in queue]


async def listed(request: Request) -> Response:
    """GET shows who has a place and who waits; POST takes one of them off."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    session = await sessions.find(event, request.path_params["code"])
    if request.method == "POST":
        await _take_off(request, event, session)
        return redirect(f"{request.url.path}?done=1")
    return page(
        request,
        "website/signups.html",
        event=event,
        session=session,
        rows=await _rows(session),
        hearts=(await following.hearts(event, [session.id])).get(session.id, 0),
        contact=Right.MANAGE_ORDERS in request.state.rights,
        done="done" in request.query_params,
    )


async def _take_off(request: Request, event: Event, session: Session) -> None:
    async with request.form(max_fields=3) as posted:
        number = str(posted.get("signup", ""))
    row = await Signup.get_or_none(id=int(number), session=session) if is_number(number) else None
    if row is None:
        raise NotFound("This person is not on the list any more.")
    await signups.give_back(session, row.ticket_id, by=request.state.user.label)


async def as_file(request: Request) -> Response:
    """The same list as CSV."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    session = await sessions.find(event, request.path_params["code"])
    contact = Right.MANAGE_ORDERS in request.state.rights
    body = as_csv(
        ["place", "name", "organisation", *(["email"] if contact else []), "signed_up"],
        (
            [
                *(row.state, ticket.name if ticket else "", ticket.organisation if ticket else ""),
                *([ticket.email if ticket else ""] if contact else []),
                f"{event.local(row.created_at):%Y-%m-%d %H:%M}",
            ]
            for row, ticket in await _rows(session)
        ),
    )
    return csv_file(body, f"{event.slug}-{session.code}-signups.csv")


routes = [
    Route("/manage/{event}/sessions/{code}/signups", listed, methods=["GET", "POST"]),
    Route("/manage/{event}/sessions/{code}/signups.csv", as_file),
]
