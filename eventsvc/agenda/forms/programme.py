"""Sessions, rooms and tracks as pages and API send them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from eventsvc.agenda.forms.schedule import address_of
from eventsvc.agenda.models import SessionState
from eventsvc.core.forms import Blank, FormModel, Line, LocalMoment, Moment, Name, Prose, backwards
from eventsvc.speakers.forms import SpeakerForm

Title = Annotated[Name, Field(max_length=400)]
Code = Annotated[Line, Field(max_length=60)]
Hue = Annotated[int, Field(ge=0, lt=360)]
Places = Annotated[int | None, Field(ge=0, le=100_000), Blank]

SetUp = Annotated[int, Field(ge=0, le=720), BeforeValidator(lambda value: 0 if value == "" else value)]
"""Minutes; an empty box is none."""


def _address(value: str) -> str:
    if value and not address_of(value):
        raise ValueError("Enter a whole address that begins with https://")
    return value


Address = Annotated[Line, Field(max_length=2000), AfterValidator(_address)]
"""An http(s) address, or nothing."""


class SessionForm(FormModel):
    """A session on the organiser's page. Times are the event's local time; a session without both has no time yet."""

    title: Title
    subtitle: Annotated[Line, Field(max_length=400)] = ""
    abstract: Prose = ""
    description: Prose = ""
    kind: Annotated[Name, Field(max_length=80)] = "talk"
    language: Annotated[Line, Field(max_length=20)] = ""
    track: Code = ""
    room: Code = ""
    start: Annotated[LocalMoment | None, Blank] = None
    end: Annotated[LocalMoment | None, Blank] = None
    speakers: list[Code] = []
    state: SessionState = SessionState.CONFIRMED
    do_not_record: bool = False
    chair: Code = ""
    setup_minutes: SetUp = 0
    signup_places: Places = None
    slides_link: Address | None = None
    recording_link: Address | None = None

    @model_validator(mode="after")
    def _times(self) -> SessionForm:
        _check_times(self.start, self.end)
        return self


class SessionIn(FormModel):
    """A session as the API sends it; whatever is left out stays as it is."""

    title: Title | None = None
    subtitle: Annotated[Line, Field(max_length=400)] | None = None
    abstract: Prose | None = None
    description: Prose | None = None
    track: Code | None = None
    room: Code | None = None
    start: Moment | None = None
    end: Moment | None = None
    speakers: list[Code] | None = None
    state: SessionState | None = None
    signup_places: Places = None

    @model_validator(mode="after")
    def _times(self) -> SessionIn:
        _check_times(self.start, self.end)
        return self

    def sent(self) -> dict[str, Any]:
        """What was really sent. A null takes away track, room, times or sign-up; for the rest it means nothing."""
        emptiable = ("track", "room", "start", "end", "signup_places")
        return {name: value for name, value in self.model_dump(exclude_unset=True).items() if value is not None or name in emptiable}


def _check_times(start: datetime | None, end: datetime | None) -> None:
    if backwards(start, end):
        raise ValueError("The end is not after the start. Check both times.")


class RoomForm(FormModel):
    name: Name
    capacity: Annotated[int | None, Field(ge=1, le=200_000), Blank] = None
    position: Annotated[int, Field(ge=0, le=1000)] = 0


class TrackForm(FormModel):
    name: Name
    hue: Hue = 275
    position: Annotated[int, Field(ge=0, le=1000)] = 0


class SpeakerEdit(SpeakerForm):
    """A speaker on the organiser's page."""

    email: Annotated[Line, Field(max_length=254)] = ""
