"""Moves in the draft, as the editor's script and its forms send them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from eventsvc.core.forms import Day, FormModel, Line, Name

Code = Annotated[Line, Field(max_length=60)]
Minute = Annotated[int, Field(ge=0, le=121_000_000)]
"""Minutes since 1970 in UTC, up to the year 2200."""
Length = Annotated[int, Field(ge=1, le=1440)]
EVERYWHERE = "*"


def _clock(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    hours, _, minutes = value.strip().replace(".", ":").partition(":")
    minutes = minutes or "00"
    if not (hours.isascii() and minutes[:2].isascii() and hours.isdigit() and minutes[:2].isdigit() and len(hours) <= 2):
        raise ValueError("Enter a time, such as 09:30.")
    if int(hours) > 23 or int(minutes[:2]) > 59:
        raise ValueError("Enter a time between 00:00 and 23:59.")
    return time(int(hours), int(minutes[:2]))


Clock = Annotated[time, BeforeValidator(_clock)]
"""A time of day as a page types it."""


class Spot(FormModel):
    """A place: a room's code (None: everybody's) and minutes (None: not on the agenda)."""

    room: Code | None = None
    start: Minute | None = None
    end: Minute | None = None


class Move(FormModel):
    """`seen`: where the session was when the person decided."""

    session: Code
    to: Spot
    seen: Spot


class MovesIn(FormModel):
    do: Literal["move", "undo", "redo"] = "move"
    moves: Annotated[list[Move], Field(max_length=100)] = []


class PlaceForm(FormModel):
    """One session, by form. Without a time it is taken off the agenda by `do=off`."""

    session: Annotated[Name, Field(max_length=60)]
    day: Day
    at: Clock
    minutes: Length
    room: Code = ""


class OffForm(FormModel):
    session: Annotated[Name, Field(max_length=60)]


class BreakForm(FormModel):
    break_title: Annotated[Name, Field(max_length=400)]
    break_day: Day
    break_at: Clock
    break_minutes: Length = 30
    break_room: Code = ""


class ShiftForm(FormModel):
    """Everything of a room (`*`: of all) from a time on, by so many minutes; negative: earlier."""

    shift_day: Day
    shift_after: Clock
    shift_minutes: Annotated[int, Field(ge=-720, le=720)]
    shift_room: Code = EVERYWHERE


class SwapForm(FormModel):
    swap_one: Annotated[Name, Field(max_length=60)]
    swap_other: Annotated[Name, Field(max_length=60)]


class StepForm(FormModel):
    """Undo and redo say nothing more than that."""
