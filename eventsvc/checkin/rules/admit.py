"""Who may come in: one decision over plain values.

The door app judges the same in `frontend/door/rules/admit.js`. Both are held to `tests/checkin/admission_cases.json`: change the
table first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from eventsvc.checkin.models import Verdict


@dataclass(frozen=True)
class Known:
    """What is known of a scanned ticket. `presence` on this list: never, in, or out."""

    state: str
    ticket_type: str
    presence: str = "never"


@dataclass(frozen=True)
class Door:
    """A list's rule. `types` None lets all ticket types in; `opens` and `closes` bound the time."""

    types: Collection[str] | None = None
    opens: datetime | None = None
    closes: datetime | None = None
    admit_unpaid: bool = False


def verdict(ticket: Known | None, door: Door, moment: datetime, *, direction: str = "in", forced: bool = False) -> Verdict:
    """The answer to one scan. `forced` (a person at the door took it on themselves) overrules all but an unknown or cancelled ticket."""
    if ticket is None:
        return Verdict.UNKNOWN
    if ticket.state == "cancelled":
        return Verdict.CANCELLED
    if direction == "out":
        return Verdict.LEFT
    if not forced:
        if door.types is not None and ticket.ticket_type not in door.types:
            return Verdict.WRONG_LIST
        if door.opens and moment < door.opens:
            return Verdict.NOT_YET
        if door.closes and moment >= door.closes:
            return Verdict.OVER
        if ticket.state != "valid" and not (ticket.state == "unpaid" and door.admit_unpaid):
            return Verdict.UNPAID
        if ticket.presence == "in":
            return Verdict.ALREADY_IN
    return Verdict.WELCOME if ticket.presence == "never" else Verdict.WELCOME_BACK
