"""One short sentence for the person at the door, for each verdict and reason.

The door app says the same (`frontend/door/rules/words.js`): both are held to `tests/checkin/door_messages.json`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eventsvc.checkin.models import Verdict
from eventsvc.checkin.rules.admit import Door, Known, Said

HELP_DESK = "Please send them to the help desk."

SENTENCES = {
    "welcome": "Let them in.",
    "welcome/unpaid": f"Let them in. Not paid yet. {HELP_DESK}",
    "welcome_back": "Was here before. Let them in.",
    "welcome_back/unpaid": f"Was here before. Let them in. Not paid yet. {HELP_DESK}",
    "left": "Has left. Welcome back any time.",
    "left/daily": "Has left. Can come in again tomorrow.",
    "left/never": "Has left. This door lets nobody in twice.",
    "already_in": "Scanned before. Ask for a photo ID.",
    "already_in/first": "Scanned at {first}. Ask for a photo ID.",
    "already_in/daily": f"Was in today already: this door is once a day. {HELP_DESK}",
    "already_in/never": f"Was in already: this door lets nobody in twice. {HELP_DESK}",
    "wrong_list/type": "This ticket is not for {list}. Show them where to go.",
    "wrong_list/add_on": f"This ticket does not include {{list}}. {HELP_DESK}",
    "wrong_list/place": "They have no place in {list}. Ask them to wait for a free seat.",
    "not_yet": "The door is not open yet. It opens at {opens}.",
    "not_yet/day": f"This ticket is for {{days}}. {HELP_DESK}",
    "not_yet/full": "Full: {inside} of {capacity} are inside. Let the next one in when somebody leaves.",
    "over": "The door has closed. Ask at the help desk.",
    "over/day": f"This ticket was for {{days}}. {HELP_DESK}",
    "unpaid": f"Not paid yet. {HELP_DESK}",
    "unpaid/here": "Not paid yet. Take the money here, then let them in.",
    "unpaid/pending": f"The organiser has not approved this ticket yet. {HELP_DESK}",
    "cancelled": f"This ticket was cancelled. {HELP_DESK}",
    "cancelled/passed_on": f"This ticket was passed on to somebody else, who has a new one. {HELP_DESK}",
    "needs_answer": "Ask: {ask}",
    "needs_answer/no": f"The answer was no: {{ask}} {HELP_DESK}",
    "unknown": "This is not a ticket of this event. Search for the name, or ask at the help desk.",
    "conflict": "Let in twice while tablets were offline: also at {first}. Look for both people, and tell the organiser.",
}


class First(NamedTuple):
    """Where and when a ticket was let in on this list."""

    at: datetime
    device: str


def message(said: Said, ticket: Known | None, door: Door, at: datetime, first: First | None = None) -> str:
    """What to do about a verdict. `at` is the moment of this scan: it tells how long ago the first was."""
    kind, because = said.verdict.value, said.because
    if said.verdict == Verdict.NEEDS_ANSWER:
        return _asking(because, door)
    if said.verdict == Verdict.ALREADY_IN and not because and first:
        because = "first"
    sentence = SENTENCES.get(f"{kind}/{because}") or SENTENCES[kind]
    return sentence.format(
        list=door.name,
        first=_first(first, at, door) if first else "another door",
        opens=_opens(door.opens, door.zone) if door.opens else "",
        days=_days(ticket),
        inside=door.inside,
        capacity=door.capacity,
    )


def _asking(because: str, door: Door) -> str:
    answered_no, key = because.startswith("no:"), because.removeprefix("no:")
    text = next((str(ask["text"]) for ask in door.asks if ask["key"] == key), "")
    return SENTENCES["needs_answer/no" if answered_no else "needs_answer"].format(ask=text)


def _first(first: First, at: datetime, door: Door) -> str:
    where = f" at {first.device}" if first.device else ""
    return f"{first.at.astimezone(ZoneInfo(door.zone)):%H:%M}{where}, {_ago(at - first.at)}"


def _opens(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} on {local.day} {local:%B}"


def _days(ticket: Known | None) -> str:
    days = [date.fromisoformat(day) for day in sorted(ticket.days or ())] if ticket else []
    return " and ".join(f"{day:%A} {day.day} {day:%B}" for day in days) or "no day"


def _ago(passed: timedelta) -> str:
    minutes = max(0, int(passed.total_seconds() // 60))
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    return f"{minutes // 60} hours ago"
