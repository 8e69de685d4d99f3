"""Answering a survey, and what the organiser sees of it; rating a session (`feedback`)."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import csv_file, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.surveys import rules
from eventsvc.surveys.forms import SurveyForm
from eventsvc.surveys.models import Reply, Survey
from eventsvc.surveys.routes import feedback


async def answer(request: Request) -> Response:
    """GET shows the questions (or thanks); POST takes the reply once."""
    event = await public_event(request)
    survey, ticket = await rules.by_link(event, request.path_params["secret"])
    form: Form[Any] = Form({})
    answered = await rules.has_answered(survey, ticket)
    status = 200
    if request.method == "POST":
        async with request.form(max_fields=200, max_files=0) as posted:
            given = {name: value for name, value in posted.items() if isinstance(value, str)}
        try:
            await rules.reply(survey, ticket, given)
            return redirect(f"{request.url.path}?thanks=1")
        except Invalid as refusal:
            form, status = Form(given, errors=refusal.errors), 422
        except rules.Answered:
            answered = True
    return page(
        request,
        "surveys/answer.html",
        status,
        event=event,
        survey=survey,
        form=form,
        answered=answered,
        open=survey.is_open(now()),
        early=now() < survey.opens_at,
        sessions=await rules.sessions_of(event.id),
        my_day=f"/{event.slug}/my/{ticket.secret}",
    )


async def _survey(event: Event, request: Request) -> Survey:
    survey = await Survey.get_or_none(event=event, id=request.path_params["id"]).prefetch_related("questions")
    if survey is None:
        raise NotFound("There is no such survey at this event.")
    return survey


async def survey_list(request: Request) -> Response:
    """Surveys of the event with their counts; POST adds the default one where there is none."""
    event = await event_for(request, Right.SEE_SURVEYS)
    if request.method == "POST":
        if not await Survey.exists(event=event):
            await rules.add_default_survey(event, by=request.state.user.label)
        return redirect(request.url.path)
    surveys = await Survey.filter(event=event).order_by("id")
    if len(surveys) == 1:
        return redirect(f"/manage/{event.slug}/surveys/{surveys[0].id}")
    return page(request, "surveys/list.html", event=event, surveys=surveys)


async def result_page(request: Request) -> Response:
    """What people said; POST changes the survey's settings, or invites now those who have not been invited."""
    event = await event_for(request, Right.SEE_SURVEYS)
    survey, refusal = await _survey(event, request), None
    form: Form[SurveyForm] = start(SurveyForm, **_shown(event, survey))
    if request.method == "POST":
        form = await parse(request, SurveyForm)
        if form.value("do") == "save":
            if not form.errors:
                await rules.change_survey(event, survey, form.data, by=request.state.user.label)
                return redirect(f"{request.url.path}?done=1")
        else:
            form, refusal = start(SurveyForm, **_shown(event, survey)), await _invite(survey)
            if refusal is None:
                return redirect(f"{request.url.path}?done=1")
    return page(
        request,
        "surveys/results.html",
        refusal.status if refusal else 422 if form.errors else 200,
        event=event,
        survey=survey,
        results=await rules.results(survey),
        replies=await Reply.filter(survey=survey).count(),
        open=survey.is_open(now()),
        refusal=refusal,
        form=form,
        done="done" in request.query_params,
    )


async def _invite(survey: Survey) -> Refused | None:
    """Invite now; what the rule says against it, if anything."""
    try:
        await rules.invite(survey)
    except Refused as refusal:
        return refusal
    return None


def _shown(event: Event, survey: Survey) -> dict[str, Any]:
    """The settings as their form shows them."""
    times = {name: event.typed(getattr(survey, name)) for name in ("opens_at", "closes_at")}
    return {"title": survey.title, "intro": survey.intro, **times}


async def download(request: Request) -> Response:
    """The replies as CSV."""
    event = await event_for(request, Right.SEE_SURVEYS)
    return csv_file(await rules.replies_csv(await _survey(event, request)), f"{event.slug}-replies.csv")


routes = [Route("/{event}/survey/{secret}", answer, methods=["GET", "POST"]), *feedback.routes]
manage = [
    Route("/manage/{event}/surveys", survey_list, methods=["GET", "POST"]),
    Route("/manage/{event}/surveys/{id:int}", result_page, methods=["GET", "POST"]),
    Route("/manage/{event}/surveys/{id:int}/replies.csv", download),
    *feedback.manage,
]
