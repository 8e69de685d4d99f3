"""Publishing the draft, the versions there were, and what the public reads about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms.releases import PublishForm
from eventsvc.agenda.models import Release
from eventsvc.agenda.rules import releases as rules
from eventsvc.agenda.rules.release_changes import Row
from eventsvc.core.cache import public
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.text import page_number
from eventsvc.core.web import page, parse, redirect, render
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.speakers.models import Speaker

PER_PAGE = 30
TOLD = 200
"""Changes that the public page shows of one version."""


async def publish(request: Request) -> Response:
    """What changes and whom it hits; POST publishes, once."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    form = await parse(request, PublishForm) if request.method == "POST" else None
    status = 422 if form and form.errors else 200
    if form and not form.errors:
        try:
            release = await rules.publish(event, by=request.state.user.label, **form.data.model_dump())
            return redirect(f"/manage/{event.slug}/releases/{release.number}?done=1")
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    preview = await rules.preview(event)
    form = form or start(PublishForm, name=f"Version {preview.number}", tell_speakers="true")
    return page(request, "agenda/publish.html", status, event=event, form=form, preview=preview, at=_at(event))


def _at(event: Event) -> Any:
    """Turns a stored moment into the event's local time, for the templates."""
    return lambda text: event.local(datetime.fromisoformat(text))


async def release_list(request: Request) -> Response:
    """All versions, the newest first."""
    event = await event_for(request, Right.SEE)
    number = page_number(request.query_params.get("page", ""))
    total = await Release.filter(event=event).count()
    found = Release.filter(event=event).order_by("-number").offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    return page(
        request,
        "agenda/releases.html",
        event=event,
        releases=await found.only("id", "event_id", "number", "name", "note", "by", "created_at", "changes"),
        waiting=(await rules.preview(event)).changes,
        number=number,
        last=max(1, -(-total // PER_PAGE)),
    )


async def release(request: Request) -> Response:
    """One version: the agenda as it was, and what it changed."""
    event = await event_for(request, Right.SEE)
    found = await rules.find(event, request.path_params["number"])
    return page(
        request,
        "agenda/release.html",
        event=event,
        release=found,
        days=_by_day(event, found.programme),
        names={one.code: one.name for one in await Speaker.filter(event=event).only("id", "code", "name")},
        newest=(await rules.latest(event) or found).number,
        at=_at(event),
        done="done" in request.query_params,
    )


def _by_day(event: Event, programme: list[Row]) -> list[tuple[date, list[Row]]]:
    days: dict[date, list[Row]] = {}
    for row in programme:
        days.setdefault(event.local(datetime.fromisoformat(row["start"])).date(), []).append(row)
    return sorted(days.items())


async def changes(request: Request) -> Response:
    """For everybody: what each version changed, the newest first."""
    event = await public_event(request)
    found = Release.filter(event=event).order_by("-number").limit(100)
    body = render(
        "agenda/changes_public.html",
        event=event,
        releases=await found.only("id", "event_id", "number", "name", "note", "created_at", "changes"),
        at=_at(event),
        told=TOLD,
    )
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, modified=event.updated_at)


routes = [Route("/{event}/changes", changes)]
manage = [
    Route("/manage/{event}/agenda/publish", publish, methods=["GET", "POST"]),
    Route("/manage/{event}/releases", release_list),
    Route("/manage/{event}/releases/{number:int}", release),
]
