"""How reviewing is set up: phases with their rights, and the scales of a review."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Track
from eventsvc.cfp.forms.review import CategoryForm, PhaseForm
from eventsvc.cfp.models import ReviewPhase, ScoreCategory, SeeOthers
from eventsvc.cfp.rules import phases as rules
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

SEE_OTHERS = [
    (SeeOthers.NEVER, "Never"),
    (SeeOthers.AFTER_OWN, "After giving their own"),
    (SeeOthers.ALWAYS, "Always"),
]


async def setup(request: Request) -> Response:
    """Phases and scales in their order; POST moves one up."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    call = await rules.call_of(event)
    phases, categories = await ReviewPhase.filter(call=call), await ScoreCategory.filter(call=call)
    if request.method == "POST":
        async with request.form(max_fields=5, max_files=0) as posted:
            kind, _, number = str(posted.get("up", "")).partition("-")
        rows: list[Any] = list(phases if kind == "phase" else categories)
        row = next((one for one in rows if str(one.id) == number), None)
        if row is None:
            raise NotFound("That is not there any more.")
        await rules.move_up(call, row, by=request.state.user.label)
        return redirect(f"{request.url.path}?done=moved")
    return page(
        request,
        "cfp/setup.html",
        event=event,
        phases=phases,
        on=rules.under_way(phases, now()),
        overlaps=rules.overlaps(phases),
        categories=categories,
        total=sum(one.weight for one in categories),
        tracks={track.code: track.name for track in await Track.filter(event=event)},
        see_others=dict(SEE_OTHERS),
        done=request.query_params.get("done", ""),
    )


async def phase(request: Request) -> Response:
    """One phase, or a new one."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    call, number, by = await rules.call_of(event), request.path_params.get("id"), request.state.user.label
    row = await ReviewPhase.get_or_none(call=call, id=number) if number else None
    if number and row is None:
        raise NotFound("There is no such phase at this event.")
    form: Form[PhaseForm] = start(PhaseForm, **_phase_shown(event, row))
    if request.method == "POST":
        form = await parse(request, PhaseForm)
        if row and form.value("do") == "remove":
            await rules.remove_phase(call, row, by=by)
            return redirect(f"/manage/{event.slug}/review/setup?done=removed")
        if not form.errors:
            await rules.save_phase(event, call, row, form.data, by=by)
            return redirect(f"/manage/{event.slug}/review/setup?done=saved")
    return page(request, "cfp/phase.html", 422 if form.errors else 200, event=event, phase=row, form=form, see_others=SEE_OTHERS)


def _phase_shown(event: Event, row: ReviewPhase | None) -> dict[str, Any]:
    if row is None:
        return {"blind": True, "can_score": True, "can_comment": True, "see_others": SeeOthers.AFTER_OWN, "per_proposal": 3}
    times = {name: event.typed(getattr(row, name)) for name in ("opens_at", "closes_at")}
    names = ("name", "blind", "can_score", "can_comment", "see_others", "assigned_only", "per_proposal")
    return {**{name: getattr(row, name) for name in names}, **times}


async def category(request: Request) -> Response:
    """One scale, or a new one."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    call, number, by = await rules.call_of(event), request.path_params.get("id"), request.state.user.label
    row = await ScoreCategory.get_or_none(call=call, id=number) if number else None
    if number and row is None:
        raise NotFound("There is no such score at this event.")
    form: Form[CategoryForm] = start(CategoryForm, **_category_shown(row))
    chosen = row.tracks if row else []
    if request.method == "POST":
        async with request.form(max_fields=300, max_files=0) as posted:
            chosen = [str(code) for code in posted.getlist("tracks")]
        form = await parse(request, CategoryForm)
        try:
            if row and form.value("do") == "remove":
                await rules.remove_category(call, row, by=by)
                return redirect(f"/manage/{event.slug}/review/setup?done=removed")
            if not form.errors:
                await rules.save_category(call, row, form.data, by=by)
                return redirect(f"/manage/{event.slug}/review/setup?done=saved")
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "cfp/category.html",
        422 if form.errors else 200,
        event=event,
        category=row,
        form=form,
        chosen=chosen,
        tracks=await Track.filter(event=event),
    )


def _category_shown(row: ScoreCategory | None) -> dict[str, Any]:
    if row is None:
        return {"weight": 1, "low": 1, "high": 5, "required": True, "labels": "1 = Not for us\n3 = Good\n5 = We must have it"}
    labels = "\n".join(f"{number} = {word}" for number, word in sorted(row.labels.items(), key=lambda pair: int(pair[0])))
    return {**{name: getattr(row, name) for name in ("name", "hint", "weight", "low", "high", "required")}, "labels": labels}


manage = [
    Route("/manage/{event}/review/setup", setup, methods=["GET", "POST"]),
    Route("/manage/{event}/review/phases/new", phase, methods=["GET", "POST"], name="new_phase"),
    Route("/manage/{event}/review/phases/{id:int}", phase, methods=["GET", "POST"], name="phase"),
    Route("/manage/{event}/review/scores/new", category, methods=["GET", "POST"], name="new_score"),
    Route("/manage/{event}/review/scores/{id:int}", category, methods=["GET", "POST"], name="score"),
]
