"""Scans found, conflicts, how long people stayed; as files too."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.checkin.forms import ResolveForm
from eventsvc.checkin.models import Verdict
from eventsvc.checkin.rules import conflicts, figures, lists, reports, scans
from eventsvc.core.errors import Forbidden
from eventsvc.core.forms import Form, start
from eventsvc.core.text import is_number, page_number
from eventsvc.core.web import PRIVATE, csv_file, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

AT_ONCE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


async def all_scans(request: Request) -> Response:
    """Scans, newest first: by name or tablet, by answer, by list; each can be undone."""
    event = await event_for(request, Right.CHECK_IN)
    query = request.query_params
    if request.method == "POST":
        async with request.form(max_fields=10) as posted:
            scan, on = str(posted.get("scan", "")), str(posted.get("list", ""))
        await scans.undo(await lists.list_of(event, int(on) if is_number(on) else 0), scan, by=request.state.user.label)
        return redirect(f"{request.url.path}?{request.url.query}&done=undone" if request.url.query else f"{request.url.path}?done=undone")
    words, verdict, list_id = query.get("search", "")[:100], query.get("verdict", ""), query.get("list", "")
    number = page_number(query.get("page", "1"))
    found = reports.found(event, words, verdict, int(list_id) if is_number(list_id) else None)
    rows = await found.offset((number - 1) * AT_ONCE).limit(AT_ONCE + 1)
    return page(
        request,
        "checkin/scans.html",
        event=event,
        scans=rows[:AT_ONCE],
        more=len(rows) > AT_ONCE,
        number=number,
        words=words,
        verdict=verdict,
        list_id=list_id,
        verdicts=[str(one) for one in Verdict],
        lists=await lists.lists_of(event),
        conflicts=await conflicts.waiting(event),
        done=query.get("done", ""),
    )


async def all_conflicts(request: Request) -> Response:
    """Tickets that two tablets let in while they were offline; somebody says how it ended."""
    event = await event_for(request, Right.CHECK_IN)
    form: Form[ResolveForm] = start(ResolveForm)
    wrong = ""
    if request.method == "POST":
        form = await parse(request, ResolveForm)
        wrong = str(form.value("scan"))
        if not form.errors:
            await conflicts.resolve(event, wrong, form.data.note, by=request.state.user.label)
            return redirect(f"{request.url.path}?done=resolved")
    return page(
        request,
        "checkin/conflicts.html",
        422 if form.errors else 200,
        event=event,
        pairs=await conflicts.of_event(event),
        conflicts=await conflicts.waiting(event),
        form=form,
        wrong=wrong,
        done=request.query_params.get("done", ""),
    )


async def stays(request: Request) -> Response:
    """How long people stayed, list by list: for rooms, sessions and continuing education."""
    event = await event_for(request, Right.CHECK_IN)
    found = await lists.lists_of(event)
    number = request.query_params.get("list", "")
    chosen = await lists.list_of(event, next((one for one in found if str(one.id) == number), found[0]).id)
    shown = await figures.stays(chosen)
    return page(
        request,
        "checkin/stays.html",
        event=event,
        lists=found,
        chosen=chosen,
        stays=shown[:500],
        people=len(shown),
        average=round(sum(one.minutes for one in shown) / len(shown)) if shown else 0,
        conflicts=await conflicts.waiting(event),
    )


async def _for_files(request: Request) -> Event:
    event = await event_for(request, Right.CHECK_IN)
    if Right.MANAGE_ORDERS not in request.state.rights:
        raise Forbidden("The list of scans is for those who look after orders.")
    return event


async def download(request: Request) -> Response:
    """All scans as CSV or XLSX."""
    event = await _for_files(request)
    kind = request.path_params["kind"]
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{event.slug}-scans.{kind}"'}
    return Response(await reports.scans_file(event, kind), media_type=TYPES.get(kind), headers=headers)


async def stays_file(request: Request) -> Response:
    """How long people stayed on one list, as CSV."""
    event = await _for_files(request)
    chosen = await lists.list_of(event, request.path_params["id"])
    return csv_file(await reports.stays_csv(chosen), f"{event.slug}-stays-{chosen.id}.csv")


routes = [
    Route("/manage/{event}/checkin/scans", all_scans, methods=["GET", "POST"], name="door_scans"),
    Route("/manage/{event}/checkin/conflicts", all_conflicts, methods=["GET", "POST"]),
    Route("/manage/{event}/checkin/stays", stays),
    Route("/manage/{event}/checkin/scans.{kind}", download),
    Route("/manage/{event}/checkin/lists/{id:int}/stays.csv", stays_file),
]
