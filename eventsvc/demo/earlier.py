"""Last year's event, small: something to copy rooms, tracks and breaks from."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from eventsvc.agenda.forms import RoomForm, TrackForm
from eventsvc.agenda.models import BREAK, Room, SessionState, Track
from eventsvc.agenda.rules.places import save_place
from eventsvc.agenda.rules.sessions import add_session
from eventsvc.core.clock import now, travel
from eventsvc.events import rules as events
from eventsvc.events.forms import EventForm
from eventsvc.events.models import Event, EventState
from eventsvc.speakers import rules as speakers
from eventsvc.speakers.forms import SpeakerForm

SLUG = "diagnostics-first"
ROOMS = [("Assembly Hall", 320), ("Foundry", 120)]
TRACKS = [("Everyone", 195), ("Point of care", 165)]
# start, minutes, title, room, track, speaker
PROGRAMME = [
    ("09:00", 30, "Coffee and name badges", "", "", ""),
    ("09:30", 30, "A first day together", "", "Everyone", "Jonathan Reeve"),
    ("10:00", 45, "Bedside tests: what the pilots taught us", "Assembly Hall", "Point of care", "Dr Hannah Whitlock"),
    ("10:00", 45, "Who calibrates the calibrators?", "Foundry", "Point of care", "Owen Prosser"),
    ("10:45", 30, "Coffee", "", "", ""),
    ("12:30", 60, "Lunch", "", "", ""),
]


async def make(later: Event) -> None:
    """The event a year before `later`, over and archived."""
    day = later.start - timedelta(days=364)
    wanted = EventForm(
        name="Diagnostics Together: the first day",
        tagline="Where it began",
        start=day,
        end=day,
        place=later.place,
        hue=165,
        contact_email=later.contact_email,
        state=EventState.ARCHIVED,
    )
    with travel(now() - timedelta(days=400)):
        event = await events.create_event(later.organiser, SLUG, wanted, by="demo")
        rooms = {
            name: await save_place(event, Room, None, RoomForm(name=name, capacity=seats, position=n), by="demo")
            for n, (name, seats) in enumerate(ROOMS)
        }
        tracks = {
            name: await save_place(event, Track, None, TrackForm(name=name, hue=hue, position=n), by="demo")
            for n, (name, hue) in enumerate(TRACKS)
        }
        for at, minutes, title, room, track, who in PROGRAMME:
            start = datetime.combine(day, time.fromisoformat(at), event.zone)
            given = [(await speakers.add_speaker(event, SpeakerForm(name=who), by="demo")).code] if who else []
            values = {
                "title": title,
                "kind": "talk" if who else BREAK,
                "start": start,
                "end": start + timedelta(minutes=minutes),
                "room": rooms[room].code if room else None,
                "track": tracks[track].code if track else None,
                "speakers": given,
                "state": SessionState.CONFIRMED,
            }
            await add_session(event, values, by="demo")
