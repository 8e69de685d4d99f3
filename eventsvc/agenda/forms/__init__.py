"""What a session, a room, a track take (`programme`), and what a schedule file says (`schedule`, `frab_xml`, `frab_json`)."""

from eventsvc.agenda.forms.programme import RoomForm, SessionForm, SessionIn, SpeakerEdit, TrackForm

__all__ = ["RoomForm", "SessionForm", "SessionIn", "SpeakerEdit", "TrackForm"]
