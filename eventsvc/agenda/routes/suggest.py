"""“Suggest places”: wishes, a preview with a picture of each day, and the step in the draft."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms.suggest import GAPS, ChosenForm, SuggestForm
from eventsvc.agenda.models import Session, SessionState
from eventsvc.agenda.render.picture import Picture, Shown, pictures
from eventsvc.agenda.rules import suggest as rules
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for


async def suggest(request: Request) -> Response:
    """POST with `do=look` shows what would go where; with `do=apply` it goes there, in the draft."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    form, found = start(SuggestForm, hours="agenda", gap="5"), None
    if request.method == "POST":
        form = await parse(request, SuggestForm)
        try:
            if form.value("do") == "apply":
                chosen = await parse(request, ChosenForm)
                form.errors |= {"": "Choose at least one place, or suggest them again."} if chosen.errors else {}
                if not form.errors:
                    await rules.apply(event, chosen.data.place, by=request.state.user.label)
                    return redirect(f"/manage/{event.slug}/agenda?done=suggest")
            elif not form.errors:
                found = await rules.look(event, form.data)
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "agenda/suggest.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        gaps=[(gap, f"{gap} minutes" if gap else "None") for gap in GAPS],
        found=found,
        pictures=_pictures(found) if found else [],
        rooms={room.id: room for room in found.board.rooms} if found else {},
        waiting=await Session.filter(event=event, start=None, slot=None).exclude(state=SessionState.CANCELLED).count(),
    )


def _pictures(found: rules.Suggested) -> list[Picture]:
    """What is there, and what is new, day by day."""
    board, event = found.board, found.board.event
    columns = {room.id: number for number, room in enumerate(board.rooms)}
    hues = {track.id: track.hue for track in board.tracks}
    new = {session.id for session, _ in found.placed}
    shown = []
    for number, place in found.places.items():
        session = board.sessions[number]
        if place.start and place.end:
            start, end = event.local(place.start), event.local(place.end)
            hue = hues.get(session.track_id or 0)
            shown.append(Shown(session.title, start, end, columns.get(place.room_id or 0), hue, number in new))
    return pictures(event.days, len(board.rooms), shown)


routes = [Route("/manage/{event}/agenda/suggest", suggest, methods=["GET", "POST"], name="suggest")]
