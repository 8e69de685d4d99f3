"""Answers: an attendee's own, how many answered what, and the page for those who cater."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.asked import countries
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound
from eventsvc.core.forms import Form
from eventsvc.core.web import PRIVATE, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.forms.questions import lists, typed
from eventsvc.ticketing.models import QuestionKind, Ticket, TicketQuestion
from eventsvc.ticketing.rules import answers, needs, questions, tickets


async def own(request: Request) -> Response:
    """An attendee's questions, also those asked later. Sensitive answers are not shown again: they can be replaced or deleted."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    asked = answers.asked_of(ticket, await questions.questions_of(event))
    if not asked or not ticket.is_live or now() >= event.ends_at:
        raise NotFound("There is nothing to answer for this ticket.")
    form = _begun(ticket)
    if request.method == "POST":
        async with request.form(max_fields=500, max_files=0) as posted:
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        form = Form({**dict(pairs), **lists(asked, pairs)})
        drop = [value for name, value in pairs if name == "drop"]
        wrong = await answers.answer(event, ticket, typed(pairs), drop=drop, by="attendee")
        if not wrong:
            return redirect(f"/{event.slug}/my/{ticket.secret}?done=answers")
        form.errors.update({f"q_{code}": sentence for code, sentence in wrong})
    return await _shown(request, event, ticket, form, asked)


async def own_page(request: Request, event: Event, ticket: Ticket, errors: dict[str, str]) -> Response:
    """The page as it was, with what is wrong."""
    form = _begun(ticket)
    form.errors.update(errors)
    return await _shown(request, event, ticket, form, answers.asked_of(ticket, await questions.questions_of(event)))


def _begun(ticket: Ticket) -> Form[OrderForm]:
    return Form({f"q_{code}": _as_typed(value) for code, value in answers.plain(ticket).items()})


async def _shown(request: Request, event: Event, ticket: Ticket, form: Form[OrderForm], asked: list[TicketQuestion]) -> Response:
    return page(
        request,
        "ticketing/own_answers.html",
        422 if form.errors else 200,
        headers=PRIVATE,
        event=event,
        ticket=ticket,
        form=form,
        questions=[one for one in asked if one.kind != QuestionKind.FILE],
        files=[one for one in asked if one.kind == QuestionKind.FILE],
        kept=set(await needs.of(ticket)),
        countries=countries,
        done=request.query_params.get("done", ""),
    )


def _as_typed(value: object) -> object:
    return ("true" if value else "false") if isinstance(value, bool) else value


async def counts(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_ORDERS)
    return page(request, "ticketing/answers.html", event=event, counts=await answers.counts(event))


async def needs_page(request: Request) -> Response:
    """How often each need was said. POST shows the names for one question: asked for each time, and noted."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    question, people = None, []
    if request.method == "POST":
        async with request.form(max_fields=5, max_files=0) as posted:
            question = await questions.question_of(event, str(posted.get("question", "")))
        people = await needs.named(event, question, by=request.state.user.label)
    return page(
        request,
        "ticketing/needs.html",
        headers=PRIVATE,
        event=event,
        needs=await needs.counted(event),
        question=question,
        people=people,
        days=needs.KEPT_FOR.days,
    )


routes = [Route("/{event}/my/{secret}/answers", own, methods=["GET", "POST"])]
manage = [
    Route("/manage/{event}/answers", counts),
    Route("/manage/{event}/needs", needs_page, methods=["GET", "POST"]),
]
