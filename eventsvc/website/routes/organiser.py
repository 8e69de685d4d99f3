"""The organiser's events, the overview of one, its mail and its history."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from eventsvc.accounts.models import Right, Role
from eventsvc.agenda.models import BREAK, Session, SessionState
from eventsvc.audit.models import Entry
from eventsvc.checkin.models import CheckinList, Scan
from eventsvc.core.clock import now
from eventsvc.core.errors import Forbidden, NotFound
from eventsvc.core.text import is_number
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event, EventState, Membership
from eventsvc.events.rules import event_for, viewer
from eventsvc.mail import rules as mail
from eventsvc.mail.models import Letter, LetterState
from eventsvc.speakers.models import Speaker
from eventsvc.surveys.models import Reply, Survey
from eventsvc.ticketing.models import HOLDING, Ticket
from eventsvc.ticketing.render import said
from eventsvc.ticketing.rules import reports

PER_PAGE = 50


async def my_events(request: Request) -> Response:
    """The events of whoever is signed in."""
    user = await viewer(request)
    mine = await Membership.filter(user=user).select_related("event").order_by("-event__start")
    if not user.is_admin and [one.role for one in mine] == [Role.REVIEWER]:
        return redirect(f"/manage/{mine[0].event.slug}/review")
    events = await Event.all().order_by("-start") if user.is_admin else [one.event for one in mine]
    reviews = {one.event.id for one in mine if one.role == Role.REVIEWER and not user.is_admin}
    return page(request, "website/my_events.html", events=events, reviews=reviews, user=user)


async def dashboard(request: Request) -> Response:
    """Registered, checked in, mail, money, and what to do next."""
    try:
        event = await event_for(request, Right.SEE)
    except Forbidden:
        if Right.REVIEW in request.state.rights:
            return redirect(f"/manage/{request.path_params['event']}/review")
        raise
    types = await reports.by_type(event)
    numbers: dict[str, Any] = {
        "registered": await Ticket.filter(event=event, state__in=HOLDING).count(),
        "inside": len(set(await Scan.filter(checkin_list__event=event, admits=True).values_list("ticket_id", flat=True))),
        "sessions": await Session.filter(event=event, state=SessionState.CONFIRMED).exclude(kind=BREAK).count(),
        "unplaced": await Session.filter(event=event, start=None).exclude(state=SessionState.CANCELLED).count(),
        "speakers": await Speaker.filter(event=event).count(),
        "waiting": await Letter.filter(event_id=event.id, state=LetterState.WAITING).count(),
        "failed": await Letter.filter(event_id=event.id, state=LetterState.FAILED).count(),
        "sent": await Letter.filter(event_id=event.id, state=LetterState.SENT).count(),
        "replies": await Reply.filter(survey__event=event).count(),
    }
    return page(
        request,
        "website/dashboard.html",
        event=event,
        n=numbers,
        types=types,
        money=await reports.money(event),
        days=(await reports.by_day(event))[-14:],
        steps=await _steps(event, types, numbers),
        rights=request.state.rights,
        Right=Right,
    )


async def _steps(event: Event, types: list[dict[str, Any]], n: dict[str, Any]) -> list[tuple[bool, str, str]]:
    """What an organiser does next: (done, words, address)."""
    base = f"/manage/{event.slug}"
    return [
        (bool(event.place and event.description), "Say what it is and where", f"{base}/settings"),
        (bool(types), "Put tickets on offer", f"{base}/tickets"),
        (n["sessions"] > 0, "Build or import the programme", f"{base}/sessions"),
        (event.state != EventState.DRAFT, "Publish the event", f"{base}/settings"),
        (n["registered"] > 0, "Share the registration page", f"/{event.slug}/tickets"),
        (await CheckinList.exists(event=event), "Make a list for the door", f"{base}/checkin"),
        (await Survey.exists(event=event), "Prepare the survey", f"{base}/surveys"),
    ]


async def history(request: Request) -> Response:
    """The journal of the event, newest first."""
    event = await event_for(request, Right.SEE)
    after, action = request.query_params.get("after", ""), request.query_params.get("about", "")
    found = Entry.filter(event_id=event.id)
    if Right.MANAGE_PROGRAMME not in request.state.rights:
        found = found.exclude(_any_of("action", PROPOSING))
    if action in ABOUT:
        found = found.filter(action__startswith=f"{action}.")
    if is_number(after):
        found = found.filter(id__lt=int(after))
    rows = await found.order_by("-id").limit(PER_PAGE + 1)
    return page(
        request,
        "website/history.html",
        event=event,
        entries=[(one, said(one, event.currency, who=False)) for one in rows[:PER_PAGE]],
        about=action,
        kinds=ABOUT,
        next=rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None,
    )


PROPOSING = ("proposal.", "review.", "reviewer.", "decisions.", "amendment.")
"""Entries that name who proposes and who reviews: for those who may read proposals."""
PROPOSERS = ("cfp/", "agenda/amendment", "agenda/declined")
"""Letters whose address or subject does."""


def _any_of(field: str, beginnings: tuple[str, ...]) -> Q:
    return Q(*(Q(**{f"{field}__startswith": one}) for one in beginnings), join_type="OR")


ABOUT = {
    "event": "Event",
    "session": "Sessions",
    "signup": "Sign-ups",
    "speaker": "Speakers",
    "assistant": "Assistants",
    "amendment": "Changes",
    "slides": "Slides",
    "schedule": "Imports",
    "release": "Versions",
    "order": "Orders",
    "ticket": "Tickets",
    "ticket_type": "Ticket types",
    "scan": "Door",
    "token": "Tokens",
    "survey": "Survey",
    "member": "Team",
    "proposal": "Proposals",
    "review": "Reviews",
    "reviewer": "Reviewers",
    "decisions": "Decisions",
}


async def letters(request: Request) -> Response:
    """The outbox of the event; POST sends a given-up letter again."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    if request.method == "POST":
        async with request.form(max_fields=5) as posted:
            number = str(posted.get("letter", ""))
        letter = await _theirs(request, event).get_or_none(id=int(number)) if is_number(number) else None
        if letter is None:
            raise NotFound("There is no such letter at this event.")
        await mail.retry(letter)
        return redirect(f"{request.url.path}?done=1")
    state, after = request.query_params.get("state", ""), request.query_params.get("after", "")
    found = _theirs(request, event)
    if state in set(LetterState):
        found = found.filter(state=state)
    if is_number(after):
        found = found.filter(id__lt=int(after))
    rows = (
        await found.order_by("-id")
        .limit(PER_PAGE + 1)
        .only("id", "to", "subject", "kind", "state", "created_at", "sent_at", "error", "attempts")
    )
    return page(
        request,
        "website/letters.html",
        event=event,
        letters=rows[:PER_PAGE],
        state=state,
        states_all=list(LetterState),
        done="done" in request.query_params,
        today=now(),
        next=rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None,
    )


def _theirs(request: Request, event: Event) -> QuerySet[Letter]:
    """The letters that this person may know of."""
    found = Letter.filter(event_id=event.id)
    return found if Right.MANAGE_PROGRAMME in request.state.rights else found.exclude(_any_of("kind", PROPOSERS))


routes = [
    Route("/manage/", my_events),
    Route("/manage", lambda request: redirect("/manage/", 308)),
    Route("/manage/{event}/", dashboard),
    Route("/manage/{event}", lambda request: redirect(f"/manage/{request.path_params['event']}/", 308)),
    Route("/manage/{event}/history", history),
    Route("/manage/{event}/mail", letters, methods=["GET", "POST"]),
]
