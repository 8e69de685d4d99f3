"""The organiser's webhooks: the list, a new one, what was delivered."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import Refused
from eventsvc.core.forms import check, start
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import event_for
from eventsvc.webhooks.forms import EndpointForm
from eventsvc.webhooks.models import Delivery, Endpoint
from eventsvc.webhooks.rules import endpoints

SHOWN = 50
NOUNS = ["order", "ticket", "invoice", "session", "release", "speaker", "proposal", "signup"]


async def webhooks(request: Request) -> Response:
    """GET lists them; POST adds one and shows its secret, once."""
    event = await event_for(request, Right.MANAGE_EVENT)
    form, made, picked = start(EndpointForm), None, ["*"]
    if request.method == "POST":
        async with request.form(max_fields=60, max_files=0) as posted:
            picked = [str(value) for value in posted.getlist("events")]
            form = check(EndpointForm, [(name, value) for name, value in posted.multi_items() if isinstance(value, str)])
        if not form.errors:
            try:
                made = await endpoints.add(event, form.data, by=request.state.user.label)
                form, picked = start(EndpointForm), ["*"]
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "webhooks/list.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        made=made,
        picked=picked,
        nouns=NOUNS,
        endpoints=await Endpoint.filter(event=event).order_by("id"),
        done=request.query_params.get("done", ""),
    )


async def webhook(request: Request) -> Response:
    """One webhook with its last deliveries; POST removes it, resumes it, or sends a delivery again."""
    event = await event_for(request, Right.MANAGE_EVENT)
    endpoint, by = await endpoints.of(event, request.path_params["code"]), request.state.user.label
    if request.method == "POST":
        async with request.form(max_fields=5, max_files=0) as posted:
            do, delivery = str(posted.get("do", "")), str(posted.get("delivery", ""))
        if do == "remove":
            await endpoints.remove(endpoint, by=by)
            return redirect(f"/manage/{event.slug}/webhooks?done=removed")
        if do == "resume":
            await endpoints.resume(endpoint, by=by)
        elif do == "resend":
            await endpoints.resend(event, delivery, by=by)
        return redirect(f"{request.url.path}?done=1")
    rows = await Delivery.filter(endpoint=endpoint).order_by("-id").limit(SHOWN)
    return page(request, "webhooks/webhook.html", event=event, endpoint=endpoint, deliveries=rows, done="done" in request.query_params)


routes = [
    Route("/manage/{event}/webhooks", webhooks, methods=["GET", "POST"]),
    Route("/manage/{event}/webhooks/{code}", webhook, methods=["GET", "POST"]),
]
