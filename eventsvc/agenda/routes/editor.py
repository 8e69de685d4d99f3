"""The agenda editor: one day of the draft by rooms. The script, the keyboard and the forms all end in the same verbs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms.editor import EVERYWHERE, BreakForm, MovesIn, OffForm, PlaceForm, ShiftForm, StepForm, SwapForm
from eventsvc.agenda.models import Room, Session
from eventsvc.agenda.rules import board_sheet, draft_steps
from eventsvc.agenda.rules.board import Board, load, wanted_minutes
from eventsvc.agenda.rules.clashes import clashes
from eventsvc.agenda.rules.draft import Place, move, move_many, undo
from eventsvc.agenda.rules.draft_steps import NothingThere
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, FormModel, start
from eventsvc.core.web import PRIVATE, compressed, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

DONE = {
    "place": "Moved in the draft.",
    "off": "Taken off the agenda, in the draft.",
    "suggest": "The suggested places are in the draft.",
    "break": "The break is in the draft.",
    "shift": "Moved in the draft.",
    "swap": "They have changed places, in the draft.",
    "undo": "Undone.",
    "redo": "Done again.",
}


async def editor(request: Request) -> Response:
    """One day of the draft; POST is a move by form."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    forms: dict[str, Form[Any]] = {}
    if request.method == "POST":
        async with request.form(max_fields=50, max_files=0) as posted:
            do = str(posted.get("do", ""))
        if do not in FORMS:
            raise NotFound("That is not something the editor can do.")
        model, verb = FORMS[do]
        form = forms[do] = await parse(request, model)
        if not form.errors:
            try:
                day = await verb(event, form.data, request.state.user.label)
                shown = f"day={day}&" if day else _kept_day(request)
                return redirect(f"{request.url.path}?{shown}done={do}")
            except Refused as refusal:
                prefix = next((name.partition("_")[0] + "_" for name in model.model_fields if "_" in name), "")
                name = prefix + (refusal.field or "")
                form.errors.setdefault(name if name in model.model_fields else "", refusal.sentence)
    return await _shown(request, event, forms)


def _kept_day(request: Request) -> str:
    day = request.query_params.get("day", "")[:10]
    return f"day={day}&" if day.replace("-", "").isdecimal() else ""


async def _shown(request: Request, event: Event, forms: dict[str, Form[Any]]) -> Response:
    board = await load(event)
    undo_step, redo_step = await draft_steps.steps(event, request.state.user.label)
    days = board_sheet.days(board)
    day = _chosen(event, days, request.query_params.get("day", ""))
    sheet = board_sheet.sheet(board, undo_step, redo_step)
    found = clashes(board.plan())
    picked = board.sessions.get(next((s.id for s in board.sessions.values() if s.code == request.query_params.get("move")), 0))
    answer = page(
        request,
        "agenda/editor.html",
        next((422 for form in forms.values() if form.errors), 200),
        event=event,
        board=board,
        days=days,
        day=day,
        listed=_listed(board, day),
        waiting=[one for one in board.sessions.values() if board.places[one.id].start is None],
        said=_said(board, found),
        found=len(found),
        undo=undo_step,
        redo=redo_step,
        changes=sheet["changes"],
        sheet=orjson.dumps(sheet).decode().replace("<", "\\u003c"),
        forms={do: forms.get(do) or start(model, **_first(board, do, day, picked)) for do, (model, _) in FORMS.items()},
        failed=next((form for form in forms.values() if form.errors), None),
        open=next(iter(forms), "place" if picked else ""),
        done=DONE.get(request.query_params.get("done", ""), ""),
    )
    return compressed(request, answer)


def _chosen(event: Event, days: list[date], asked: str) -> date:
    """The day in the address; else today, where it is one of them; else the first."""
    by_name = {day.isoformat(): day for day in days}
    return by_name.get(asked) or by_name.get(event.local(now()).date().isoformat()) or days[0]


def _listed(board: Board, day: date) -> list[tuple[Session, Place]]:
    """What the draft has on that day, by time and room."""
    order = {room.id: n for n, room in enumerate(board.rooms)}
    found = [(board.sessions[number], place) for number, place in board.places.items()]
    on_day = [(one, place) for one, place in found if place.start and board.event.local(place.start).date() == day]
    return sorted(on_day, key=lambda row: (row[1].start, order.get(row[1].room_id or 0, -1), row[0].title))


def _said(board: Board, found: list[Any]) -> dict[int, list[str]]:
    """Session number → what is wrong with it, told at both sessions of a clash."""
    said: dict[int, list[str]] = {}
    for clash in found:
        said.setdefault(clash.item, []).append(clash.says)
        if clash.other is not None:
            said.setdefault(clash.other, []).append(f"Clashes with “{board.sessions[clash.item].title}”.")
    return said


def _first(board: Board, do: str, day: date, picked: Session | None) -> dict[str, Any]:
    """What an untouched form begins with."""
    if do == "place" and picked:
        place = board.places[picked.id]
        room = next((room.code for room in board.rooms if room.id == place.room_id), "")
        at = board.event.local(place.start) if place.start else None
        return {
            "session": picked.code,
            "day": (at.date() if at else day).isoformat(),
            "at": f"{at:%H:%M}" if at else "",
            "minutes": wanted_minutes(picked, place),
            "room": room,
        }
    today = day.isoformat()
    first: dict[str, dict[str, Any]] = {
        "place": {"day": today},
        "break": {"break_day": today, "break_minutes": 30},
        "shift": {"shift_day": today, "shift_room": EVERYWHERE, "shift_minutes": 5},
    }
    return first.get(do, {})


