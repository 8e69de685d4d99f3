"""The designer: an own layout as a form in millimetres, with its preview beside it."""

from __future__ import annotations

import base64
import dataclasses
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.badges import rules
from eventsvc.badges.forms import MOST_PARTS, WORDS, DeadlineForm, DesignForm, TypeDesignsForm
from eventsvc.badges.models import Design, DesignPicture
from eventsvc.badges.render.layouts import PRESETS, STANDARD, Kind, Layout, Paint, fresh
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check
from eventsvc.core.web import PRIVATE, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.models import TicketQuestion, TicketType

PAINTS = {
    Paint.INK: "Black",
    Paint.SOFT: "Grey",
    Paint.WHITE: "White",
    Paint.TYPE: "Ticket type’s colour",
    Paint.EVENT: "Event’s colour",
    Paint.DARK: "Event’s colour, dark",
    Paint.PALE: "Event’s colour, pale",
}
MAX_FILE = 10 * 1024 * 1024


async def design_list(request: Request) -> Response:
    """Designs, pictures for them, and which ticket type has which. POST chooses, or adds or removes a picture."""
    event = await event_for(request, Right.MANAGE_EVENT)
    by, form = request.state.user.label, Form[TypeDesignsForm]({})
    if request.method == "POST":
        try:
            if request.headers.get("content-type", "").startswith("multipart/"):
                async with request.form(max_files=1, max_fields=10) as posted:
                    file = posted.get("picture")
                    raw = await file.read(MAX_FILE) if isinstance(file, UploadFile) else b""
                    name = str(posted.get("label", "")) or (file.filename or "" if isinstance(file, UploadFile) else "")
                await rules.add_picture(event, raw, name, by=by)
                return redirect(f"{request.url.path}?done=picture#pictures")
            async with request.form() as posted:
                gone = str(posted.get("picture", ""))
            if gone:
                await rules.remove_picture(event, gone, by=by)
                return redirect(f"{request.url.path}?done=removed#pictures")
            if "until" in dict(await request.form()):
                when = await parse(request, DeadlineForm)
                if not when.errors:
                    until = event.aware(when.data.until) if when.data.until else None
                    await rules.set_deadline(event, until, by=by)
                    return redirect(f"{request.url.path}?done=until")
                form.errors.update(when.errors)
                form.values.update(when.values)
            form = form if form.errors else await parse(request, TypeDesignsForm)
            if not form.errors:
                await rules.choose_designs(event, form.data, by=by)
                return redirect(f"{request.url.path}?done=chosen")
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "badges/designs.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        done=request.query_params.get("done", ""),
        until=event.typed(await rules.deadline(event)),
        own=await Design.filter(event=event).order_by("id"),
        known=await rules.layouts_of(event),
        presets=PRESETS,
        types=await TicketType.filter(event=event),
        chosen=await rules.chosen_designs(event),
        pictures=await DesignPicture.filter(event=event).order_by("id").only("id", "code", "name"),
    )


async def design_page(request: Request) -> Response:
    """One design, or a new one begun from another (?from=). POST previews, adds or takes away a part, saves or removes."""
    event = await event_for(request, Right.MANAGE_EVENT)
    code, by = request.path_params.get("code"), request.state.user.label
    known = await rules.design_of(event, code) if code else None
    form: Form[DesignForm] = _shown(await _begun(request, event, known), "" if known is None else known.name)
    if request.method == "POST":
        async with request.form(max_fields=MOST_PARTS * 20, max_files=0) as posted:
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        do = dict(pairs).get("do", "preview")
        if do == "remove" and known:
            await rules.remove_design(event, known, by=by)
            return redirect(f"/manage/{event.slug}/badges/designs?done=gone")
        form = check(DesignForm, _changed(pairs, do))
        if do == "save" and not form.errors:
            try:
                await rules.save_design(event, known, form.data, by=by)
                return redirect(f"/manage/{event.slug}/badges/designs?done=saved")
            except Refused as refusal:
                form.refuse(refusal)
        elif do != "save" and not dict(pairs).get("name", "").strip():
            form = check(DesignForm, [*[pair for pair in _changed(pairs, do) if pair[0] != "name"], ("name", "New design")])
            form.values["name"] = ""
    return page(
        request,
        "badges/design.html",
        422 if form.errors else 200,
        event=event,
        known=known,
        form=form,
        parts=sorted({int(match[1]) for name in form.values if (match := re.match(r"parts-(\d+)-", name))}),
        words=WORDS,
        kinds=Kind,
        paints=PAINTS,
        questions=await TicketQuestion.filter(event=event, retired_at=None, sensitive=False),
        pictures=await DesignPicture.filter(event=event).order_by("id").only("id", "code", "name"),
        **await _preview(event, form),
    )


