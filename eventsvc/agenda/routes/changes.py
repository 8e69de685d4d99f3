"""What speakers want to change in the programme: the organiser sees what differs, and decides."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Amendment, AmendmentState
from eventsvc.agenda.render import differences
from eventsvc.agenda.rules import amendments
from eventsvc.core.text import clean, is_number
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import event_for

SHOWN, DECIDED = 50, 20


async def changes(request: Request) -> Response:
    """GET shows what waits, each as a word diff; POST approves or declines one or several."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    by = request.state.user.label
    if request.method == "POST":
        async with request.form(max_fields=500, max_files=0) as posted:
            do, word = str(posted.get("do", "")), clean(str(posted.get("word", "")))[:1000]
            picked = [str(value) for value in posted.getlist("change")]
        verb, _, only = do.partition(":")
        numbers = [int(one) for one in ([only] if only else picked) if is_number(one)]
        if verb == "approve":
            return redirect(f"{request.url.path}?approved={await amendments.approve(event, numbers, by=by)}")
        return redirect(f"{request.url.path}?declined={await amendments.decline(event, numbers, word, by=by)}")
    waiting = await amendments.waiting_at(event)
    decided = Amendment.filter(event=event).exclude(state=AmendmentState.WAITING).order_by("-decided_at", "-id").limit(DECIDED)
    return page(
        request,
        "agenda/changes.html",
        event=event,
        changes=[_shown(one) for one in waiting[:SHOWN]],
        more=max(0, len(waiting) - SHOWN),
        decided=await decided.select_related("speaker", "session"),
        labels=amendments.LABELS,
        approved=request.query_params.get("approved", ""),
        declined=request.query_params.get("declined", ""),
    )


def _shown(amendment: Amendment) -> dict[str, Any]:
    """A change as its card shows it, against what the programme says today."""
    about = amendment.session or amendment.speaker
    fields = [
        (amendments.LABELS[name], differences.words(getattr(about, name), value), getattr(about, name) != amendment.before.get(name))
        for name, value in amendment.after.items()
        if name in amendments.LABELS
    ]
    return {"amendment": amendment, "fields": fields}


routes = [Route("/manage/{event}/changes", changes, methods=["GET", "POST"])]
