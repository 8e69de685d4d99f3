"""The door app's page, the neutral page behind a badge's QR, and the organiser's view of the door."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.checkin import render
from eventsvc.checkin.forms import DeskForm, DoorForm, ListForm, ScanIn
from eventsvc.checkin.models import CheckinList, Scan
from eventsvc.checkin.rules import doors, lists, reports, scans
from eventsvc.core import static
from eventsvc.core.clock import now
from eventsvc.core.errors import Forbidden, NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.signing import read_code
from eventsvc.core.web import csv_file, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.models import TicketType
from eventsvc.ticketing.rules import tickets

LATEST = 40


async def door(request: Request) -> Response:
    """The check-in app."""
    body = render.page()
    return HTMLResponse(body, headers={"Content-Security-Policy": render.policy(body), "Cache-Control": "no-cache"})


async def door_worker(request: Request) -> Response:
    """The app's service worker."""
    return Response(render.worker(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def door_file(request: Request) -> Response:
    """/door/app.js and the like: the app's own files, at addresses relative to it."""
    return static.answer(request, f"door/{request.path_params['path']}", {"Cache-Control": "no-cache"})


async def badge(request: Request) -> Response:
    """What a stranger's phone shows after reading a badge: nothing about anybody, the same for every code, real or not."""
    if read_code(request.path_params["code"]) is None:
        raise NotFound("This is not the address of a ticket.")
    return page(request, "checkin/badge.html", headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


async def overview(request: Request) -> Response:
    """Lists with their counts, the latest scans, a desk to check people in without the app, links for tablets."""
    event = await event_for(request, Right.CHECK_IN)
    context: dict[str, Any] = {
        "form": start(DeskForm),
        "door": start(DoorForm),
        "result": None,
        "link": "",
        "done": request.query_params.get("done", ""),
    }
    found = await lists.lists_of(event)
    chosen = _chosen(found, request.query_params.get("list", ""))
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
        latest=await latest,
        search=search,
        people=await tickets.found(event, search).select_related("ticket_type").limit(20) if search else [],
        may_manage=Right.MANAGE_EVENT in request.state.rights,
        **context,
    )


def _chosen(found: list[CheckinList], number: str) -> CheckinList:
    return next((one for one in found if str(one.id) == number), found[0])


async def _do(request: Request, event: Event, chosen: CheckinList, context: dict[str, Any]) -> int:
    """One of: check in (a code), undo (a scan), make a door link. Fills `context`; returns the status."""
    async with request.form(max_fields=20) as posted:
        do, number = str(posted.get("do", "")), str(posted.get("scan", ""))
    by = request.state.user.label
    if do == "undo":
        await scans.undo(await lists.list_of(event, chosen.id), number, by=by)
        context["done"] = "undone"
    elif do == "link":
        await event_for(request, Right.MANAGE_EVENT)
        form: Form[DoorForm] = await parse(request, DoorForm)
        context["door"] = form
        if form.errors:
            return 422
        context["link"] = await doors.door_link(event, form.data.name, by)
    else:
        desk: Form[DeskForm] = await parse(request, DeskForm)
        context["form"] = desk
        if desk.errors:
            return 422
        wanted = desk.data
        one = ScanIn(
            id=uuid.uuid4(), code=wanted.code, at=now(), direction=wanted.direction, device=f"Desk, {by}"[:80], forced=wanted.forced or None
        )
        context["result"] = (await scans.scan(await lists.list_of(event, chosen.id), [one]))[0]
    return 200


async def list_page(request: Request) -> Response:
    """A check-in list: its name, whom it lets in, when."""
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
    types = await TicketType.filter(event=event)
    return page(
        request,
        "checkin/list.html",
        422 if form.errors else 200,
        event=event,
        checkin_list=checkin_list,
        form=form,
        types=types,
        picked=picked,
    )


def _shown(event: Event, one: CheckinList | None) -> dict[str, Any]:
    if one is None:
        return {}
    local = {name: event.typed(getattr(one, name)) for name in ("opens_at", "closes_at")}
    return {"name": one.name, "admit_unpaid": "true" if one.admit_unpaid else "", **local}


async def download(request: Request) -> Response:
    """All scans as CSV."""
    event = await event_for(request, Right.CHECK_IN)
    if Right.MANAGE_ORDERS not in request.state.rights:
        raise Forbidden("The list of scans is for those who look after orders.")
    return csv_file(await reports.scans_csv(event), f"{event.slug}-scans.csv")


routes = [
    Route("/door/", door),
    Route("/door", lambda request: redirect("/door/", 308)),
    Route("/door/sw.js", door_worker),
    Route("/door/{path:path}", door_file),
    Route("/T/{code}", badge),
    Route("/manage/{event}/checkin", overview, methods=["GET", "POST"]),
    Route("/manage/{event}/checkin/scans.csv", download),
    Route("/manage/{event}/checkin/lists/new", list_page, methods=["GET", "POST"], name="new_list"),
    Route("/manage/{event}/checkin/lists/{id:int}", list_page, methods=["GET", "POST"]),
]
