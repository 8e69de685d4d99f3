"""The organiser's stage: every room now and next, and one session's questions."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Room
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.forms import Form
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import event_for
from eventsvc.stage.render import qr
from eventsvc.stage.render.running import place
from eventsvc.stage.routes.chair import act
from eventsvc.stage.rules import questions as question_rules
from eventsvc.stage.rules import room as rules


async def stage(request: Request) -> Response:
    """All rooms now and next. POST with `session` says late or how many came."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    form: Form[Any] = Form({})
    if request.method == "POST":
        async with request.form(max_fields=20, max_files=0) as posted:
            code = str(posted.get("session", ""))
        form = await act(request, event, await rules.session_of(event, code), request.state.user.label)
        if not form.errors:
            return redirect(f"{request.url.path}?done={form.value('do')}")
    moment = now()
    sessions, rooms = await rules.of_today(event, moment), await Room.filter(event=event)
    base = f"{settings().base_url}/{event.slug}"
    return page(
        request,
        "stage/stage.html",
        422 if form.errors else 200,
        event=event,
        places=[place(event, sessions, room, moment) for room in rooms],
        today=[one for one in sessions if not one.is_break],
        waiting=await question_rules.waiting(sessions),
        codes={room.id: qr.svg(f"{base}/rooms/{room.code}/screen", f"QR code: the screen of {room.name}") for room in rooms},
        foyer=qr.svg(f"{base}/screen", "QR code: the screen for the foyer"),
        moment=moment,
        form=form,
        done=request.query_params.get("done", ""),
    )


async def moderation(request: Request) -> Response:
    """One session's questions; POST shows, hides, or marks as answered."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    session = await rules.session_of(event, request.path_params["code"])
    form: Form[Any] = Form({})
    if request.method == "POST":
        form = await act(request, event, session, request.state.user.label)
        if not form.errors:
            return redirect(request.url.path)
    return page(
        request,
        "stage/session.html",
        422 if form.errors else 200,
        event=event,
        session=session,
        questions=await question_rules.sorted_for_moderators(session),
        form=form,
    )


routes = [
    Route("/manage/{event}/stage", stage, methods=["GET", "POST"]),
    Route("/manage/{event}/stage/{code}", moderation, methods=["GET", "POST"]),
]
