"""Who may come in: one decision over plain values.

The door app judges the same in `frontend/door/rules/admit.js`. Both are held to `tests/checkin/admission_cases.json`: change the
table first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from eventsvc.checkin.models import Reentry, Verdict

DAY_TURNS = timedelta(hours=4)
"""A day ends at four in the morning: the evening party belongs to the day it began on."""


class Said(NamedTuple):
    """A verdict, and the reason where it may have several: each has its own sentence (`messages`)."""

    verdict: Verdict
    because: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of a scanned ticket. `presence` on this list: never, in, or out; `entered`: when they last came in."""

    state: str
    ticket_type: str
    presence: str = "never"
    entered: datetime | None = None
    days: Collection[str] | None = None
    """The event's days it is good for, as 2027-05-14; None: all."""
    add_ons: Collection[str] = ()
    booked: bool = False
    """Has a place in the list's session."""
    passed_on: bool = False
    """Cancelled because somebody else comes, with a ticket of their own."""


@dataclass(frozen=True)
class Door:
    """A list's rule. `types` None lets all ticket types in, `add_ons` None needs none; `opens` and `closes` bound the time."""

    types: Collection[str] | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    admit_unpaid: bool = False
    pay_at_door: bool = False
    add_ons: Collection[str] | None = None
    booked_only: bool = False
    reentry: str = Reentry.FREE
    capacity: int | None = None
    inside: int = 0
    asks: Sequence[Mapping[str, Any]] = ()
    zone: str = "UTC"
    name: str = ""


@dataclass(frozen=True)
class How:
    """How a ticket was scanned. `forced`: a person at the door took it on themselves. `admitted`: the tablet let them in while it could
    not ask. `answers`: what staff asked, by key.
    """

    direction: str = "in"
    forced: bool = False
    admitted: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)


def day_of(moment: datetime, zone: str) -> str:
    """The event's day of a moment, as 2027-05-14."""
    return (moment - DAY_TURNS).astimezone(ZoneInfo(zone)).date().isoformat()


def verdict(ticket: Known | None, door: Door, moment: datetime, how: How = How()) -> Said:
    """The answer to one scan. `forced` overrules all but an unknown or cancelled ticket; what happened offline is not held to what
    could not be known there: how full it was."""
    if ticket is None:
        return Said(Verdict.UNKNOWN)
    if ticket.state == "cancelled":
        return Said(Verdict.CANCELLED, "passed_on" if ticket.passed_on else "")
    if how.direction == "out":
        return Said(Verdict.LEFT, "" if door.reentry == Reentry.FREE else door.reentry)
    if not how.forced:
        refusal = _whom(ticket, door) or _when(ticket, door, moment) or _money(ticket, door) or _again(ticket, door, moment, how)
        if not refusal and not how.admitted:
            refusal = _room(door) or _asked(ticket, door, how)
        if refusal:
            return refusal
    unpaid = "unpaid" if ticket.state == "unpaid" else ""
    return Said(Verdict.WELCOME if ticket.presence == "never" else Verdict.WELCOME_BACK, unpaid)


def _whom(ticket: Known, door: Door) -> Said | None:
    if door.types is not None and ticket.ticket_type not in door.types:
        return Said(Verdict.WRONG_LIST, "type")
    if door.add_ons is not None and not set(door.add_ons) & set(ticket.add_ons):
        return Said(Verdict.WRONG_LIST, "add_on")
    if door.booked_only and not ticket.booked:
        return Said(Verdict.WRONG_LIST, "place")
    return None


def _when(ticket: Known, door: Door, moment: datetime) -> Said | None:
    if ticket.days is not None:
        today = day_of(moment, door.zone)
        if today not in ticket.days:
            return Said(Verdict.NOT_YET if any(day > today for day in ticket.days) else Verdict.OVER, "day")
    if door.opens and moment < door.opens:
        return Said(Verdict.NOT_YET)
    if door.closes and moment >= door.closes:
        return Said(Verdict.OVER)
    return None


def _money(ticket: Known, door: Door) -> Said | None:
    if ticket.state == "pending":
        return Said(Verdict.UNPAID, "pending")
    if ticket.state == "valid" or (ticket.state == "unpaid" and door.admit_unpaid):
        return None
    return Said(Verdict.UNPAID, "here" if door.pay_at_door else "")


def _again(ticket: Known, door: Door, moment: datetime, how: How) -> Said | None:
    """Somebody who was in before. A new day begins afresh, unless nobody comes in twice."""
    if ticket.presence == "never":
        return None
    if door.reentry != Reentry.NEVER and ticket.entered and day_of(ticket.entered, door.zone) < day_of(moment, door.zone):
        return None
    if ticket.presence == "out" and door.reentry == Reentry.FREE:
        return None
    if how.admitted:
        return Said(Verdict.CONFLICT)
    return Said(Verdict.ALREADY_IN, door.reentry if ticket.presence == "out" else "")


def _room(door: Door) -> Said | None:
    return Said(Verdict.NOT_YET, "full") if door.capacity is not None and door.inside >= door.capacity else None


def _asked(ticket: Known, door: Door, how: How) -> Said | None:
    """What must be asked before somebody comes in for the first time."""
    if ticket.presence != "never":
        return None
    for ask in door.asks:
        given = how.answers.get(ask["key"])
        if given is None or given == "":
            return Said(Verdict.NEEDS_ANSWER, ask["key"])
        if ask.get("must_be_yes") and given is not True:
            return Said(Verdict.NEEDS_ANSWER, f"no:{ask['key']}")
    return None
