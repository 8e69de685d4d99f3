"""The organiser's sessions: the list, one session, a new one."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.forms import SessionForm
from eventsvc.agenda.models import MOVES, Room, Session, SessionState, Track
from eventsvc.agenda.rules import following, signups
from eventsvc.agenda.rules import sessions as rules
from eventsvc.agenda.rules.board import public_clashes
from eventsvc.agenda.rules.links import NAMED, named_link
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.text import fold, page_number
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.speakers.models import Speaker

PER_PAGE = 50


async def session_list(request: Request) -> Response:
    """Search over titles and speakers (accents and case ignored), filtered by day, track, room and state."""
    event = await event_for(request, Right.SEE)
    asked = {name: request.query_params.get(name, "")[:100] for name in ("search", "day", "track", "room", "state", "page")}
    found = Session.filter(event=event)
    if asked["track"]:
        found = found.filter(track__code=asked["track"])
    if asked["room"]:
        found = found.filter(room__code=asked["room"])
    if asked["state"] in set(SessionState):
        found = found.filter(state=asked["state"])
    rows = await found.select_related("track", "room").prefetch_related("speakers__speaker")
    shown = [one for one in rules.in_order(rows) if _matches(event, one, asked)]
    number = page_number(asked["page"])
    return page(
        request,
        "agenda/sessions.html",
        event=event,
        sessions=shown[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(shown),
        number=number,
        last=max(1, -(-len(shown) // PER_PAGE)),
        asked=asked,
        tracks=await Track.filter(event=event),
        rooms=await Room.filter(event=event),
        states_all=list(SessionState),
    )


def _matches(event: Event, session: Session, asked: dict[str, str]) -> bool:
    if asked["day"] and (session.start is None or event.local(session.start).date() != _day(asked["day"])):
        return False
    if not asked["search"]:
        return True
    text = fold(session.title, session.code, *(one.speaker.name for one in session.speakers))
    return all(word in text for word in fold(asked["search"]).split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def session_page(request: Request) -> Response:
    """One session, or a new one: what it says, when, where, by whom; clashes are told, not refused."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    code, by = request.path_params.get("code"), request.state.user.label
    session = await rules.find(event, code) if code else None
    form = start(SessionForm, **_shown(event, session))
    picked = [one.speaker.code for one in session.speakers] if session else []
    if request.method == "POST":
        form = await parse(request, SessionForm)
        async with request.form() as posted:
            picked = [str(value) for value in posted.getlist("speakers")]
        if not form.errors:
            try:
                values = form.data.model_dump()
                if session:
                    await rules.change_session(event, session, values, by=by)
                else:
                    session = await rules.add_session(event, values, by=by)
                return redirect(f"/manage/{event.slug}/sessions/{session.code}?done=1")
            except Refused as refusal:
                form.refuse(refusal)
    return page(
        request,
        "agenda/session_page.html",
        422 if form.errors else 200,
        event=event,
        session=session,
        form=form,
        picked=picked,
        done="done" in request.query_params,
        clashes=[clash.says for clash in await public_clashes(event, session)] if session else [],
        warnings=signups.warnings(session) if session else [],
        hearts=(await following.hearts(event, [session.id])).get(session.id, 0) if session else 0,
        **await _choices(event, session, form),
    )


async def _choices(event: Event, session: Session | None, form: Form[SessionForm]) -> dict[str, Any]:
    states = [session.state, *sorted(MOVES[session.state])] if session else list(SessionState)
    speakers = sorted(await Speaker.filter(event=event), key=lambda speaker: speaker.name.casefold())
    return {
        "tracks": [("", "No track"), *((track.code, track.name) for track in await Track.filter(event=event))],
        "rooms": [("", "No room: for everybody"), *((room.code, room.name) for room in await Room.filter(event=event))],
        "speakers": speakers,
        "chairs": [(speaker.code, speaker.name) for speaker in speakers],
        "states_all": [(state, state.capitalize()) for state in states],
    }


def _shown(event: Event, session: Session | None) -> dict[str, Any]:
    """A session as its form shows it: local times as <input type=datetime-local> takes them."""
    if session is None:
        return {"kind": "talk", "state": SessionState.DRAFT}
    shown = {name: getattr(session, name) for name in ("title", "subtitle", "abstract", "description", "kind", "language", "state")}
    return {
        **shown,
        "track": session.track.code if session.track else "",
        "room": session.room.code if session.room else "",
        "chair": session.chair.code if session.chair else "",
        "setup_minutes": session.setup_minutes or "",
        "start": event.typed(session.start),
        "end": event.typed(session.end),
        "do_not_record": "true" if session.do_not_record else "",
        "signup_places": "" if session.signup_places is None else session.signup_places,
        **{name: named_link(session.links, title) for name, title in NAMED.items()},
    }


routes = [
    Route("/manage/{event}/sessions", session_list),
    Route("/manage/{event}/sessions/new", session_page, methods=["GET", "POST"], name="new_session"),
    Route("/manage/{event}/sessions/{code}", session_page, methods=["GET", "POST"]),
]
