"""A speaker's own area, behind their link: sessions, calendar, biography, portrait. No password."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.rules import sessions as session_rules
from eventsvc.core.errors import Refused
from eventsvc.core.forms import check, start
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import public_event
from eventsvc.speakers import rules
from eventsvc.speakers.forms import SpeakerForm


async def own_area(request: Request) -> Response:
    """GET shows it; POST saves texts and, when one was chosen, the picture."""
    event = await public_event(request)
    speaker = await rules.by_secret(event, request.path_params["secret"])
    form = start(SpeakerForm, **{name: getattr(speaker, name) for name in SpeakerForm.model_fields})
    if request.method == "POST":
        async with request.form(max_files=1, max_fields=20) as posted:
            picture = posted.get("portrait")
            raw = await picture.read() if isinstance(picture, UploadFile) and picture.filename else b""
            form = check(SpeakerForm, [(name, value) for name, value in posted.multi_items() if isinstance(value, str)])
        if not form.errors:
            try:
                if raw:
                    await rules.set_portrait(event, speaker, raw, by=speaker.name)
                await rules.change_speaker(event, speaker, form.data, by=speaker.name)
                return redirect(f"{request.url.path}?done=1")
            except Refused as refusal:
                form.refuse(refusal)
    given = Session.filter(event=event, speakers__speaker=speaker).exclude(state=SessionState.DRAFT).select_related("room")
    return page(
        request,
        "speakers/own_area.html",
        422 if form.errors else 200,
        event=event,
        speaker=speaker,
        form=form,
        sessions=session_rules.in_order(await given),
        done="done" in request.query_params,
    )


routes = [Route("/{event}/speaker/{secret}", own_area, methods=["GET", "POST"])]
