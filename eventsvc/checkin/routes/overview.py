"""The organiser's view of the day at the door, a desk without the app, and the lists."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Session
from eventsvc.checkin.forms import DeskForm, ListForm, ScanIn
from eventsvc.checkin.models import CheckinList, Reentry, Scan
from eventsvc.checkin.rules import conflicts, doors, figures, lists, scans
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.models import AddOn, TicketType
from eventsvc.ticketing.rules import tickets

LATEST = 12
REENTRY = {
    Reentry.FREE: "Come and go: after leaving, in again",
    Reentry.DAILY: "Once a day",
    Reentry.NEVER: "Once: nobody comes in twice",
}


async def overview(request: Request) -> Response:
    """Lists with their counts, arrivals, tablets, the latest scans, and a desk to check people in without the app."""
    event = await event_for(request, Right.CHECK_IN)
    context: dict[str, Any] = {"form": start(DeskForm), "result": None, "done": request.query_params.get("done", "")}
    found = await lists.lists_of(event)
    number = request.query_params.get("list", "")
    chosen = await lists.list_of(event, next((one for one in found if str(one.id) == number), found[0]).id)
    status = 200
    if request.method == "POST":
        status = await _do(request, event, chosen, context)
        if context["done"]:
            return redirect(f"{request.url.path}?list={chosen.id}&done={context['done']}")
    search = request.query_params.get("search", "")[:100]
    latest = Scan.filter(checkin_list=chosen).order_by("-id").limit(LATEST).select_related("ticket__ticket_type")
    return page(
        request,
        "checkin/overview.html",
        status,
        event=event,
        lists=found,
        chosen=chosen,
        counts=await lists.counts(event),
        flow=await figures.flow(chosen),
        conflicts=await conflicts.waiting(event),
        tablets=await doors.tablets(event),
        latest=await latest,
        search=search,
        people=await tickets.found(event, search).select_related("ticket_type").limit(20) if search else [],
        may_manage=Right.MANAGE_EVENT in request.state.rights,
        **context,
    )


async def _do(request: Request, event: Event, chosen: CheckinList, context: dict[str, Any]) -> int:
    """One of: check in (a code), undo (a scan). Fills `context`; returns the status."""
    async with request.form(max_fields=20) as posted:
        do, number = str(posted.get("do", "")), str(posted.get("scan", ""))
    by = request.state.user.label
    if do == "undo":
        await scans.undo(chosen, number, by=by)
        context["done"] = "undone"
        return 200
    desk: Form[DeskForm] = await parse(request, DeskForm)
    context["form"] = desk
    if desk.errors:
        return 422
    wanted = desk.data
    one = ScanIn(
        id=uuid.uuid4(),
        code=wanted.code,
        at=now(),
        direction=wanted.direction,
        device=f"Desk, {by}"[:80],
        forced=wanted.forced or None,
        answers=wanted.answers(),
    )
    context["result"] = (await scans.scan(chosen, [one]))[0]
    return 200


async def list_page(request: Request) -> Response:
    """A check-in list: its name, whom it lets in, when, and its rules."""
    event = await event_for(request, Right.MANAGE_EVENT)
    number, by = request.path_params.get("id"), request.state.user.label
    checkin_list = await lists.list_of(event, number) if number else None
    codes = {one.id: one.code for one in await TicketType.filter(event=event)}
    picked = [codes[one.ticket_type_id] for one in checkin_list.types] if checkin_list else []
    form = start(ListForm, **_shown(event, checkin_list))
    if request.method == "POST":
        form = await parse(request, ListForm)
        if not form.errors:
            wanted = form.data
            try:
                if checkin_list:
                    await lists.change_list(event, checkin_list, wanted, by=by)
                else:
                    checkin_list = await lists.add_list(event, wanted.name, by=by, **wanted.model_dump(exclude={"name"}))
                return redirect(f"/manage/{event.slug}/checkin?list={checkin_list.id}&done=saved")
            except Refused as refusal:
                form.refuse(refusal)
    async with request.form(max_fields=200) as posted:
        extras = [str(one) for one in posted.getlist("add_ons")] if request.method == "POST" else []
    types = await TicketType.filter(event=event)
    sessions = await Session.filter(event=event).exclude(start=None).order_by("start", "title")
    return page(
        request,
        "checkin/list.html",
        422 if form.errors else 200,
        event=event,
        checkin_list=checkin_list,
        form=form,
        types=types,
        picked=picked,
        add_ons=await AddOn.filter(event=event),
        extras=extras or (checkin_list.add_ons if checkin_list else []),
        reentry=[(str(key), words) for key, words in REENTRY.items()],
        sessions=[("", "None: a door of the event"), *((one.code, _when(event, one)) for one in sessions)],
        asks=max(2, len(checkin_list.asks) + 1 if checkin_list else 0),
    )


def _when(event: Event, session: Session) -> str:
    assert session.start is not None
    return f"{event.local(session.start):%a %H:%M}  {session.title}"[:90]


def _shown(event: Event, one: CheckinList | None) -> dict[str, Any]:
    if one is None:
        return {"reentry": "free"}
    local = {name: event.typed(getattr(one, name)) for name in ("opens_at", "closes_at")}
    ticks = {name: "true" if getattr(one, name) else "" for name in ("admit_unpaid", "pay_at_door", "booked_only")}
    asks: dict[str, Any] = {}
    for index, ask in enumerate(one.asks):
        asks |= {f"asks-{index}-text": ask["text"], f"asks-{index}-kind": ask["kind"]}
        asks[f"asks-{index}-must_be_yes"] = "true" if ask["must_be_yes"] else ""
    session = one.session.code if one.session else ""
    return {"name": one.name, "reentry": str(one.reentry), "capacity": one.capacity or "", "session": session, **ticks, **local, **asks}


async def help_page(request: Request) -> Response:
    """Door day in ten minutes: one sheet for volunteers, to read and to print."""
    event = await event_for(request, Right.CHECK_IN)
    return page(request, "checkin/help.html", event=event)


routes = [
    Route("/manage/{event}/checkin", overview, methods=["GET", "POST"]),
    Route("/manage/{event}/checkin/help", help_page),
    Route("/manage/{event}/checkin/lists/new", list_page, methods=["GET", "POST"], name="new_list"),
    Route("/manage/{event}/checkin/lists/{id:int}", list_page, methods=["GET", "POST"]),
]
