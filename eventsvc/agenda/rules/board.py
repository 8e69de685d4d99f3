"""Everything the editor shows and judges, in a fixed number of queries: sessions with their places in the draft, people, rooms, wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eventsvc.agenda.models import Favourite, Room, Session, SessionSpeaker, SessionState, Track
from eventsvc.agenda.rules.clashes import Clash, Hall, Item, Person, Plan, clashes_of, minute
from eventsvc.agenda.rules.draft import Place, draft, public_place
from eventsvc.core.db import fetch
from eventsvc.events.models import Event
from eventsvc.speakers.models import Availability, Speaker

DEFAULT_MINUTES = 30
COLUMNS = (
    *("id", "event_id", "code", "title", "kind", "track_id", "room_id", "start", "end", "state"),
    *("setup_minutes", "chair_id", "signed_up", "signup_places", "extra"),
)


@dataclass
class Board:
    """Sessions that are not cancelled, by number; `places` is the draft; `favourites` counts them by session."""

    event: Event
    sessions: dict[int, Session]
    places: dict[int, Place]
    rooms: list[Room]
    tracks: list[Track]
    bills: dict[int, list[int]]
    people: dict[int, Speaker]
    available: dict[int, list[tuple[int, int]]]
    favourites: dict[int, int]

    def wanted(self, session: Session) -> int:
        """How many want to come: those who signed up or keep it, whichever are more."""
        return max(self.favourites.get(session.id, 0), session.signed_up)

    def plan(self, places: Mapping[int, Place] | None = None) -> Plan:
        """The plan to judge: of the draft, or of other places."""
        places = self.places if places is None else places
        halls = {room.id: Hall(room.name, room.capacity) for room in self.rooms}
        people = {one.id: Person(one.name, tuple(self.available.get(one.id, ()))) for one in self.people.values()}
        return Plan({s.id: self.item(s, places[s.id]) for s in self.sessions.values() if s.id in places}, halls, people)

    def item(self, session: Session, place: Place) -> Item:
        """A session at a place, as the judge of clashes takes it."""
        return Item(
            session.id,
            session.title,
            place.room_id,
            minute(place.start) if place.start else None,
            minute(place.end) if place.end else None,
            session.setup_minutes,
            tuple(self.bills.get(session.id, ())),
            session.chair_id,
            self.wanted(session),
        )


async def load(event: Event) -> Board:
    """The whole board. Eight queries, whatever the size."""
    sessions = {one.id: one for one in await Session.filter(event_id=event.id).exclude(state=SessionState.CANCELLED).only(*COLUMNS)}
    bills: dict[int, list[int]] = {}
    rows = SessionSpeaker.filter(session__event_id=event.id).order_by("position", "id")
    for session_id, speaker_id in await rows.values_list("session_id", "speaker_id"):
        bills.setdefault(int(str(session_id)), []).append(int(str(speaker_id)))
    on_stage = {person for bill in bills.values() for person in bill} | {one.chair_id for one in sessions.values()}
    people = await Speaker.filter(event_id=event.id).only("id", "code", "name")
    available: dict[int, list[tuple[int, int]]] = {}
    for one in await Availability.filter(speaker__event_id=event.id):
        available.setdefault(one.speaker_id, []).append((minute(one.start), minute(one.end)))
    return Board(
        event,
        sessions,
        await draft(event),
        await Room.filter(event_id=event.id),
        await Track.filter(event_id=event.id),
        bills,
        {one.id: one for one in people if one.id in on_stage},
        available,
        await favourites(event),
    )


async def public_clashes(event: Event, session: Session) -> list[Clash]:
    """What clashes with a session where the public sees it. Told, not refused."""
    if session.state == SessionState.CANCELLED:
        return []
    board = await load(event)
    plan = board.plan({number: public_place(one) for number, one in board.sessions.items()})
    return clashes_of(plan.items[session.id], plan)


async def favourites(event: Event) -> dict[int, int]:
    """Session number → how many keep it."""
    table = Favourite._meta.db_table
    sql = f"""SELECT f.session_id, COUNT(*) AS count FROM {table} f JOIN agenda_session s ON s.id = f.session_id
              WHERE s.event_id = $1 GROUP BY f.session_id"""  # noqa: S608
    return {row["session_id"]: row["count"] for row in await fetch(sql, event.id)}


def wanted_minutes(session: Session, place: Place | None = None) -> int:
    """How long it is in the draft, or will be once it has a time."""
    if place and place.start and place.end:
        return minute(place.end) - minute(place.start)
    told = session.extra.get("minutes")
    return session.minutes or (told if isinstance(told, int) and 0 < told <= 1440 else DEFAULT_MINUTES)
