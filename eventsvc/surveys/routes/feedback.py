"""Rating a session, and what the organisers see of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import SessionState
from eventsvc.agenda.rules.sessions import find
from eventsvc.core import device
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import client, csv_file, page, parse, redirect
from eventsvc.events.rules import event_for, public_event
from eventsvc.surveys.forms import FeedbackForm
from eventsvc.surveys.rules import feedback as rules


async def rate(request: Request) -> Response:
    """GET shows the stars (and what this person said before); POST keeps them."""
    event = await public_event(request)
    session = await find(event, request.path_params["code"])
    if session.state == SessionState.DRAFT:
        raise NotFound("There is no such session at this event.")
    before = await rules.given(session, device.known(request, event.id))
    form: Form[FeedbackForm] = start(FeedbackForm, **({"stars": str(before.stars), "comment": before.comment} if before else {}))
    refusal: Refused | None = None
    if request.method == "POST":
        form = await parse(request, FeedbackForm)
        if not form.errors:
            holder, new = device.holder(request, event.id)
            try:
                await rules.give(event, session, holder, form.data.stars, form.data.comment, address=client(request))
                return device.remember(redirect(f"{request.url.path}?thanks=1"), new)
            except Refused as exc:
                refusal = exc
    return page(
        request,
        "surveys/feedback.html",
        refusal.status if refusal else 422 if form.errors else 200,
        event=event,
        session=session,
        form=form,
        refusal=refusal,
        open=rules.is_open(event, session, now()),
        early=session.start is not None and now() < session.start,
        before=before,
        thanks="thanks" in request.query_params,
    )


async def overview(request: Request) -> Response:
    """Every session that could be rated, with its stars and words."""
    event = await event_for(request, Right.SEE_SURVEYS)
    rows = await rules.ratings(await rules.rated(event))
    return page(
        request,
        "surveys/feedback_list.html",
        event=event,
        rows=[row for row in rows if row.total],
        silent=sum(not row.total for row in rows),
        total=sum(row.total for row in rows),
    )


async def download(request: Request) -> Response:
    """All ratings as CSV."""
    event = await event_for(request, Right.SEE_SURVEYS)
    return csv_file(await rules.feedback_csv(event), f"{event.slug}-feedback.csv")


routes = [Route("/{event}/sessions/{code}/feedback", rate, methods=["GET", "POST"])]
manage = [
    Route("/manage/{event}/feedback", overview),
    Route("/manage/{event}/feedback.csv", download),
]
