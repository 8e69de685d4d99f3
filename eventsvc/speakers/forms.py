"""What a speaker may say about themselves."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import Field, model_validator

from eventsvc.core.forms import Blank, Email, FormModel, Line, Name, Prose


class SpeakerForm(FormModel):
    name: Name
    organisation: Line = ""
    job_title: Line = ""
    biography: Annotated[Prose, Field(max_length=4000)] = ""


class Crop(FormModel):
    """The square to cut out of an upright picture: its corner as parts of width and height, its side as a part of the shorter edge."""

    x: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    y: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    side: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """In pixels, never beyond the picture."""
        side = max(1, round(self.side * min(width, height)))
        left, top = min(round(self.x * width), width - side), min(round(self.y * height), height - side)
        return left, top, left + side, top + side


class PreparationForm(FormModel):
    """What the organisers need to know, and nobody else."""

    av_needs: Annotated[Prose, Field(max_length=2000)] = ""
    travel: Annotated[Prose, Field(max_length=2000)] = ""
    recording_consent: Annotated[bool | None, Blank] = None


class AssistantForm(FormModel):
    name: Name
    email: Email


class DayForm(FormModel):
    """When a speaker can be on stage on one of the event's days: halves of it, or from one time to another."""

    morning: bool = False
    afternoon: bool = False
    start: Annotated[time | None, Blank] = None
    end: Annotated[time | None, Blank] = None
    start2: Annotated[time | None, Blank] = None
    end2: Annotated[time | None, Blank] = None

    def stretches(self) -> list[tuple[time, time | None]]:
        """From and to; None is the end of the day."""
        rows: list[tuple[time, time | None]] = []
        if self.morning:
            rows.append((time(0), MIDDAY))
        if self.afternoon:
            rows.append((MIDDAY, None))
        rows += [(start, end) for start, end in ((self.start, self.end), (self.start2, self.end2)) if start and end]
        return rows


MIDDAY = time(13)


class AvailabilityForm(FormModel):
    """`always`, or the days in the event's order."""

    always: bool = False
    days: Annotated[list[DayForm], Field(max_length=60)] = []

    @model_validator(mode="after")
    def _sense(self) -> AvailabilityForm:
        if self.always:
            return self
        for day in self.days:
            for start, end in ((day.start, day.end), (day.start2, day.end2)):
                if (start is None) != (end is None):
                    raise ValueError("Give both a start and an end, or neither.")
                if start and end and end <= start:
                    raise ValueError("A stretch ends before it starts. Check the times.")
        if not any(day.stretches() for day in self.days):
            raise ValueError("Choose at least one time, or say that any time is fine.")
        return self
