"""A speaker's own area, behind their link: what is next, their sessions, their words and picture. No password."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.rules import amendments, confirming, preparing
from eventsvc.cfp.models import Proposal
from eventsvc.core.clock import now
from eventsvc.core.errors import Forbidden, Invalid, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.text import clean
from eventsvc.core.web import PRIVATE, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.speakers import rules
from eventsvc.speakers.forms import Crop, SpeakerForm
from eventsvc.speakers.rules import Visitor
from eventsvc.stage import rules as stage
from eventsvc.stage.forms import LateForm
from eventsvc.stage.rules.questions import waiting as waiting_questions
from eventsvc.website.forms import SessionTexts
from eventsvc.website.rules import speaking


async def opened(request: Request) -> tuple[Event, Visitor]:
    """The event and whoever opened the area. Every door here starts with it."""
    event = await public_event(request)
    return event, await rules.visitor(event, request.path_params["secret"])


def shown(request: Request, template: str, status: int = 200, *, event: Event, visitor: Visitor, **context: Any) -> HTMLResponse:
    """A page of the area: never stored, never indexed."""
    return page(
        request,
        f"website/{template}",
        status,
        headers={**PRIVATE, "X-Robots-Tag": "noindex"},
        event=event,
        visitor=visitor,
        speaker=visitor.speaker,
        base=f"/{event.slug}/speaker/{visitor.secret}",
        done=request.query_params.get("done", ""),
        **context,
    )


async def overview(request: Request) -> Response:
    """What is next, like a good list of things to do. POST is the form about oneself, at its old address."""
    if request.method == "POST":
        return await about(request)
    event, visitor = await opened(request)
    speaker = visitor.speaker
    sessions = await speaking.sessions_of(event, speaker)
    live = [one for one in sessions if one.state != SessionState.CANCELLED]
    preparation = await rules.preparation_of(speaker)
    steps = preparing.steps(speaker, preparation, live, await preparing.with_slides(live))
    return shown(
        request,
        "speaker.html",
        event=event,
        visitor=visitor,
        sessions=sessions,
        steps=steps,
        words=STEPS,
        unconfirmed=[one for one in live if one.state == SessionState.DRAFT],
        chaired=await Session.filter(event=event, chair=speaker, state=SessionState.CONFIRMED).select_related("room").order_by("start"),
        proposals=await Proposal.filter(call__event=event, authors__speaker=speaker).order_by("id"),
        waiting=await amendments.waiting_for(speaker),
        today=(today := speaking.on_now(event, sessions, now())),
        questions=await waiting_questions(today),
        over=now() >= event.ends_at,
        known_in_public=await amendments.on_programme(speaker),
    )


async def late(request: Request) -> Response:
    """Say that a session of today runs late, or on time after all."""
    event, visitor = await opened(request)
    session = await speaking.session_of(event, visitor.speaker, request.path_params["code"])
    form = await parse(request, LateForm)
    if form.errors:
        raise Invalid([], next(iter(form.errors.values())))
    await stage.run_late(event, session, form.data.minutes, visitor.by)
    return redirect(f"/{event.slug}/speaker/{visitor.secret}?done=late")


STEPS = {
    "confirmation": ("Confirm your session", ""),
    "biography": ("Say who you are", "/about"),
    "portrait": ("Add a picture of you", "/about#portrait"),
    "slides": ("Send your slides", ""),
    "recording": ("Needs on stage, travel, recording", "/prepare"),
    "check": ("Check that all is right", "/prepare#right"),
}
"""How each step is said to a speaker, and where it is done (empty: on the session's own page)."""


async def about(request: Request) -> Response:
    """Name, job, biography and picture. On the programme the words wait for an organiser; the picture never does."""
    event, visitor = await opened(request)
    speaker = visitor.speaker
    waiting = await amendments.waiting_for(speaker)
    texts = {name: getattr(speaker, name) for name in SpeakerForm.model_fields}
    form = start(SpeakerForm, **{**texts, **(waiting.after if waiting else {})})
    if request.method == "POST":
        async with request.form(max_files=1, max_fields=20) as posted:
            picture = posted.get("portrait")
            raw = await picture.read() if isinstance(picture, UploadFile) and picture.filename else b""
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        form, crop = check(SpeakerForm, pairs), check(Crop, pairs)
        if not form.errors:
            try:
                if raw:
                    await rules.set_portrait(event, speaker, raw, by=visitor.by, crop=None if crop.errors else crop.data)
                done = await amendments.change_speaker_texts(event, speaker, form.data, by=visitor.by)
                asked = not done and await amendments.waiting_for(speaker)
                return redirect(f"/{event.slug}/speaker/{visitor.secret}?done={'asked' if asked else 'saved'}")
            except Refused as refusal:
                form.refuse(refusal)
    return shown(
        request,
        "speaker_about.html",
        422 if form.errors else 200,
        event=event,
        visitor=visitor,
        form=form,
        waiting=waiting,
        asks=await amendments.on_programme(speaker),
    )


async def confirm(request: Request) -> Response:
    """The page a letter opens: one button for yes, a form for no. GET changes nothing."""
    event, visitor = await opened(request)
    session = await speaking.session_of(event, visitor.speaker, request.path_params["code"])
    home, refusal = f"/{event.slug}/speaker/{visitor.secret}", None
    if request.method == "POST":
        async with request.form(max_fields=5, max_files=0) as posted:
            do, word = str(posted.get("do", "")), clean(str(posted.get("word", "")))[:2000]
        try:
            if do == "decline":
                if visitor.assistant:
                    raise Forbidden("Only the speaker can say no. Ask them to do it on their own page, or write to the organisers.")
                await speaking.decline(event, session, visitor.speaker, word, by=visitor.by)
                return redirect(f"{home}?done=declined")
            await confirming.confirm(event, session, by=visitor.by)
            return redirect(f"{home}?done=confirmed")
        except Refused as exc:
            refusal = exc
    return shown(
        request,
        "speaker_confirm.html",
        refusal.status if refusal else 200,
        event=event,
        visitor=visitor,
        session=session,
        refusal=refusal,
        alone=len(list(session.speakers)) == 1,
    )


async def session_texts(request: Request) -> Response:
    """The words of a session: a draft changes at once, a public one when an organiser approves."""
    event, visitor = await opened(request)
    session = await speaking.session_of(event, visitor.speaker, request.path_params["code"])
    waiting = await amendments.waiting_for(visitor.speaker, session)
    texts = {name: getattr(session, name) for name in SessionTexts.model_fields}
    form: Form[SessionTexts] = start(SessionTexts, **{**texts, **(waiting.after if waiting else {})})
    if request.method == "POST":
        async with request.form(max_fields=20, max_files=0) as posted:
            form = check(SessionTexts, [(name, value) for name, value in posted.multi_items() if isinstance(value, str)])
        if not form.errors:
            done = await amendments.change_session_texts(event, session, visitor.speaker, form.data.model_dump(), by=visitor.by)
            asked = not done and await amendments.waiting_for(visitor.speaker, session)
            return redirect(f"/{event.slug}/speaker/{visitor.secret}/sessions/{session.code}?done={'asked' if asked else 'saved'}")
    return shown(
        request,
        "speaker_texts.html",
        422 if form.errors else 200,
        event=event,
        visitor=visitor,
        session=session,
        form=form,
        waiting=waiting,
    )


routes = [
    Route("/{event}/speaker/{secret}/sessions/{code}/late", late, methods=["POST"]),
    Route("/{event}/speaker/{secret}", overview, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/about", about, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/confirm/{code}", confirm, methods=["GET", "POST"]),
    Route("/{event}/speaker/{secret}/sessions/{code}/texts", session_texts, methods=["GET", "POST"]),
]
