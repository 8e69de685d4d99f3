"""The programme as JSON."""

from __future__ import annotations

from pydantic import BaseModel
from tortoise.queryset import QuerySet

from eventsvc.accounts.models import ApiToken
from eventsvc.agenda.forms import SessionIn
from eventsvc.agenda.forms.releases import PublishForm
from eventsvc.agenda.models import Release, Room, Session, SessionState, Track
from eventsvc.agenda.rules import releases
from eventsvc.agenda.rules import sessions as rules
from eventsvc.agenda.rules.people import public_speakers
from eventsvc.core.api import After, Items, Limit, Moment, get, post, put
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound
from eventsvc.core.text import is_number
from eventsvc.events.models import Event


class SessionOut(BaseModel):
    code: str
    title: str
    subtitle: str
    abstract: str
    description: str
    kind: str
    language: str
    track: str | None
    room: str | None
    start: Moment | None
    end: Moment | None
    speakers: list[str]
    state: SessionState
    signup_places: int | None
    url: str


class SpeakerOut(BaseModel):
    code: str
    name: str
    organisation: str
    job_title: str
    biography: str
    portrait_url: str | None


class RoomOut(BaseModel):
    code: str
    name: str
    capacity: int | None


class TrackOut(BaseModel):
    code: str
    name: str
    hue: int


def _session_out(event: Event, one: Session) -> SessionOut:
    return SessionOut(
        **{
            name: getattr(one, name)
            for name in (
                "code",
                "title",
                "subtitle",
                "abstract",
                "description",
                "kind",
                "language",
                "start",
                "end",
                "state",
                "signup_places",
            )
        },
        track=one.track.code if one.track else None,
        room=one.room.code if one.room else None,
        speakers=[row.speaker.code for row in one.speakers],
        url=f"{settings().base_url}/{event.slug}/sessions/{one.code}",
    )


def _start(after: str | None) -> int:
    return int(after) if after and is_number(after) else 0


def _sessions(event: Event, token: ApiToken | None) -> QuerySet[Session]:
    """Drafts are for tokens that read or make the programme."""
    found = Session.filter(event=event).select_related("track", "room").prefetch_related("speakers__speaker")
    sees_drafts = token is not None and {"read", "programme", "admin"} & set(token.scopes)
    return found if sees_drafts else found.exclude(state=SessionState.DRAFT)


async def list_sessions(event: Event, token: ApiToken | None, limit: Limit = 100, after: After = None) -> Items[SessionOut]:
    """Sessions; drafts only with a token of scope read, programme or admin."""
    rows = await _sessions(event, token).filter(id__gt=_start(after)).order_by("id").limit(limit + 1)
    return Items(items=[_session_out(event, one) for one in rows[:limit]], next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def get_session(event: Event, token: ApiToken | None, code: str) -> SessionOut:
    """One session."""
    one = await _sessions(event, token).get_or_none(code=code)
    if one is None:
        raise NotFound("There is no such session at this event.")
    return _session_out(event, one)


async def put_session(event: Event, token: ApiToken, code: str, session: SessionIn) -> SessionOut:
    """Change a session: send any of its fields, the rest stays. With a new code and a title it is made."""
    known = await Session.get_or_none(event=event, code=code)
    values, by = session.sent(), f"token {token.name}"
    if known is not None:
        await rules.change_session(event, known, values, by=by)
    elif session.title and len(code) <= 20 and code.isascii() and code.isalnum() and code not in ("new", "import"):
        await rules.add_session(event, values, by=by, code=code)
    else:
        raise NotFound("There is no such session. To make one, send a title and a code of at most 20 letters and digits.")
    return await get_session(event, token, code)


async def list_speakers(event: Event, limit: Limit = 100, after: After = None) -> Items[SpeakerOut]:
    """Speakers."""
    rows = await public_speakers(event).filter(id__gt=_start(after)).order_by("id").limit(limit + 1)
    base = f"{settings().base_url}/{event.slug}/speakers"
    items = [
        SpeakerOut(
            **{name: getattr(one, name) for name in ("code", "name", "organisation", "job_title", "biography")},
            portrait_url=f"{base}/{one.code}/portrait.webp?v={one.portrait_version}" if one.portrait_version else None,
        )
        for one in rows[:limit]
    ]
    return Items(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def list_rooms(event: Event, limit: Limit = 500, after: After = None) -> Items[RoomOut]:
    """Rooms, in their order."""
    rows = await Room.filter(event=event).order_by("position", "id").offset(_start(after)).limit(limit + 1)
    following = str(_start(after) + limit) if len(rows) > limit else None
    return Items(items=[RoomOut.model_validate(one, from_attributes=True) for one in rows[:limit]], next=following)


async def list_tracks(event: Event, limit: Limit = 500, after: After = None) -> Items[TrackOut]:
    """Tracks, in their order."""
    rows = await Track.filter(event=event).order_by("position", "id").offset(_start(after)).limit(limit + 1)
    following = str(_start(after) + limit) if len(rows) > limit else None
    return Items(items=[TrackOut.model_validate(one, from_attributes=True) for one in rows[:limit]], next=following)


class SpotOut(BaseModel):
    room: str | None
    start: Moment
    end: Moment


class ChangeOut(BaseModel):
    """`kind`: added, moved (another time), room (another room), cancelled, removed."""

    kind: str
    code: str
    title: str
    before: SpotOut | None
    after: SpotOut | None


class ReleaseOut(BaseModel):
    number: int
    name: str
    note: str
    created_at: Moment
    changes: list[ChangeOut]


async def list_releases(event: Event, limit: Limit = 100, after: After = None) -> Items[ReleaseOut]:
    """Published versions of the agenda, the newest first, with what each changed."""
    found = Release.filter(event=event).order_by("-number")
    rows = await (found.filter(number__lt=_start(after)) if _start(after) else found).limit(limit + 1)
    items = [ReleaseOut.model_validate(one, from_attributes=True) for one in rows[:limit]]
    return Items(items=items, next=str(rows[limit - 1].number) if len(rows) > limit else None)


async def add_release(event: Event, token: ApiToken, release: PublishForm) -> ReleaseOut:
    """Publish the draft. With the `number` of the version, the same one is published once, however often this is sent."""
    made = await releases.publish(event, by=f"token {token.name}", **release.model_dump())
    return ReleaseOut.model_validate(made, from_attributes=True)


routes = [
    get("/events/{event}/releases", list_releases, None),
    post("/events/{event}/releases", add_release, "programme", 201, errors={409: "Nothing differs, or the draft is another one"}),
    get("/events/{event}/sessions", list_sessions, None),
    get("/events/{event}/sessions/{code}", get_session, None),
    put("/events/{event}/sessions/{code}", put_session, "programme", errors={409: "Its state does not allow that"}),
    get("/events/{event}/speakers", list_speakers, None),
    get("/events/{event}/rooms", list_rooms, None),
    get("/events/{event}/tracks", list_tracks, None),
]
