"""What somebody with a ticket keeps and signs up for: My plan, a place in a session, and the ticket this device remembers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Session, SessionState, Signup, SignupState
from eventsvc.agenda.rules import following, sessions, signups
from eventsvc.core import device
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.ticketing.models import HOLDING, Ticket
from eventsvc.ticketing.rules import terms, tickets


async def plan(request: Request) -> Response:
    """By day: what is for everybody, what the attendee keeps, and where they have a place. POST changes one of them."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    refusal = None
    if request.method == "POST":
        try:
            did, session = await _change(request, event, ticket)
            return redirect(f"{request.url.path}?done={did}#s-{session.code}")
        except NotFound:
            raise
        except Refused as exc:
            refusal = exc
    holder = device.ticket(ticket.id)
    kept, places = await following.kept(event, holder), await following.places_of(event, ticket.id)
    plenary = Session.filter(event=event, room_id=None, state=SessionState.CONFIRMED).exclude(start=None)
    shown = await following.shown(event, {*kept, *places, *[one.id for one in await plenary if not one.is_break]})
    limited = Session.filter(event=event, state=SessionState.CONFIRMED, signup_places__isnull=False).exclude(
        id__in=[one.id for one in shown]
    )
    return page(
        request,
        "website/plan.html",
        refusal.status if refusal else 200,
        event=event,
        ticket=ticket,
        refusal=refusal,
        days=following.by_day(event, shown),
        kept=kept,
        places=places,
        overlaps=following.overlaps([one for one in shown if one.id in kept or places.get(one.id) == SignupState.GOING]),
        moment=now(),
        offered=sessions.in_order(await limited.select_related("room", "track").prefetch_related("speakers__speaker")),
        remembered=device.ticket_here(request, event.id) == ticket.id,
        done=request.query_params.get("done", ""),
        asked=request.query_params.get("give", ""),
    )


async def _change(request: Request, event: Event, ticket: Ticket) -> tuple[str, Session]:
    """One thing that a form asks for, of one session: keep, drop, sign up, give back."""
    async with request.form(max_fields=5) as posted:
        do, code = str(posted.get("do", "")), str(posted.get("session", ""))
    session = await public_session(event, code)
    match do:
        case "keep":
            await following.keep(event, session, device.ticket(ticket.id))
        case "drop":
            await following.drop(session, device.ticket(ticket.id))
        case "sign_up":
            return await take_place(session, ticket), session
        case "give_back":
            await signups.give_back(session, ticket.id, by="attendee")
        case _:
            raise NotFound("There is nothing like that to do here.")
    return do, session


async def take_place(session: Session, ticket: Ticket) -> SignupState:
    """Sign a ticket up. Raises NoSignUp, TooLate, and terms.TooLate for a cancelled one."""
    if not ticket.is_live:
        raise terms.TooLate("This ticket was cancelled, so it cannot take a place.")
    return await signups.sign_up(session, ticket.id, by="attendee")


async def public_session(event: Event, code: str) -> Session:
    """A session that the public may see. Raises NotFound."""
    session = await sessions.find(event, code)
    if session.state == SessionState.DRAFT:
        raise NotFound("There is no such session at this event.")
    return session


async def places(request: Request) -> Response:
    """How many places a session has left, and signing up with the ticket that this device remembers."""
    event = await public_event(request)
    session = await public_session(event, request.path_params["code"])
    if session.signup_places is None:
        raise NotFound("One need not sign up for this session: just come.")
    ticket = await _remembered(request, event)
    refusal = None
    if request.method == "POST":
        async with request.form(max_fields=5) as posted:
            do = str(posted.get("do", ""))
        try:
            if ticket is None:
                raise Refused("This device does not know your ticket yet. Open My day from your ticket mail first.")
            if do == "give_back":
                await signups.give_back(session, ticket.id, by="attendee")
                return redirect(f"{request.url.path}?done=give_back")
            return redirect(f"{request.url.path}?done={await take_place(session, ticket)}")
        except Refused as exc:
            refusal = exc
    mine = await Signup.get_or_none(session=session, ticket_id=ticket.id) if ticket else None
    return page(
        request,
        "website/places.html",
        refusal.status if refusal else 200,
        event=event,
        session=session,
        ticket=ticket,
        mine=mine,
        ahead=await signups.ahead_of(mine) if mine and mine.state == SignupState.WAITING else 0,
        waiting=await signups.waiting(session),
        overlaps=await _meanwhile(event, session, ticket),
        over=bool(session.end and session.end <= now()),
        refusal=refusal,
        done=request.query_params.get("done", ""),
    )


async def _remembered(request: Request, event: Event) -> Ticket | None:
    """The live ticket that this browser remembers."""
    number = device.ticket_here(request, event.id)
    return await Ticket.get_or_none(event=event, id=number, state__in=HOLDING) if number else None


async def _meanwhile(event: Event, session: Session, ticket: Ticket | None) -> list[Session]:
    """Where else this ticket has a place at that time: told, not refused."""
    if ticket is None:
        return []
    taken = await following.shown(event, await following.places_of(event, ticket.id))
    return [
        one
        for pair in following.overlaps([session, *(o for o in taken if o.id != session.id)])
        for one in pair
        if session in pair and one.id != session.id
    ]


async def remember(request: Request) -> Response:
    """Let this device know the ticket until the browser is closed; what the device kept before becomes the ticket's. Or forget it."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    back = f"/{event.slug}/my/{ticket.secret}"
    async with request.form(max_fields=3) as posted:
        forget = posted.get("do") == "forget"
    if forget:
        return device.forget_ticket(redirect(f"{back}?done=forgot"), event.slug)
    if before := device.known(request):
        await following.merge(event, before, device.ticket(ticket.id))
    return device.remember_ticket(redirect(f"{back}?done=remember"), event.slug, event.id, ticket.id)


routes = [
    Route("/{event}/sessions/{code}/places", places, methods=["GET", "POST"]),
    Route("/{event}/my/{secret}/plan", plan, methods=["GET", "POST"]),
    Route("/{event}/my/{secret}/remember", remember, methods=["POST"]),
]
