"""The stage page of a chair or speaker, behind their link: what is next, late, headcount, questions."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Session
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, check
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.speakers import rules as speakers
from eventsvc.stage.forms import HeadsForm, LateForm, StateForm
from eventsvc.stage.rules import questions as question_rules
from eventsvc.stage.rules import room as rules
from eventsvc.stage.rules.questions import waiting

FORMS: dict[str, type[Any]] = {"late": LateForm, "heads": HeadsForm, "state": StateForm}


async def act(request: Request, event: Event, session: Session, by: str) -> Form[Any]:
    """What a chair, speaker or organiser does with a session: `do` is late, heads or state. Errors stay in the form."""
    async with request.form(max_fields=20, max_files=0) as posted:
        pairs = [(key, value) for key, value in posted.multi_items() if isinstance(value, str)]
    do = dict(pairs).get("do", "")
    form: Form[Any] = check(FORMS.get(do, StateForm), pairs)
    if form.errors:
        return form
    try:
        if do == "late":
            await rules.run_late(event, session, form.data.minutes, by)
        elif do == "heads":
            await rules.count_heads(event, session, form.data.headcount, by)
        else:
            await question_rules.moderate(session, form.data.question, form.data.state, by=by)
    except Refused as refusal:
        form.refuse(refusal)
    return form


async def own_stage(request: Request) -> Response:
    """The sessions they chair or give, today's first. POST with `session` acts on one of them."""
    event = await public_event(request)
    who = await speakers.visitor(event, request.path_params["secret"])
    speaker = who.speaker
    form: Form[Any] = Form({})
    if request.method == "POST":
        async with request.form(max_fields=20, max_files=0) as posted:
            code = str(posted.get("session", ""))
        form = await act(request, event, await rules.own_session(event, speaker, code), who.by)
        if not form.errors:
            return redirect(f"{request.url.path}?done={form.value('do')}#s-{code}")
    moment, found = now(), await rules.tools_of(event, speaker)
    return page(
        request,
        "stage/chair.html",
        422 if form.errors else 200,
        event=event,
        speaker=speaker,
        secret=who.secret,
        today=sorted((one for one in found if rules.is_today(event, one, moment)), key=lambda one: bool(one.end and one.end <= moment)),
        others=[one for one in found if not rules.is_today(event, one, moment)],
        waiting=await waiting(found),
        moment=moment,
        form=form,
        done=request.query_params.get("done", ""),
    )


async def moderation(request: Request) -> Response:
    """The questions of one of their sessions; one tap shows, hides, or marks as answered."""
    event = await public_event(request)
    who = await speakers.visitor(event, request.path_params["secret"])
    speaker = who.speaker
    session = await rules.own_session(event, speaker, request.path_params["code"])
    form: Form[Any] = Form({})
    if request.method == "POST":
        form = await act(request, event, session, who.by)
        if not form.errors:
            return redirect(request.url.path)
    return page(
        request,
        "stage/moderation.html",
        422 if form.errors else 200,
        event=event,
        session=session,
        back=f"/{event.slug}/speaker/{who.secret}/stage",
        questions=await question_rules.sorted_for_moderators(session),
        form=form,
    )


routes = [
    Route("/{event}/speaker/{secret}/stage", own_stage, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/sessions/{code}/questions", moderation, methods=["GET", "POST"]),
]
