"""The public pages of the call: its text, the form, and "send me my link". Nobody signs in here."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.cfp.forms.entry import Asked, Entry, blank, read
from eventsvc.cfp.forms.proposal import MAX_CO_SPEAKERS, CoSpeakerForm, ProposerForm
from eventsvc.cfp.models import AccessCode, Call, ProposalType
from eventsvc.cfp.render.words import language, left
from eventsvc.cfp.rules import calls, codes, entries, proposing, reminders
from eventsvc.core.cache import public
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import client, page, parse, redirect, render
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event

EVERY_MINUTE = 60.0


async def posted(request: Request) -> list[tuple[str, str]]:
    """The pairs of a posted form, in order."""
    async with request.form(max_fields=400, max_files=0) as data:
        return [(name, value) for name, value in data.multi_items() if isinstance(value, str)]


async def the_call(request: Request) -> Response:
    """What is wanted, until when, and the way to the form. The same for everybody; made anew each minute for the time left."""
    event = await public_event(request)
    call = await calls.published_call(event)
    types = [kind for kind in await ProposalType.filter(call=call) if not kind.by_code_only]
    moment = now()
    body = render(
        "cfp/call.html",
        event=event,
        call=call,
        types=[(kind, calls.deadline(call, kind)) for kind in types],
        open=bool(calls.open_types(call, types)),
        early=call.opens_at is not None and moment < call.opens_at,
        tracks=await calls.tracks_of(event, call),
        moment=moment,
        left=left,
        language=language,
    )
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, modified=event.updated_at, seconds=EVERY_MINUTE)


async def submit(request: Request) -> Response:
    """GET shows the form; POST keeps a draft or submits. `?code=` opens what is closed to others."""
    event = await public_event(request)
    call = await calls.published_call(event)
    pairs = await posted(request) if request.method == "POST" else []
    given = dict(pairs)
    typed = given.get("code", request.query_params.get("code", ""))[:40]
    code, refusal = await _code(call, typed)
    asked = await entries.asked(event, call, code)
    entry = blank(asked, code=typed)
    if request.method == "POST" and given.get("do") != "code":
        complete = given.get("do") != "draft"
        entry = read(asked, pairs, complete=complete, person=ProposerForm)
        if not entry.form.errors and refusal is None:
            try:
                assert isinstance(entry.person, ProposerForm)
                await reminders.count_asking(client(request), entry.person.email, *entry.person.co_speakers)
                await proposing.propose(event, call, entry, submit=complete, code=code)
                return redirect(f"/{event.slug}/cfp/sent{'' if complete else '?draft=1'}")
            except Refused as said:
                refusal = said
    if refusal is not None:
        entry.form.refuse(refusal)
    return _form(request, event, call, asked, entry, code)


async def _code(call: Call, typed: str) -> tuple[AccessCode | None, Refused | None]:
    try:
        return await codes.find_code(call, typed), None
    except Refused as refusal:
        return None, refusal


def _form(request: Request, event: Event, call: Call, asked: Asked, entry: Entry, code: AccessCode | None) -> Response:
    return page(
        request,
        "cfp/submit.html",
        422 if entry.form.errors else 200,
        event=event,
        asked=asked,
        form=entry.form,
        code=code,
        early=call.opens_at is not None and now() < call.opens_at,
        **about_form(event, asked),
    )


def about_form(event: Event, asked: Asked) -> dict[str, Any]:
    """What every page with the form of a proposal needs."""
    return {
        "call": asked.call,
        "deadlines": {kind.code: calls.deadline(asked.call, kind) for kind in asked.types},
        "moment": now(),
        "left": left,
        "language": language,
        "most_co_speakers": MAX_CO_SPEAKERS,
    }


async def sent(request: Request) -> Response:
    """Thanks. The same whoever it was."""
    event = await public_event(request)
    await calls.published_call(event)
    return page(request, "cfp/sent.html", event=event, draft="draft" in request.query_params, link="link" in request.query_params)


async def find(request: Request) -> Response:
    """GET asks for the address; POST sends the link there, and says the same whether it is known or not."""
    event = await public_event(request)
    form: Form[CoSpeakerForm] = start(CoSpeakerForm)
    if request.method == "POST":
        form = await parse(request, CoSpeakerForm)
        if not form.errors:
            try:
                await reminders.send_link(event, form.data.email, client(request))
                return redirect(f"/{event.slug}/cfp/sent?link=1")
            except Refused as refusal:
                form.refuse(refusal)
    return page(request, "cfp/find.html", 422 if form.errors else 200, event=event, form=form)


routes = [
    Route("/{event}/cfp", the_call),
    Route("/{event}/cfp/submit", submit, methods=["GET", "POST"]),
    Route("/{event}/cfp/find", find, methods=["GET", "POST"]),
    Route("/{event}/cfp/sent", sent),
]
