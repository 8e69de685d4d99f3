"""The organiser's shared places."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import Refused
from eventsvc.core.forms import check, start
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.quotas import QuotaForm
from eventsvc.ticketing.models import AddOn, TicketType
from eventsvc.ticketing.rules import quotas


async def quota_list(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_EVENT)
    done = request.query_params.get("done", "")
    return page(request, "ticketing/quotas.html", event=event, rows=await quotas.of_event(event), done=done)


async def quota_page(request: Request) -> Response:
    """New places to share, or some that are there."""
    event = await event_for(request, Right.MANAGE_EVENT)
    number, by = request.path_params.get("number"), request.state.user.label
    known = await quotas.of(event, number) if number else None
    form = start(QuotaForm)
    if known:
        form = start(QuotaForm, name=known.quota.name, places="" if known.quota.size is None else known.quota.size)
    ticked = {one.code for one in known.ticket_types} | {one.code for one in known.add_ons} if known else set()
    if request.method == "POST":
        async with request.form(max_fields=300, max_files=0) as posted:
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        form, ticked = check(QuotaForm, pairs), {value for name, value in pairs if name in ("ticket_types", "add_ons")}
        try:
            if known and form.value("do") == "remove":
                await quotas.remove(event, known.quota, by=by)
                return redirect(f"/manage/{event.slug}/quotas?done=removed")
            if not form.errors:
                await quotas.save(event, known.quota if known else None, form.data, by=by)
                return redirect(f"/manage/{event.slug}/quotas?done=saved")
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "ticketing/quota.html",
        422 if form.errors else 200,
        event=event,
        known=known,
        form=form,
        ticked=ticked,
        types=await TicketType.filter(event=event).select_related("quota"),
        add_ons=await AddOn.filter(event=event).select_related("quota"),
    )


routes = [
    Route("/manage/{event}/quotas", quota_list),
    Route("/manage/{event}/quotas/new", quota_page, methods=["GET", "POST"], name="new_quota"),
    Route("/manage/{event}/quotas/{number}", quota_page, methods=["GET", "POST"]),
]
