"""What an organiser wishes of a suggestion, and which of the suggested places they take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from eventsvc.core.forms import FormModel

GAPS = (0, 5, 10, 15)


class SuggestForm(FormModel):
    hours: Literal["agenda", "nine"] = "agenda"
    """From the first to the last thing on each day's draft (nine to five where there is nothing), or nine to five."""
    gap: Annotated[int, Field(ge=0, le=60)] = 5
    """Minutes between two sessions in a room."""
    again: bool = False
    """Also find new places for what has one in the draft and is not public yet."""


@dataclass(frozen=True)
class Choice:
    """One suggested place: session and room by code, where it goes and where it was. As text: its parts with bars between."""

    session: str
    room: str
    start: datetime
    minutes: int
    was_room: str = ""
    was_start: datetime | None = None
    was_minutes: int = 0

    def __str__(self) -> str:
        was = self.was_start.isoformat() if self.was_start else ""
        return "|".join([self.session, self.room, self.start.isoformat(), str(self.minutes), self.was_room, was, str(self.was_minutes)])


def _choice(text: object) -> Choice:
    parts = str(text).split("|")
    if len(parts) != 7 or not (parts[3].isdecimal() and parts[6].isdecimal()) or max(len(parts[3]), len(parts[6])) > 4:
        raise ValueError("Suggest the places again.")
    start, was = datetime.fromisoformat(parts[2]), datetime.fromisoformat(parts[5]) if parts[5] else None
    if start.tzinfo is None or (was and was.tzinfo is None) or not 1970 <= start.year <= 2200:
        raise ValueError("Suggest the places again.")
    return Choice(parts[0], parts[1], start, int(parts[3]), parts[4], was, int(parts[6]))


class ChosenForm(FormModel):
    place: Annotated[list[Annotated[Choice, BeforeValidator(_choice)]], Field(min_length=1, max_length=1500)]
