"""The agenda, a session, the speakers, one speaker: the same for everybody, kept as bytes until something changes."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from eventsvc.agenda.models import Session, SessionState, Track
from eventsvc.agenda.render import finding, grid
from eventsvc.agenda.render.structured import session_json_ld
from eventsvc.agenda.rules import sessions as rules
from eventsvc.agenda.rules import slides
from eventsvc.agenda.rules.people import bills as bills_of
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.core.cache import public
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound
from eventsvc.core.web import render
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.speakers.models import Portrait, Speaker

FEW_TRACKS = 12
EVERY_MINUTE, DAILY = 60.0, 86400.0


async def agenda(request: Request) -> Response:
    """All days on one page. While the event runs, it is made anew each minute for the now line.

    What the address asks for is found here for browsers without a script; with one, the page as everybody has it is searched there.
    """
    event = await public_event(request)
    moment, wanted = now(), finding.Wanted.of(request.query_params)
    sessions = await Session.filter(event=event).exclude(state=SessionState.DRAFT).exclude(start=None).select_related("track", "room")
    bills = await bills_of(event)
    tracks = await Track.filter(event=event)
    used = {session.track_id for session in sessions}
    names = {number: " ".join(one.name for one in people) for number, people in bills.items()}
    whole = grid.days(event, sessions, moment)
    shown = grid.days(event, finding.matching(event, sessions, names, wanted), moment) if wanted.something else whole
    body = render(
        "agenda/agenda.html",
        event=event,
        days=shown,
        has_grid=any(day.columns for day in whole),
        dates=sorted({event.local(session.start).date() for session in sessions if session.start}),
        rooms=sorted({session.room for session in sessions if session.room}, key=lambda room: (room.position, room.id)),
        kinds=sorted({session.kind for session in sessions if not session.is_break}),
        languages=sorted({session.language for session in sessions if session.language}),
        wanted=wanted,
        runs=_runs(event),
        over=now() >= event.ends_at + timedelta(days=1),
        bills=bills,
        tracks=[track for track in tracks if track.id in used],
        few=FEW_TRACKS,
        moment=moment,
    )
    return _kept(request, event, body, EVERY_MINUTE if _runs(event) else DAILY)


def _runs(event: Event) -> bool:
    return event.starts_at - timedelta(hours=1) <= now() < event.ends_at


def _kept(request: Request, event: Event, body: str, seconds: float | None = None) -> Response:
    return public(request, HTMLResponse(body), key=event.slug, version=event.version, modified=event.updated_at, seconds=seconds)


async def session(request: Request) -> Response:
    event = await public_event(request)
    found = await rules.find(event, request.path_params["code"])
    if found.state == SessionState.DRAFT:
        raise NotFound("There is no such session at this event.")
    speakers = [one.speaker for one in found.speakers]
    before, after = await rules.neighbours(event, found)
    body = render(
        "agenda/session.html",
        event=event,
        session=found,
        speakers=speakers,
        answers=_answers(found),
        links=[*_links(found), *await slides.shown(event, found)],
        begun=found.start is not None and now() >= found.start and not found.is_break and found.state == SessionState.CONFIRMED,
        today=found.start is not None and event.local(found.start).date() == event.local(now()).date() and not found.is_break,
        before=before,
        after=after,
        related=await rules.related(event, found),
        json_ld=session_json_ld(event, found, speakers, settings().base_url),
        url=f"{settings().base_url}/{event.slug}/sessions/{found.code}",
    )
    return _kept(request, event, body, _until_next(event, found))


def _until_next(event: Event, session: Session) -> float:
    """Seconds until the page says something else: its day comes (and questions), it begins (and can be rated), it ends (slides)."""
    moment = now()
    midnight = event.local(moment).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ahead = [(at - moment).total_seconds() for at in (session.start, session.end, midnight) if at and at > moment]
    return max(1.0, min([*ahead, DAILY]))


def _answers(session: Session) -> list[tuple[str, str]]:
    """What its speakers answered for everybody to read: (label, value)."""
    said = session.extra.get("answers")
    rows = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    return [(str(one["label"]), str(one["value"])) for one in rows if one.get("label") and one.get("value")]


def _links(session: Session) -> list[dict[str, str]]:
    """Slides, recordings and everything else to follow."""
    return [*session.links, *session.attachments]


async def speaker_list(request: Request) -> Response:
    event = await public_event(request)
    speakers = sorted(await public_speakers(event), key=lambda speaker: speaker.name.casefold())
    return _kept(request, event, render("speakers/list.html", event=event, speakers=speakers))


async def speaker(request: Request) -> Response:
    event = await public_event(request)
    found = await public_speakers(event).get_or_none(code=request.path_params["code"])
    if found is None:
        raise NotFound("There is no such speaker at this event.")
    given = Session.filter(event=event, speakers__speaker=found).exclude(state=SessionState.DRAFT).select_related("room", "track")
    sessions = rules.in_order(await given)
    body = render("speakers/speaker.html", event=event, speaker=found, sessions=sessions, answers=_said_of(found, sessions))
    return _kept(request, event, body)


def _said_of(speaker: Speaker, sessions: list[Session]) -> list[tuple[str, str]]:
    """(question, answer) for what somebody answered in public about themselves; said once, however many sessions they give."""
    said = [one for session in sessions for one in (session.extra.get("speaker_answers") or {}).get(speaker.code, [])]
    return list(dict.fromkeys((str(one["label"]), str(one["value"])) for one in said))


async def portrait(request: Request) -> Response:
    """The picture; its address carries its version, so it is kept for ever. Of somebody the public does not see it opens nothing else."""
    event = await public_event(request)
    code, version = request.path_params["code"], request.query_params.get("v", "")
    picture = await Portrait.get_or_none(speaker__event=event, speaker__code=code).select_related("speaker")
    shown = picture is not None and await public_speakers(event).filter(code=code).exists()
    if picture is None or not (shown or (version and version == picture.speaker.portrait_version)):
        raise NotFound("There is no picture of this speaker.")
    headers = {"Cache-Control": f"{'public' if shown else 'private'}, max-age=31536000, immutable"}
    return Response(picture.webp, media_type="image/webp", headers=headers)


routes = [
    Route("/{event}/agenda", agenda),
    Route("/{event}/sessions/{code}", session),
    Route("/{event}/speakers", speaker_list),
    Route("/{event}/speakers/{code}", speaker),
    Route("/{event}/speakers/{code}/portrait.webp", portrait),
]
