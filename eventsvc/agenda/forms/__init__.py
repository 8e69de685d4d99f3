"""What sessions, rooms and tracks take (`programme`), what is kept (`following`), what a schedule file says (`schedule`, `frab_…`)."""

from eventsvc.agenda.forms.following import FavouriteForm
from eventsvc.agenda.forms.programme import RoomForm, SessionForm, SessionIn, SpeakerEdit, TrackForm

__all__ = ["FavouriteForm", "RoomForm", "SessionForm", "SessionIn", "SpeakerEdit", "TrackForm"]
