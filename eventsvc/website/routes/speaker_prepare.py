"""In a speaker's area: what the organisers must know, when they can be on stage, and who helps them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.rules import availability, bill
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.text import is_number
from eventsvc.core.web import parse, redirect
from eventsvc.speakers import rules
from eventsvc.speakers.forms import AssistantForm, AvailabilityForm, PreparationForm
from eventsvc.speakers.models import Assistant, Availability
from eventsvc.website.routes.speaker import opened, shown
from eventsvc.website.rules import speaking


async def prepare(request: Request) -> Response:
    """Needs on stage, travel, recording; and the tick that all is right."""
    event, visitor = await opened(request)
    kept = await rules.preparation_of(visitor.speaker)
    consent = {None: "", True: "true", False: "false"}[kept.recording_consent]
    form = start(PreparationForm, av_needs=kept.av_needs, travel=kept.travel, recording_consent=consent)
    home = f"/{event.slug}/speaker/{visitor.secret}"
    if request.method == "POST":
        form = await parse(request, PreparationForm)
        if form.value("do") in ("right", "wrong"):
            await rules.say_all_is_right(visitor.speaker, form.value("do") == "right", by=visitor.by)
            return redirect(f"{home}?done=saved")
        if not form.errors:
            await rules.prepare(visitor.speaker, form.data, by=visitor.by)
            return redirect(f"{home}?done=saved")
    return shown(
        request,
        "speaker_prepare.html",
        422 if form.errors else 200,
        event=event,
        visitor=visitor,
        form=form,
        kept=kept,
        sessions=await speaking.sessions_of(event, visitor.speaker),
    )


async def times(request: Request) -> Response:
    """When they can be on stage."""
    event, visitor = await opened(request)
    stretches = await Availability.filter(speaker=visitor.speaker)
    form: Form[AvailabilityForm] = start(AvailabilityForm, **availability.as_form(event, stretches))
    if request.method == "POST":
        async with request.form(max_fields=500, max_files=0) as posted:
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        # Without a row for each day the form could not be told from one that was cut off.
        form = check(AvailabilityForm, [*((f"days-{n}-here", "1") for n in range(len(event.days))), *pairs])
        if not form.errors:
            clashes = await availability.set_availability(event, visitor.speaker, form.data, by=visitor.by)
            return redirect(f"/{event.slug}/speaker/{visitor.secret}?done={'clash' if clashes else 'saved'}")
    return shown(request, "speaker_times.html", 422 if form.errors else 200, event=event, visitor=visitor, form=form)


async def people(request: Request) -> Response:
    """Assistants: who has a link, a new one, taking one back. Only the speaker changes anything here."""
    event, visitor = await opened(request)
    form: Form[AssistantForm] = start(AssistantForm)
    if request.method == "POST":
        visitor.must_be_speaker()
        form = await parse(request, AssistantForm)
        if is_number(str(form.value("revoke"))):
            await rules.revoke_assistant(visitor.speaker, int(form.value("revoke")), by=visitor.by)
            return redirect(f"{request.url.path}?done=revoked")
        if not form.errors:
            try:
                await rules.add_assistant(event, visitor.speaker, form.data, by=visitor.by)
                return redirect(f"{request.url.path}?done=invited")
            except Refused as refusal:
                form.refuse(refusal, "email")
    assistants = await Assistant.filter(speaker=visitor.speaker, revoked_at=None).order_by("id")
    return shown(
        request, "speaker_people.html", 422 if form.errors else 200, event=event, visitor=visitor, form=form, assistants=assistants
    )


async def co_speakers(request: Request) -> Response:
    """Who else gives a session, and somebody new."""
    event, visitor = await opened(request)
    session = await speaking.session_of(event, visitor.speaker, request.path_params["code"])
    form: Form[AssistantForm] = start(AssistantForm)
    if request.method == "POST":
        visitor.must_be_speaker()
        form = await parse(request, AssistantForm)
        if not form.errors:
            try:
                await bill.add_co_speaker(event, session, form.data.name, form.data.email, visitor.speaker, by=visitor.by)
                return redirect(f"/{event.slug}/speaker/{visitor.secret}/sessions/{session.code}?done=invited")
            except Refused as refusal:
                form.refuse(refusal, "email")
    return shown(request, "speaker_co.html", 422 if form.errors else 200, event=event, visitor=visitor, form=form, session=session)


routes = [
    Route("/{event}/speaker/{secret}/prepare", prepare, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/times", times, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/people", people, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/sessions/{code}/people", co_speakers, methods=["GET", "POST"]),
]