async def _begun(request: Request, event: Event, known: Design | None) -> Layout:
    if known:
        return rules.layout(known)
    return (await rules.layouts_of(event)).get(request.query_params.get("from", ""), PRESETS[STANDARD])


def _shown(layout: Layout, name: str) -> Form[DesignForm]:
    """A layout as its form shows it, judged already so that it can be previewed."""
    pairs = [("name", name or "New design"), ("width", f"{layout.width:g}"), ("height", f"{layout.height:g}")]
    pairs += [("sheet", layout.sheet), ("gutter", f"{layout.gutter:g}")]
    for number, part in enumerate(layout.parts):
        pairs += _fields(number, dataclasses.asdict(part))
    form = check(DesignForm, pairs)
    form.values["name"] = name
    return form


def _fields(number: int, part: dict[str, Any]) -> list[tuple[str, str]]:
    """A part as the form has it. A box that is not ticked is not there."""
    shown = {name: f"{value:g}" if isinstance(value, float) else value for name, value in part.items()}
    return [(f"parts-{number}-{name}", "true" if value is True else str(value)) for name, value in shown.items() if value is not False]


def _changed(pairs: list[tuple[str, str]], do: str) -> list[tuple[str, str]]:
    """What was typed, with a part more or less when one of those buttons was pressed."""
    values = dict(pairs)
    if do.startswith("drop-"):
        return [(name, value) for name, value in pairs if not name.startswith(f"parts-{do[5:]}-")]
    if do == "add" and values.get("add") in list(Kind):
        numbers = [int(match[1]) for name in values if (match := re.match(r"parts-(\d{1,2})-", name))]
        part = fresh(Kind(values["add"]), values.get("width", ""), values.get("height", ""))
        return [*pairs, *_fields(max(numbers, default=-1) + 1, dataclasses.asdict(part) | {"side": values.get("add_side", "front")})]
    return pairs


async def _preview(event: Event, form: Form[DesignForm]) -> dict[str, Any]:
    """Both sides as pictures inside the page, and what will not fit; nothing while something is wrong."""
    if form.errors:
        return {"faces": [], "misfits": [], "sample": ""}
    layout = form.data.layout()
    tickets = await rules.samples_or_example(event, 1)
    sides = ["front", *(["back"] if layout.side("back") else [])]
    faces = [base64.b64encode(await rules.layout_png(event, layout, tickets, side)).decode() for side in sides]
    return {"faces": list(zip(sides, faces, strict=True)), "misfits": rules.unreadable(layout), "sample": tickets[0].name}


async def picture(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_EVENT)
    found = await DesignPicture.get_or_none(event=event, code=request.path_params["code"])
    if found is None:
        raise NotFound("There is no such picture.")
    return Response(found.png, media_type="image/png", headers=PRIVATE)


routes = [
    Route("/manage/{event}/badges/designs", design_list, methods=["GET", "POST"]),
    Route("/manage/{event}/badges/designs/new", design_page, methods=["GET", "POST"], name="new_design"),
    Route("/manage/{event}/badges/designs/{code}", design_page, methods=["GET", "POST"]),
    Route("/manage/{event}/badges/pictures/{code}.png", picture),
]
