"""Tables of the agenda: `sessions` (the programme as published), `releases` (drafts, versions, amendments), `following`, `slides`."""

from eventsvc.agenda.models.following import Favourite, Signup, SignupState
from eventsvc.agenda.models.releases import AMENDMENT_MOVES, Amendment, AmendmentState, Release, Slot
from eventsvc.agenda.models.sessions import BREAK, MOVES, Room, Session, SessionSpeaker, SessionState, Track, new_guid
from eventsvc.agenda.models.slides import SlideFile

__all__ = [
    "AMENDMENT_MOVES",
    "BREAK",
    "MOVES",
    "Amendment",
    "AmendmentState",
    "Favourite",
    "Release",
    "Room",
    "Session",
    "SessionSpeaker",
    "SessionState",
    "Signup",
    "SignupState",
    "SlideFile",
    "Slot",
    "Track",
    "new_guid",
]
