"""Doors and their tablets, for organisers: rights, PIN, the pairing code, taking a tablet back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.checkin.forms import DoorForm
from eventsvc.checkin.models import USUAL, Door, DoorRight
from eventsvc.checkin.rules import conflicts, doors, lists
from eventsvc.core import qr
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for

RIGHTS = {
    DoorRight.SCAN: ("Scan tickets", ""),
    DoorRight.SEARCH: ("Find guests by name", ""),
    DoorRight.OVERRIDE: ("Let somebody in anyway", "Always with a reason; it is written down."),
    DoorRight.WALK_IN: ("Register people who come without a ticket, and take money", ""),
    DoorRight.PRINT: ("Print badges", ""),
    DoorRight.SENSITIVE: ("See e-mail addresses", "A lost tablet shows them too. Leave it off unless the desk needs it."),
    DoorRight.KIOSK: ("Kiosk: guests check themselves in", "The tablet shows nothing but the scanner."),
}


async def all_doors(request: Request) -> Response:
    """Every door with its tablets: when each was last heard of, its battery, what waits on it."""
    event = await event_for(request, Right.MANAGE_EVENT)
    return page(
        request,
        "checkin/doors.html",
        event=event,
        doors=await doors.doors_of(event),
        tablets=await doors.tablets(event),
        conflicts=await conflicts.waiting(event),
        done=request.query_params.get("done", ""),
    )


async def door_page(request: Request) -> Response:
    """One door, or a new one."""
    event = await event_for(request, Right.MANAGE_EVENT)
    code, by = request.path_params.get("code"), request.state.user.label
    door = await doors.door_of(event, code) if code else None
    form = start(DoorForm, **({"name": door.name} if door else {}))
    picked = _picked(door)
    if request.method == "POST":
        form = await parse(request, DoorForm)
        async with request.form(max_fields=100) as posted:
            picked = {"lists": [str(one) for one in posted.getlist("lists")], "rights": [str(one) for one in posted.getlist("rights")]}
        if not form.errors:
            wanted = form.data
            values: dict[str, Any] = {"name": wanted.name, "rights": [str(one) for one in wanted.rights]}
            try:
                if door:
                    pin = "" if wanted.no_pin else wanted.pin or None
                    await doors.change_door(event, door, by=by, lists=wanted.lists, pin=pin, **values)
                else:
                    door = await doors.add_door(event, by=by, lists=wanted.lists, pin=wanted.pin, **values)
                return redirect(f"/manage/{event.slug}/checkin/doors?done=saved#{door.code}")
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "checkin/door.html",
        422 if form.errors else 200,
        event=event,
        door=door,
        form=form,
        picked=picked,
        lists=await lists.lists_of(event),
        rights=RIGHTS,
    )


def _picked(door: Door | None) -> dict[str, list[str]]:
    if door is None:
        return {"lists": [], "rights": [str(one) for one in USUAL]}
    return {"lists": [str(one.checkin_list_id) for one in door.lists], "rights": list(door.rights)}


async def show_pairing(request: Request) -> Response:
    """A pairing code, as a QR for the screen or for paper. It is shown only now."""
    event = await event_for(request, Right.MANAGE_EVENT)
    door = await doors.door_of(event, request.path_params["code"])
    async with request.form(max_fields=10) as posted:
        long = posted.get("long") == "true"
    link = await doors.pairing_link(event, door, by=request.state.user.label, valid=None if long else timedelta(hours=1))
    return page(
        request,
        "checkin/pairing.html",
        event=event,
        door=door,
        link=link,
        long=long,
        code=qr.svg(link, f"QR code that makes a tablet part of {door.name}"),
    )


async def end(request: Request) -> Response:
    """End a door with all its tablets."""
    event = await event_for(request, Right.MANAGE_EVENT)
    await doors.end_door(await doors.door_of(event, request.path_params["code"]), by=request.state.user.label)
    return redirect(f"/manage/{event.slug}/checkin/doors?done=ended")


async def revoke(request: Request) -> Response:
    """Take one tablet back."""
    event = await event_for(request, Right.MANAGE_EVENT)
    await doors.revoke(await doors.device_of(event, request.path_params["code"]), by=request.state.user.label)
    return redirect(f"/manage/{event.slug}/checkin/doors?done=revoked")


routes = [
    Route("/manage/{event}/checkin/doors", all_doors),
    Route("/manage/{event}/checkin/doors/new", door_page, methods=["GET", "POST"], name="new_door"),
    Route("/manage/{event}/checkin/doors/{code}", door_page, methods=["GET", "POST"]),
    Route("/manage/{event}/checkin/doors/{code}/pairing", show_pairing, methods=["POST"]),
    Route("/manage/{event}/checkin/doors/{code}/end", end, methods=["POST"]),
    Route("/manage/{event}/checkin/tablets/{code}/revoke", revoke, methods=["POST"]),
]
