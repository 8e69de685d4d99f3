"""The organiser's rooms and tracks: two lists that work alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms import RoomForm, TrackForm
from eventsvc.agenda.models import Room, Track
from eventsvc.agenda.rules import places as rules
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for


def _pages(
    model: type[Room] | type[Track], wanted: type[RoomForm] | type[TrackForm], kind: str
) -> tuple[Callable[[Request], Awaitable[Response]], ...]:
    """The list of one kind, and the page of one of them."""

    async def listed(request: Request) -> Response:
        event = await event_for(request, Right.SEE)
        rows = await model.filter(event=event).prefetch_related("sessions")
        return page(request, "agenda/places.html", event=event, kind=kind, places=rows, done=request.query_params.get("done", ""))

    async def one(request: Request) -> Response:
        event = await event_for(request, Right.MANAGE_PROGRAMME)
        code, by = request.path_params.get("code"), request.state.user.label
        place: Any = await model.get_or_none(event=event, code=code) if code else None
        if code and place is None:
            raise NotFound(f"There is no such {kind} at this event.")
        values = (
            {name: getattr(place, name) for name in wanted.model_fields}
            if place
            else {"position": await model.filter(event=event).count(), "hue": 200}
        )
        form: Any = start(wanted, **{name: "" if value is None else value for name, value in values.items()})
        if request.method == "POST":
            form = await parse(request, wanted)
            try:
                if place and form.value("do") == "remove":
                    await rules.remove_place(event, place, by=by)
                    return redirect(f"/manage/{event.slug}/{kind}s?done=removed")
                if not form.errors:
                    await rules.save_place(event, model, place, form.data, by=by)
                    return redirect(f"/manage/{event.slug}/{kind}s?done=saved")
            except Refused as refusal:
                form.refuse(refusal)
        return page(request, "agenda/place.html", 422 if form.errors else 200, event=event, kind=kind, place=place, form=form)

    return listed, one


rooms, room = _pages(Room, RoomForm, "room")
tracks, track = _pages(Track, TrackForm, "track")

routes = [
    Route("/manage/{event}/rooms", rooms, name="rooms"),
    Route("/manage/{event}/rooms/new", room, methods=["GET", "POST"], name="new_room"),
    Route("/manage/{event}/rooms/{code}", room, methods=["GET", "POST"], name="room"),
    Route("/manage/{event}/tracks", tracks, name="tracks"),
    Route("/manage/{event}/tracks/new", track, methods=["GET", "POST"], name="new_track"),
    Route("/manage/{event}/tracks/{code}", track, methods=["GET", "POST"], name="track"),
]
