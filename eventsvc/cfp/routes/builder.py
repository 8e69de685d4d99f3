"""The form builder: what the call asks of sessions, speakers and reviewers, in which order, and how it will look."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.agenda.models import Track
from eventsvc.cfp.forms.call import FieldForm
from eventsvc.cfp.forms.entry import Asked, blank
from eventsvc.cfp.models import Call, Field, FieldKind, FieldTarget, ProposalType
from eventsvc.cfp.routes.call import call_for
from eventsvc.cfp.routes.visitor import about_form, posted
from eventsvc.cfp.rules import calls, fields
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.text import is_number
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event

KINDS = [
    (FieldKind.LINE, "One line of text"),
    (FieldKind.TEXT, "Longer text"),
    (FieldKind.ONE_OF, "One of several answers"),
    (FieldKind.MANY_OF, "Several of several answers"),
    (FieldKind.YES_NO, "Yes or no"),
    (FieldKind.NUMBER, "Number"),
    (FieldKind.DATE, "Date"),
    (FieldKind.URL, "Web address"),
]
TARGETS = [
    (FieldTarget.SESSION, "About the session"),
    (FieldTarget.SPEAKER, "About each speaker"),
    (FieldTarget.REVIEWER, "Asked of reviewers"),
]


async def builder(request: Request) -> Response:
    """The fields by whom they ask, and the form as it looks now. POST moves, retires or restores one, or takes a whole new order."""
    event, call = await call_for(request)
    if request.method == "POST":
        await _change(event, call, dict(await posted(request)), request.state.user.label)
        return redirect(f"{request.url.path}?done=1")
    rows = await Field.filter(call=call)
    asked = Asked(
        call, await ProposalType.filter(call=call), await calls.tracks_of(event, call), [one for one in rows if not one.retired_at]
    )
    return page(
        request,
        "cfp/organiser/builder.html",
        event=event,
        groups=[(target, words, [one for one in rows if one.target == target]) for target, words in TARGETS],
        kinds=dict(KINDS),
        asked=asked,
        form=blank(asked).form,
        done="done" in request.query_params,
        **about_form(event, asked),
    )


async def _change(event: Event, call: Call, given: dict[str, str], by: str) -> None:
    if order := given.get("order"):
        await fields.order(event, call, [int(part) for part in order.split(",") if is_number(part)], by=by)
        return
    field = await _field(call, given.get("field", ""))
    match given.get("do"):
        case "up":
            await fields.move(event, call, field, -1, by=by)
        case "down":
            await fields.move(event, call, field, 1, by=by)
        case "retire":
            await fields.retire(event, call, field, by=by)
        case "restore":
            await fields.restore(event, call, field, by=by)


async def _field(call: Call, number: str) -> Field:
    found = await Field.get_or_none(call=call, id=int(number)) if is_number(number) else None
    if found is None:
        raise NotFound("There is no such field in this form.")
    return found


async def field_page(request: Request) -> Response:
    """One field, or a new one, with how it will look; POST saves it, or shows it as typed."""
    event, call = await call_for(request)
    number = request.path_params.get("id")
    known = await _field(call, number) if number else None
    form: Form[FieldForm] = start(FieldForm, **_shown(known, request.query_params.get("target", "")))
    if request.method == "POST":
        pairs = await posted(request)
        form = check(FieldForm, pairs)
        form.values.update({name: [value for key, value in pairs if key == name] for name in ("types", "tracks")})
        if form.value("do") == "save" and not form.errors:
            try:
                await fields.save_field(event, call, known, form.data, by=request.state.user.label)
                return redirect(f"/manage/{event.slug}/call/form?done=1")
            except Refused as refusal:
                form.refuse(refusal)
    types, tracks = await ProposalType.filter(call=call), await Track.filter(event=event)
    sample = _sample(call, form)
    asked = Asked(call, types, tracks, [sample])
    return page(
        request,
        "cfp/organiser/field.html",
        422 if form.errors and form.value("do") == "save" else 200,
        event=event,
        known=known,
        form=form,
        kinds=KINDS,
        targets=TARGETS,
        types=types,
        tracks=tracks,
        sample=sample,
        blank=blank(asked).form,
        asked=asked,
        **about_form(event, asked),
    )


def _shown(known: Field | None, target: str) -> dict[str, Any]:
    if known is None:
        return {"target": target if target in set(FieldTarget) else "session", "kind": "line", "types": [], "tracks": []}
    values = {name: getattr(known, name) for name in FieldForm.model_fields}
    blanks = {name: values[name] or "" for name in ("min_length", "max_length")}
    return {**values, **blanks, "choices": "\n".join(known.choices), "target": str(known.target), "kind": str(known.kind)}


def _sample(call: Call, form: Form[FieldForm]) -> Field:
    """The field as typed so far, for showing it: never saved."""
    kind, most, least = str(form.value("kind")), str(form.value("max_length")), str(form.value("min_length"))
    lines = [line.strip() for line in str(form.value("choices")).splitlines() if line.strip()]
    return Field(
        id=0,
        call=call,
        target=FieldTarget.SESSION,
        kind=FieldKind(kind) if kind in set(FieldKind) else FieldKind.LINE,
        label=str(form.value("label"))[:300] or "Your question",
        hint=str(form.value("hint"))[:500],
        required=bool(form.value("required")),
        max_length=int(most) if is_number(most) else None,
        min_length=int(least) if is_number(least) else None,
        choices=lines or ["First answer", "Second answer"],
    )


manage = [
    Route("/manage/{event}/call/form", builder, methods=["GET", "POST"]),
    Route("/manage/{event}/call/form/new", field_page, methods=["GET", "POST"], name="new_field"),
    Route("/manage/{event}/call/form/{id}", field_page, methods=["GET", "POST"]),
]
