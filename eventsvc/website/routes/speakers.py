"""The organiser's speakers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms import SpeakerEdit
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound
from eventsvc.core.forms import start
from eventsvc.core.text import fold, page_number
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for
from eventsvc.speakers import rules
from eventsvc.speakers.models import Speaker

PER_PAGE = 60


async def speaker_list(request: Request) -> Response:
    event = await event_for(request, Right.SEE)
    search, asked = request.query_params.get("search", "")[:100], request.query_params.get("page", "")
    words = fold(search).split()
    everybody = sorted(await Speaker.filter(event=event).prefetch_related("sessions__session"), key=lambda one: one.name.casefold())
    shown = [one for one in everybody if all(word in fold(one.name, one.organisation) for word in words)]
    number = page_number(asked)
    return page(
        request,
        "agenda/speakers.html",
        event=event,
        speakers=shown[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(shown),
        search=search,
        number=number,
        last=max(1, -(-len(shown) // PER_PAGE)),
    )


async def speaker_page(request: Request) -> Response:
    """One speaker, or a new one, with the link to their own area."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    code, by = request.path_params.get("code"), request.state.user.label
    speaker = await Speaker.get_or_none(event=event, code=code) if code else None
    if code and speaker is None:
        raise NotFound("There is no such speaker at this event.")
    form = start(SpeakerEdit, **{name: getattr(speaker, name) for name in SpeakerEdit.model_fields} if speaker else {})
    if request.method == "POST":
        form = await parse(request, SpeakerEdit)
        if not form.errors:
            if speaker:
                await rules.change_speaker(event, speaker, form.data, by=by)
            else:
                speaker = await rules.add_speaker(event, form.data, by=by)
            return redirect(f"/manage/{event.slug}/speakers/{speaker.code}?done=1")
    return page(
        request,
        "agenda/speaker_page.html",
        422 if form.errors else 200,
        event=event,
        speaker=speaker,
        form=form,
        link=f"{settings().base_url}/{event.slug}/speaker/{speaker.secret}" if speaker else "",
        done="done" in request.query_params,
    )


routes = [
    Route("/manage/{event}/speakers", speaker_list),
    Route("/manage/{event}/speakers/new", speaker_page, methods=["GET", "POST"], name="new_speaker"),
    Route("/manage/{event}/speakers/{code}", speaker_page, methods=["GET", "POST"]),
]
