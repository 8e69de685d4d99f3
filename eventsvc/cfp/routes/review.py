"""A reviewer's desk, one proposal a page. Everything shown here is a `Seen`: no template of these gets a proposal."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.cfp.forms.review import CommentForm, judge
from eventsvc.cfp.models import Call, Field, FieldKind, Proposal, Review, Reviewer, ReviewPhase, ScoreCategory
from eventsvc.cfp.rules import phases as phase_rules
from eventsvc.cfp.rules import reviewers as reviewer_rules
from eventsvc.cfp.rules import reviews as rules
from eventsvc.cfp.rules.seen import seen
from eventsvc.core import text
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

MAX_LISTED = 60


async def _desk_of(request: Request) -> tuple[Event, Call | None, Reviewer | None, ReviewPhase | None]:
    """Whose desk this is, and the phase whose rights hold."""
    event = await event_for(request, Right.REVIEW)
    call = await Call.get_or_none(event=event)
    if call is None:
        return event, None, None, None
    call.event = event
    return event, call, await reviewer_rules.reviewer_of(call, request.state.user), await phase_rules.current(call)


async def desk(request: Request) -> Response:
    """What is left to do, and what is done."""
    event, call, reviewer, phase = await _desk_of(request)
    organises = Right.MANAGE_PROGRAMME in request.state.rights
    if call is None and organises:
        return page(request, "cfp/no_call.html", event=event)
    if reviewer is None and organises:
        return redirect(f"/manage/{event.slug}/review/dashboard")
    found = await rules.desk(call, reviewer, phase) if call and reviewer and phase else rules.Desk()
    return page(
        request,
        "cfp/desk.html",
        event=event,
        reviewer=reviewer,
        phase=phase,
        next_phase=phase_rules.coming(await ReviewPhase.filter(call=call), now()) if call else None,
        desk=found,
        listed=MAX_LISTED,
        organises=organises,
        done=request.query_params.get("done", ""),
    )


async def following(request: Request) -> Response:
    """On to whatever needs a review most."""
    event, call, reviewer, phase = await _desk_of(request)
    found = await rules.desk(call, reviewer, phase) if call and reviewer and phase else rules.Desk()
    base = f"/manage/{event.slug}/review"
    return redirect(f"{base}/proposals/{found.next}" if found.next else f"{base}?done=all")


async def proposal(request: Request) -> Response:
    """One proposal: read it, score it, abstain, step back, comment."""
    event, call, reviewer, phase = await _desk_of(request)
    if call is None or reviewer is None or phase is None:
        raise NotFound("There is nothing for you to review at the moment. Go back to your desk.")
    one = await rules.find(call, reviewer, phase, request.path_params["code"])
    scales, asked = await rules.scales_of(call, one), await rules.asked_of(call, one)
    mine = await Review.get_or_none(proposal=one, reviewer=reviewer)
    form: Form[Any] = Form(_given(scales, asked, mine))
    status = 200
    if request.method == "POST":
        async with request.form(max_fields=200, max_files=0) as posted:
            pairs = [(key, value) for key, value in posted.multi_items() if isinstance(value, str)]
        to, form = await _act(request, one, reviewer, phase, scales, asked, pairs)
        if to:
            return redirect(f"/manage/{event.slug}/review{to}")
        status = 422
    shown = (await seen([one], phase))[one.id]
    all_of_it = rules.sees_others(phase, mine)
    told, words = await rules.others(one, reviewer, phase, scales, all_of_it=all_of_it)
    return page(
        request,
        "cfp/review.html",
        status,
        event=event,
        phase=phase,
        seen=shown,
        scales=scales,
        asked=asked,
        FieldKind=FieldKind,
        form=form,
        mine=mine,
        desk=await rules.desk(call, reviewer, phase),
        others=told,
        comments=words,
        all_of_it=all_of_it,
        organises=Right.MANAGE_PROGRAMME in request.state.rights,
        done=request.query_params.get("done", ""),
    )


async def _act(
    request: Request,
    one: Proposal,
    reviewer: Reviewer,
    phase: ReviewPhase,
    scales: list[ScoreCategory],
    asked: list[Field],
    pairs: list[tuple[str, str]],
) -> tuple[str, Form[Any]]:
    """Do what was asked; returns where to go on, or nothing and the form with what is wrong."""
    many = {field.key for field in asked if field.kind == FieldKind.MANY_OF}
    given: dict[str, Any] = {key: [value for name, value in pairs if name == key] if key in many else text for key, text in pairs}
    do, by = str(given.get("do", "save")), request.state.user.label
    here = f"/proposals/{one.code}"
    form: Form[Any] = Form(given)
    try:
        if do == "conflict":
            await rules.declare_conflict(one, reviewer, text.one_line(str(given.get("reason", ""))), by=by)
            return "?done=conflict", form
        if do == "comment":
            said = check(CommentForm, [("text", str(given.get("comment", "")))])
            if said.errors:
                form.errors["comment"] = said.errors["text"]
                return "", form
            await rules.comment(one, reviewer, phase, said.data.text, by=by)
            return f"{here}?done=comment#comments", form
        form, opinion = judge(scales, asked, given, abstained=do == "abstain")
        if form.errors:
            return "", form
        await rules.give(one, reviewer, phase, opinion, by=by)
        return ("/next" if do in ("next", "abstain") else f"{here}?done=saved"), form
    except Refused as refusal:
        form.refuse(refusal)
        return "", form


def _given(scales: list[ScoreCategory], asked: list[Field], mine: Review | None) -> dict[str, Any]:
    """This reviewer's review as its form shows it."""
    if mine is None:
        return {}
    scores = {f"score_{one.id}": str(mine.scores[str(one.id)]) for one in scales if str(one.id) in mine.scores}
    answers = {one.key: mine.answers[one.key] for one in asked if one.key in mine.answers}
    shown = {key: str(value).lower() if isinstance(value, bool) else value for key, value in answers.items()}
    return {**scores, **shown, "text": mine.text}


manage = [
    Route("/manage/{event}/review", desk),
    Route("/manage/{event}/review/next", following),
    Route("/manage/{event}/review/proposals/{code}", proposal, methods=["GET", "POST"]),
]