async def _session(event: Event, code: str, field: str = "session") -> Session:
    session = await Session.get_or_none(event=event, code=code)
    if session is None:
        raise NothingThere("There is no such session at this event.", field=field)
    return session


async def _room(event: Event, code: str, field: str = "room") -> Room | None:
    room = await Room.get_or_none(event=event, code=code) if code else None
    if code and room is None:
        raise NothingThere("There is no such room at this event.", field=field)
    return room


async def _place(event: Event, wanted: PlaceForm, by: str) -> str:
    session, room = await _session(event, wanted.session), await _room(event, wanted.room)
    await move(event, session, draft_steps.place_at(event, wanted.day, wanted.at, wanted.minutes, room), by=by)
    return wanted.day.isoformat()


async def _off(event: Event, wanted: OffForm, by: str) -> str:
    await move(event, await _session(event, wanted.session), Place(None, None, None), by=by)
    return ""


async def _break(event: Event, wanted: BreakForm, by: str) -> str:
    place = draft_steps.place_at(event, wanted.break_day, wanted.break_at, wanted.break_minutes, await _room(event, wanted.break_room))
    await draft_steps.add_break(event, wanted.break_title, place, by=by)
    return wanted.break_day.isoformat()


async def _shift(event: Event, wanted: ShiftForm, by: str) -> str:
    everywhere = wanted.shift_room == EVERYWHERE
    room = None if everywhere else await _room(event, wanted.shift_room)
    await draft_steps.shift(event, wanted.shift_day, room, wanted.shift_after, wanted.shift_minutes, by=by, everywhere=everywhere)
    return wanted.shift_day.isoformat()


async def _swap(event: Event, wanted: SwapForm, by: str) -> str:
    one, other = await _session(event, wanted.swap_one, "one"), await _session(event, wanted.swap_other, "other")
    await draft_steps.swap(event, one, other, by=by)
    return ""


async def _undo(event: Event, wanted: StepForm, by: str) -> str:
    await _step(event, by, 0)
    return ""


async def _redo(event: Event, wanted: StepForm, by: str) -> str:
    await _step(event, by, 1)
    return ""


async def _step(event: Event, by: str, which: int) -> None:
    step = (await draft_steps.steps(event, by))[which]
    if step is None:
        raise NothingThere("There is nothing of yours to undo." if which == 0 else "There is nothing to do again.")
    await undo(event, step.entry_id, by)


Verb = Callable[[Event, Any, str], Awaitable[str]]
FORMS: dict[str, tuple[type[FormModel], Verb]] = {
    "place": (PlaceForm, _place),
    "off": (OffForm, _off),
    "break": (BreakForm, _break),
    "shift": (ShiftForm, _shift),
    "swap": (SwapForm, _swap),
    "undo": (StepForm, _undo),
    "redo": (StepForm, _redo),
}


async def moves(request: Request) -> Response:
    """Moves from the editor's script, saved at once. The answer has the sessions as they are now, also when it was refused."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    by = request.state.user.label
    try:
        wanted = MovesIn.model_validate_json(await request.body())
    except ValidationError:
        return JSONResponse({"says": "That could not be read."}, 422, headers=PRIVATE)
    said, status = "", 200
    codes: set[str] | None = {one.session for one in wanted.moves}
    try:
        if wanted.do == "move":
            await _moved(event, wanted, by)
        else:
            await _step(event, by, 0 if wanted.do == "undo" else 1)
            codes = None
    except Refused as refusal:
        said, status = refusal.sentence, refusal.status
    board = await load(event)
    answer = board_sheet.state(board, *await draft_steps.steps(event, by), codes)
    return compressed(request, JSONResponse({**answer, "says": said}, status, headers=PRIVATE))


async def _moved(event: Event, wanted: MovesIn, by: str) -> None:
    pairs, seen = [], {}
    for one in wanted.moves:
        session = await _session(event, one.session)
        pairs.append((session, await board_sheet.place_from(event, one.to.room, one.to.start, one.to.end)))
        seen[session.id] = await board_sheet.place_from(event, one.seen.room, one.seen.start, one.seen.end)
    await move_many(event, pairs, by=by, seen=seen)


async def sheet(request: Request) -> Response:
    """The sessions as they are now, for a page that hears of somebody else's move; `?of=` names some."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    codes = set(request.query_params.get("of", "")[:2000].split(",")) - {""}
    answer = board_sheet.state(await load(event), *await draft_steps.steps(event, request.state.user.label), codes or None)
    return compressed(request, JSONResponse(answer, headers=PRIVATE))


routes = [
    Route("/manage/{event}/agenda", editor, methods=["GET", "POST"]),
    Route("/manage/{event}/agenda/moves", moves, methods=["POST"]),
    Route("/manage/{event}/agenda/sheet", sheet),
]
