"""My day: one page for each ticket. QR, badge, calendar, the programme, the survey, one's own data."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.rules import following
from eventsvc.badges import rules as badges
from eventsvc.badges.render import qr
from eventsvc.calendars.rules import following as calendars
from eventsvc.checkin.models import Scan
from eventsvc.core import device
from eventsvc.core.clock import now, utc
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.text import is_number
from eventsvc.core.web import PRIVATE, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.mail.models import Letter
from eventsvc.surveys import rules as surveys
from eventsvc.surveys.models import Survey
from eventsvc.ticketing.forms import PersonForm
from eventsvc.ticketing.models import AddOn, Ticket
from eventsvc.ticketing.rules import add_ons, answers, needs, questions, terms, tickets
from eventsvc.website.render import own_data


async def my_day(request: Request) -> Response:
    """GET shows the day; POST corrects the name, or gives the place back."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    form, refusal = start(PersonForm, name=ticket.name, organisation=ticket.organisation, job_title=ticket.job_title), None
    if request.method == "POST":
        form = await parse(request, PersonForm)
        try:
            if form.value("do") == "cancel":
                fee = form.value("fee")
                await tickets.cancel_own(ticket, event, seen=int(fee) if is_number(fee) else None)
                return redirect(f"{request.url.path}?done=cancel")
            if not form.errors:
                await badges.correct_own(event, ticket, form.data)
                return redirect(f"{request.url.path}?done=save")
        except Refused as exc:
            refusal = exc
    survey = await Survey.filter(event=event, opens_at__lte=now()).order_by("-opens_at").first()
    open_survey = survey is not None and survey.is_open(now()) and ticket.is_live
    sessions = (
        await Session.filter(event=event, state=SessionState.CONFIRMED, end__gte=now()).order_by("start").limit(4).select_related("room")
    )
    asked = await questions.questions_of(event)
    await ticket.fetch_related("add_ons__add_on")
    return page(
        request,
        "website/my_day.html",
        refusal.status if refusal else 422 if form.errors else 200,
        event=event,
        ticket=ticket,
        form=form,
        refusal=refusal,
        correct_until=await badges.deadline(event),
        wallets=badges.wallets(),
        done=request.query_params.get("done", ""),
        offer=await terms.seen(event, ticket.order, [ticket] if ticket.is_live else []),
        new="new" in request.query_params,
        qr=qr.svg(ticket.code),
        sessions=sessions,
        extras=await _extras(event, ticket),
        planned=len(await following.sessions_of(event, device.ticket(ticket.id), ticket.id)),
        remembered=device.ticket_here(request, event.id) == ticket.id,
        inside=await Scan.exists(ticket=ticket, admits=True),
        survey_link=surveys.link(event, survey, ticket) if survey and open_survey else "",
        answered=bool(survey and open_survey and await surveys.has_answered(survey, ticket)),
        asked=bool(answers.asked_of(ticket, asked)) and ticket.is_live and now() < event.ends_at,
        missing=await answers.missing(ticket, asked) if asked else [],
        version=int(ticket.changed_at.timestamp()),
    )


async def _extras(event: Event, ticket: Ticket) -> list[tuple[AddOn, Session | None]]:
    """The ticket's add-ons, with the session whose places each sells."""
    rows = [row.add_on for row in (await add_ons.of_tickets([ticket]))[ticket.id]]
    codes = [one.session for one in rows if one.session]
    found = {one.code: one for one in await Session.filter(event=event, code__in=codes).select_related("room")} if codes else {}
    return [(one, found.get(one.session)) for one in rows]


async def data(request: Request) -> Response:
    """One's own data as a file."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    scans = [
        {"at": utc(scan.created_at), "list": scan.checkin_list.name, "verdict": scan.verdict}
        for scan in await Scan.filter(ticket=ticket).order_by("id").select_related("checkin_list")
    ]
    letters = [
        {"subject": letter.subject, "state": letter.state, "at": utc(letter.created_at)}
        for letter in await Letter.filter(event_id=event.id, to=ticket.email).order_by("id")
        # An address is not proved: others may have written it before or after.
        if ticket.id == letter.facts.get("ticket") or ticket.order_id == letter.facts.get("order")
    ]
    kept, places = await following.kept(event, device.ticket(ticket.id)), await following.places_of(event, ticket.id)
    sessions = [
        {"session": one.title, "code": one.code, "favourite": one.id in kept, "place": places.get(one.id)}
        for one in await following.shown(event, {*kept, *places})
    ]
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="my-data.json"'}
    extras = [one.add_on.name for one in (await add_ons.of_tickets([ticket]))[ticket.id]]
    follows = await calendars.follows(ticket)
    body = own_data(event, ticket, scans, letters, sessions, await needs.own(ticket), extras, calendar_by_mail=follows)
    return Response(body, media_type="application/json", headers=headers)


routes = [
    Route("/{event}/my/{secret}", my_day, methods=["GET", "POST"]),
    Route("/{event}/my/{secret}/data.json", data),
]
