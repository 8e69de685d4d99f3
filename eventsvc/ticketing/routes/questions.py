"""The organiser's questions: in their order, one by one, and how they will look."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.asked import countries
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.questions import QuestionForm
from eventsvc.ticketing.models import QuestionKind, TicketQuestion, TicketType
from eventsvc.ticketing.rules import questions

KINDS = [
    (QuestionKind.LINE, "One line of text"),
    (QuestionKind.TEXT, "Longer text"),
    (QuestionKind.ONE_OF, "One of several answers"),
    (QuestionKind.MANY_OF, "Several of several answers"),
    (QuestionKind.YES_NO, "Yes or no"),
    (QuestionKind.CONSENT, "Consent: a box to tick"),
    (QuestionKind.NUMBER, "Number"),
    (QuestionKind.DATE, "Date"),
    (QuestionKind.COUNTRY, "Country"),
    (QuestionKind.FILE, "A file, sent later in My day"),
]
CONDITIONS = 3
"""Rows for conditions on the page."""


async def question_list(request: Request) -> Response:
    """The questions and a preview. POST moves, retires or restores one."""
    event = await event_for(request, Right.MANAGE_EVENT)
    refusal: Refused | None = None
    if request.method == "POST":
        given, by = dict(await _posted(request)), request.state.user.label
        one = await questions.question_of(event, given.get("question", ""))
        try:
            match given.get("do"):
                case "up":
                    await questions.move(event, one, -1, by=by)
                case "down":
                    await questions.move(event, one, 1, by=by)
                case "retire":
                    await questions.retire(event, one, by=by)
                case "restore":
                    await questions.restore(event, one, by=by)
            return redirect(f"{request.url.path}?done=1")
        except Refused as exc:
            refusal = exc
    rows = await TicketQuestion.filter(event=event)
    return page(
        request,
        "ticketing/questions.html",
        refusal.status if refusal else 200,
        event=event,
        live=[one for one in rows if not one.retired_at],
        gone=[one for one in rows if one.retired_at],
        kinds=dict(KINDS),
        labels={one.code: one.label for one in rows},
        types=await TicketType.filter(event=event),
        form=Form({}),
        countries=countries,
        refusal=refusal,
        done="done" in request.query_params,
    )


async def question_page(request: Request) -> Response:
    """One question, or a new one; POST saves it, or shows it as typed with what is wrong."""
    event = await event_for(request, Right.MANAGE_EVENT)
    code = request.path_params.get("code")
    known = await questions.question_of(event, code) if code else None
    form: Form[QuestionForm] = start(QuestionForm, **_shown(known))
    if request.method == "POST":
        pairs = await _posted(request)
        form = check(QuestionForm, pairs)
        form.values.update({name: [value for key, value in pairs if key == name] for name in ("ticket_types", "conditions")})
        if not form.errors:
            try:
                await questions.save(event, known, form.data, by=request.state.user.label)
                return redirect(f"/manage/{event.slug}/questions?done=1")
            except Refused as refusal:
                form.refuse(refusal)
    before = questions.can_depend_on(await questions.questions_of(event), known)
    return page(
        request,
        "ticketing/question.html",
        422 if form.errors else 200,
        event=event,
        known=known,
        form=form,
        kinds=KINDS,
        types=await TicketType.filter(event=event),
        conditions=CONDITIONS,
        options=[(f"{one.code}={answer}", f"{one.label}: {answer}") for one in before for answer in questions.options(one)],
        answered=bool(known and await questions.answered(known)),
    )


async def _posted(request: Request) -> list[tuple[str, str]]:
    async with request.form(max_fields=200, max_files=0) as posted:
        return [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]


def _shown(known: TicketQuestion | None) -> dict[str, Any]:
    """A question as its form shows it."""
    if known is None:
        return {"kind": "line", "asked": "now", "joined": "all", "ticket_types": [], "conditions": []}
    joined, rows = next(iter(known.shown_if.items()), ("all", []))
    return {
        **{name: getattr(known, name) for name in ("label", "hint", "required", "sensitive", "ticket_types")},
        "kind": str(known.kind),
        "asked": str(known.asked),
        "choices": "\n".join(known.choices),
        "joined": joined,
        "conditions": [f"{row['question']}={row['is']}" for row in rows],
    }


manage = [
    Route("/manage/{event}/questions", question_list, methods=["GET", "POST"]),
    Route("/manage/{event}/questions/new", question_page, methods=["GET", "POST"], name="new_question"),
    Route("/manage/{event}/questions/{code}", question_page, methods=["GET", "POST"]),
]
