"""The organiser's call: its text and moments, its types, its letters."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.cfp.forms.call import CallForm, LettersForm, TypeForm
from eventsvc.cfp.models import Call, Proposal, ProposalState, ProposalType
from eventsvc.cfp.render.words import PLACEHOLDERS, fill, left, paragraphs
from eventsvc.cfp.routes.visitor import posted
from eventsvc.cfp.rules import calls, letters
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

HEADS = {
    "acknowledged": "We have it",
    "accepted": "Accepted",
    "waitlisted": "On the waiting list",
    "rejected": "Not accepted",
}


async def call_for(request: Request) -> tuple[Event, Call]:
    """The event's call, for somebody who makes the programme. Raises NotFound where there is none yet."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    call = await calls.call_of(event)
    if call is None:
        raise NotFound("There is no call for proposals yet. Start one on the page “Call”.")
    return event, call


async def call_page(request: Request) -> Response:
    """Text, moments, languages, and the types; POST starts the call, saves it, or shows the text as it will be."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    call, by = await calls.call_of(event), request.state.user.label
    pairs = await posted(request) if request.method == "POST" else []
    do = dict(pairs).get("do")
    if call is None:
        if do == "start":
            await calls.add_call(event, by=by)
            return redirect(f"{request.url.path}?done=started")
        return page(request, "cfp/organiser/none.html", event=event)
    form = start(CallForm, **_shown(event, call))
    if pairs:
        form = check(CallForm, pairs)
        if do == "save" and not form.errors:
            await calls.change_call(event, call, form.data, by=by)
            return redirect(f"{request.url.path}?done=saved")
    types = await ProposalType.filter(call=call)
    return page(
        request,
        "cfp/organiser/call.html",
        422 if form.errors and do == "save" else 200,
        event=event,
        call=call,
        form=form,
        types=[(kind, calls.deadline(call, kind)) for kind in types],
        standing=_standing(event, call, types),
        link=f"{settings().base_url}/{event.slug}/cfp",
        submitted=await Proposal.filter(call=call).exclude(state=ProposalState.DRAFT).count(),
        drafts=await Proposal.filter(call=call, state=ProposalState.DRAFT).count(),
        preview=str(form.value("text")),
        moment=now(),
        left=left,
        done=request.query_params.get("done", ""),
    )


def _shown(event: Event, call: Call) -> dict[str, Any]:
    values = {name: getattr(call, name) for name in ("text", "published", "asks_track")}
    moments = {name: event.typed(getattr(call, name)) for name in ("opens_at", "closes_at", "edits_until")}
    return {**values, **moments, "languages": ", ".join(call.languages), "max_per_person": call.max_per_person or ""}


def _standing(event: Event, call: Call, types: list[ProposalType]) -> tuple[str, str]:
    """(tone, words): how it stands right now."""
    moment = now()
    if not call.published:
        return "warn", "Nobody sees it yet"
    if call.opens_at and moment < call.opens_at:
        return "warn", f"Opens {left(call.opens_at, moment)}"
    if not calls.open_types(call, types):
        return "bad", "Closed"
    return "good", f"Open, closes {left(call.closes_at, moment)}" if call.closes_at and call.closes_at > moment else "Open"


async def type_page(request: Request) -> Response:
    """One type of proposal, or a new one."""
    event, call = await call_for(request)
    code, by = request.path_params.get("code"), request.state.user.label
    kind = await ProposalType.get_or_none(call=call, code=code) if code else None
    if code and kind is None:
        raise NotFound("There is no such type in this call.")
    values = {name: getattr(kind, name) for name in ("name", "minutes", "by_code_only", "position")} if kind else {"minutes": 30}
    new_at = {"closes_at": event.typed(kind.closes_at)} if kind else {"position": await ProposalType.filter(call=call).count()}
    form = start(TypeForm, **values, **new_at)
    if request.method == "POST":
        form = check(TypeForm, await posted(request))
        try:
            if kind and form.value("do") == "remove":
                await calls.remove_type(event, call, kind, by=by)
                return redirect(f"/manage/{event.slug}/call?done=saved")
            if not form.errors:
                await calls.save_type(event, call, kind, form.data, by=by)
                return redirect(f"/manage/{event.slug}/call?done=saved")
        except Refused as refusal:
            form.refuse(refusal)
    return page(request, "cfp/organiser/type.html", 422 if form.errors else 200, event=event, call=call, kind=kind, form=form)


async def letters_page(request: Request) -> Response:
    """The organiser's words of four letters; POST saves them, or shows them filled in."""
    event, call = await call_for(request)
    own = {f"{kind}_{part}": words for kind in letters.KINDS for part, words in letters.words_of(call, kind).items()}
    form: Form[LettersForm] = start(LettersForm, **own)
    if request.method == "POST":
        form = check(LettersForm, await posted(request))
        if form.value("do") == "save" and not form.errors:
            await calls.change_letters(call, form.data, by=request.state.user.label)
            return redirect(f"{request.url.path}?done=1")
    sample = {"name": "Ana Example", "title": "Sensors from paper", "event": event.name}
    shown = {
        kind: (
            fill(str(form.value(f"{kind}_subject")) or letters.DEFAULTS[kind]["subject"], **sample),
            paragraphs(str(form.value(f"{kind}_text")) or letters.DEFAULTS[kind]["text"], **sample),
        )
        for kind in letters.KINDS
    }
    return page(
        request,
        "cfp/organiser/letters.html",
        422 if form.errors and form.value("do") == "save" else 200,
        event=event,
        call=call,
        form=form,
        heads=HEADS,
        shown=shown,
        placeholders=PLACEHOLDERS,
        sample_link=f"{settings().base_url}/{event.slug}/speaker/…",
        done="done" in request.query_params,
    )


manage = [
    Route("/manage/{event}/call", call_page, methods=["GET", "POST"]),
    Route("/manage/{event}/call/types/new", type_page, methods=["GET", "POST"], name="new_type"),
    Route("/manage/{event}/call/types/{code}", type_page, methods=["GET", "POST"]),
    Route("/manage/{event}/call/letters", letters_page, methods=["GET", "POST"]),
]
