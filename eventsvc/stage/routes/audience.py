"""Questions: the audience's page, and the projector's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Session
from eventsvc.core import device
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import client, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.stage.forms import QuestionForm
from eventsvc.stage.render import qr
from eventsvc.stage.render.running import place
from eventsvc.stage.rules import questions as rules
from eventsvc.stage.rules import room as rooms

SHOWN = 6
"""How many questions a projector shows at once."""


async def questions(request: Request) -> Response:
    """GET shows the questions; POST asks, votes (`vote`, `unvote`), or takes one's own back (`withdraw`)."""
    event = await public_event(request)
    session = await rooms.session_of(event, request.path_params["code"])
    form: Form[QuestionForm] = start(QuestionForm)
    refusal: Refused | None = None
    if request.method == "POST":
        form = await parse(request, QuestionForm)
        holder, new = device.holder(request)
        try:
            if await _act(event, session, holder, form, client(request)):
                done = "?done=ask#yours" if form.value("do") == "ask" else ""
                return device.remember(redirect(f"{request.url.path}{done}"), new)
        except Refused as exc:
            refusal = exc
    return page(
        request,
        "stage/questions.html",
        refusal.status if refusal else 422 if form.errors else 200,
        event=event,
        session=session,
        board=await rules.board(session, device.known(request)),
        open=rules.are_open(event, session),
        over=bool(session.end and session.end < now()),
        form=form,
        refusal=refusal,
        done="done" in request.query_params,
    )


async def _act(event: Event, session: Session, holder: str, form: Form[QuestionForm], address: str) -> bool:
    """Do what was asked for; False when the form needs another look."""
    do, code = str(form.value("do")), str(form.value("question"))
    if do in ("vote", "unvote"):
        form.errors.clear()
        await rules.vote(event, session, holder, code, up=do == "vote", address=address)
    elif do == "withdraw":
        form.errors.clear()
        await rules.withdraw(session, holder, code)
    elif form.errors:
        return False
    else:
        await rules.ask(event, session, holder, form.data, address=address)
    return True


async def projector(request: Request) -> Response:
    """What the room sees on the wall: the shown questions of the session that runs, most votes first."""
    event, moment = await public_event(request), now()
    room = await rooms.room_of(event, request.path_params["code"])
    found = place(event, await rooms.of_today(event, moment), room, moment)
    line = next((one for one in (found.now, found.next) if one and not one.session.is_break), None)
    address = f"{settings().base_url}/{event.slug}/sessions/{line.session.code}/questions" if line else ""
    return page(
        request,
        "stage/projector.html",
        event=event,
        room=room,
        line=line,
        board=await rules.board(line.session, None) if line else None,
        most=SHOWN,
        address=address.split("://", 1)[-1],
        code=qr.svg(address, "QR code: ask a question") if line else "",
    )


routes = [
    Route("/{event}/sessions/{code}/questions", questions, methods=["GET", "POST"]),
    Route("/{event}/rooms/{code}/questions", projector),
]
