"""What to copy from an earlier event."""

from __future__ import annotations

from pydantic import model_validator

from eventsvc.core.forms import FormModel, Name


class CopyForm(FormModel):
    earlier: Name
    """Its slug."""
    rooms: bool = False
    tracks: bool = False
    breaks: bool = False
    sessions: bool = False
    speakers: bool = False

    @model_validator(mode="after")
    def _something(self) -> CopyForm:
        if not (self.rooms or self.tracks or self.breaks or self.sessions or self.speakers):
            raise ValueError("Choose at least one thing to copy.")
        return self
