"""Reviewers and what they are asked to review."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Track
from eventsvc.cfp.forms.review import AssignForm, ReviewerChange, ReviewerForm
from eventsvc.cfp.models import Assignment, Call, ConflictOfInterest, Proposal, Review, Reviewer
from eventsvc.cfp.rules import assignment, phases
from eventsvc.cfp.rules import reviewers as rules
from eventsvc.cfp.rules.standing import standings
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for


async def _setting(request: Request) -> tuple[Event, Call]:
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    return event, await phases.call_of(event)


async def listed(request: Request) -> Response:
    """Who reviews, how far they are; POST adds one and sends the invitation, or reminds those who have something left."""
    event, call = await _setting(request)
    form, chosen = start(ReviewerForm), list[str]()
    phase = await phases.current(call)
    if request.method == "POST":
        async with request.form(max_fields=300, max_files=0) as posted:
            chosen = [str(code) for code in posted.getlist("tracks")]
            do = str(posted.get("do", ""))
        if do == "remind" and phase:
            count = await rules.remind(event, call, phase, by=request.state.user.label)
            return redirect(f"{request.url.path}?done=reminded&letters={count}")
        form = await parse(request, ReviewerForm)
        if not form.errors:
            try:
                _, new = await rules.add_reviewer(event, call, form.data, by=request.state.user.label)
                return redirect(f"{request.url.path}?done={'added' if new else 'known'}")
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "cfp/reviewers.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        chosen=chosen,
        reviewers=(await standings(call)).reviewers,
        can_remind=phase is not None and phase.can_score,
        letters=request.query_params.get("letters", "0"),
        tracks=await Track.filter(event=event),
        done=request.query_params.get("done", ""),
    )


async def one(request: Request) -> Response:
    """One reviewer: tracks, organisation, what they are asked for and where they stepped back."""
    event, call = await _setting(request)
    reviewer = await Reviewer.get_or_none(call=call, id=request.path_params["id"]).select_related("user")
    if reviewer is None:
        raise NotFound("There is no such reviewer at this event.")
    reviewer.call = call
    form: Form[ReviewerChange] = start(ReviewerChange, organisation=reviewer.organisation)
    chosen, said = reviewer.tracks, ""
    if request.method == "POST":
        async with request.form(max_fields=300, max_files=0) as posted:
            given = {key: str(value) for key, value in posted.items()}
            chosen = [str(code) for code in posted.getlist("tracks")]
        form = await parse(request, ReviewerChange)
        try:
            to, said = await _change(event, call, reviewer, form, given, request.state.user.label)
            if to:
                return redirect(to)
        except NotFound:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "cfp/reviewer.html",
        422 if form.errors else 200,
        event=event,
        reviewer=reviewer,
        form=form,
        chosen=chosen,
        said=said,
        tracks=await Track.filter(event=event),
        assigned=await Assignment.filter(reviewer=reviewer).select_related("proposal").order_by("id"),
        reviewed=set(await Review.filter(reviewer=reviewer).values_list("proposal_id", flat=True)),
        conflicts=await ConflictOfInterest.filter(reviewer=reviewer).select_related("proposal").order_by("id"),
        open=await Proposal.filter(call=call, state__in=assignment.REVIEWED_STATES).order_by("title"),
        done=request.query_params.get("done", ""),
    )


async def _change(
    event: Event, call: Call, reviewer: Reviewer, form: Form[ReviewerChange], given: dict[str, str], by: str
) -> tuple[str, str]:
    """Do one thing. Returns where to go on, or nothing and a note to show."""
    here = f"/manage/{event.slug}/review/reviewers/{reviewer.id}"
    match given.get("do", ""):
        case "save":
            if form.errors:
                return "", ""
            await rules.change_reviewer(event, reviewer, form.data, by=by)
            return f"{here}?done=saved", ""
        case "invite":
            await rules.invite_again(event, reviewer, by=by)
            return f"{here}?done=invited", ""
        case "remove":
            await rules.remove_reviewer(event, reviewer, by=by)
            return f"/manage/{event.slug}/review/reviewers?done=removed", ""
        case "track":
            new = await assignment.assign_track(call, reviewer, given.get("track", ""), by=by)
            return "", f"{new} proposal{'s' if new != 1 else ''} of that track asked of them that were not before."
    proposal = await Proposal.get_or_none(call=call, code=given.get("proposal", "")).prefetch_related("authors__speaker")
    if proposal is None:
        raise NotFound("There is no such proposal at this event.")
    proposal.call = call
    match given.get("do", ""):
        case "assign":
            said = await assignment.assign(call, proposal, reviewer, by=by)
            return ("" if said else f"{here}?done=assigned"), said or ""
        case "unassign":
            await assignment.take_back(call, proposal, reviewer, by=by)
        case "forget":
            await rules.forget_conflict(call, proposal, reviewer, by=by)
        case _:
            raise NotFound("That is not there any more.")
    return f"{here}?done=changed", ""


async def share(request: Request) -> Response:
    """Share the work out automatically: GET shows how things stand, POST adds what is missing and says what could not be done."""
    event, call = await _setting(request)
    found = await standings(call)
    form: Form[AssignForm] = start(AssignForm, each=found.each)
    outcome: Any = None
    if request.method == "POST":
        form = await parse(request, AssignForm)
        if not form.errors:
            reviewers = await rules.on_duty(call)
            outcome = await assignment.assign_automatically(call, reviewers, form.data.each, by=request.state.user.label)
            found = await standings(call)
    return page(
        request, "cfp/assignment.html", 422 if form.errors else 200, event=event, form=form, outcome=outcome, reviewers=found.reviewers
    )


manage = [
    Route("/manage/{event}/review/reviewers", listed, methods=["GET", "POST"], name="reviewers"),
    Route("/manage/{event}/review/reviewers/{id:int}", one, methods=["GET", "POST"], name="reviewer"),
    Route("/manage/{event}/review/assignment", share, methods=["GET", "POST"]),
]
