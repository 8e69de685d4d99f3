"""The organiser's speakers: who they are, what they lack, what they sent."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms import SpeakerEdit
from eventsvc.agenda.models import Session, SessionState, SlideFile
from eventsvc.agenda.rules import confirming
from eventsvc.agenda.rules.preparing import MISSING
from eventsvc.agenda.rules.sessions import find, in_order
from eventsvc.core.errors import NotFound
from eventsvc.core.forms import start
from eventsvc.core.text import fold, page_number
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.speakers import rules
from eventsvc.speakers.models import Assistant, Availability, Speaker
from eventsvc.website.routes.speaker_slides import download
from eventsvc.website.rules import speaking

PER_PAGE = 60


async def speaker_list(request: Request) -> Response:
    """Search by name and organisation, or by what is missing; POST reminds those chosen of what they lack."""
    event = await event_for(request, Right.MANAGE_PROGRAMME if request.method == "POST" else Right.SEE)
    if request.method == "POST":
        async with request.form(max_fields=2000, max_files=0) as posted:
            codes, missing = [str(code) for code in posted.getlist("speaker")], str(posted.get("missing", ""))
        written = await speaking.remind(event, codes, by=request.state.user.label)
        return redirect(f"{request.url.path}?missing={missing if missing in MISSING else ''}&reminded={written}")
    asked = {name: request.query_params.get(name, "")[:100] for name in ("search", "missing", "page", "reminded")}
    words = fold(asked["search"]).split()
    lacks = {ready.speaker.id: ready.missing for ready in await speaking.readiness(event)}
    everybody = sorted(await Speaker.filter(event=event).prefetch_related("sessions__session"), key=lambda one: one.name.casefold())
    shown = [one for one in everybody if all(word in fold(one.name, one.organisation) for word in words)]
    if asked["missing"] in {*MISSING, "any"}:
        shown = [one for one in shown if asked["missing"] in lacks.get(one.id, []) or (asked["missing"] == "any" and lacks.get(one.id))]
    number = page_number(asked["page"])
    return page(
        request,
        "website/speakers.html",
        event=event,
        speakers=shown[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(shown),
        asked=asked,
        lacks=lacks,
        counts={key: sum(key in missing for missing in lacks.values()) for key in MISSING},
        words=MISSING,
        may_remind=Right.MANAGE_PROGRAMME in request.state.rights,
        number=number,
        last=max(1, -(-len(shown) // PER_PAGE)),
    )


async def speaker_page(request: Request) -> Response:
    """One speaker, or a new one: the link to their own area, their words, what they told and sent; POST saves, or offers a draft."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    code, by = request.path_params.get("code"), request.state.user.label
    speaker = await Speaker.get_or_none(event=event, code=code) if code else None
    if code and speaker is None:
        raise NotFound("There is no such speaker at this event.")
    form = start(SpeakerEdit, **{name: getattr(speaker, name) for name in SpeakerEdit.model_fields} if speaker else {})
    if request.method == "POST":
        form = await parse(request, SpeakerEdit)
        if speaker and form.value("ask"):
            written = await confirming.ask(event, await find(event, str(form.value("ask"))), by=by)
            return redirect(f"{request.url.path}?asked={written}")
        if not form.errors:
            if speaker:
                await rules.change_speaker(event, speaker, form.data, by=by)
            else:
                speaker = await rules.add_speaker(event, form.data, by=by)
            return redirect(f"/manage/{event.slug}/speakers/{speaker.code}?done=1")
    return page(
        request,
        "website/speaker_manage.html",
        422 if form.errors else 200,
        event=event,
        speaker=speaker,
        form=form,
        link=rules.link(event, speaker.secret) if speaker else "",
        done="done" in request.query_params,
        asked=request.query_params.get("asked", ""),
        **(await _prepared(event, speaker) if speaker else {}),
    )


async def _prepared(event: Event, speaker: Speaker) -> dict[str, Any]:
    """What a speaker told and sent."""
    sessions = await Session.filter(event=event, speakers__speaker=speaker).select_related("room")
    drafts = [session for session in sessions if session.state == SessionState.DRAFT]
    ready = next((one for one in await speaking.readiness(event) if one.speaker.id == speaker.id), None)
    return {
        "sessions": in_order(sessions),
        "offered": await speaking.offers(drafts),
        "preparation": await rules.preparation_of(speaker),
        "missing": [MISSING[key] for key in ready.missing] if ready else [],
        "files": await SlideFile.filter(session_id__in=[one.id for one in sessions]).exclude(complete_at=None).order_by("id"),
        "availability": await Availability.filter(speaker=speaker),
        "assistants": await Assistant.filter(speaker=speaker, revoked_at=None).order_by("id"),
    }


async def slide(request: Request) -> Response:
    """One file of slides, for organisers."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    file = await SlideFile.filter(session__event=event, key=request.path_params["key"]).exclude(complete_at=None).first()
    if file is None:
        raise NotFound("There is no such file at this event.")
    return download(file)


routes = [
    Route("/manage/{event}/speakers", speaker_list, methods=["GET", "POST"]),
    Route("/manage/{event}/speakers/new", speaker_page, methods=["GET", "POST"], name="new_speaker"),
    Route("/manage/{event}/speakers/{code}", speaker_page, methods=["GET", "POST"]),
    Route("/manage/{event}/slides/{key}", slide),
]
