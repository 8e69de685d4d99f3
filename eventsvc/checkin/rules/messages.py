"""One short sentence for the person at the door."""

from __future__ import annotations

from datetime import datetime

from eventsvc.checkin.models import CheckinList, Verdict


def message(said: Verdict, checkin_list: CheckinList, first_at: datetime | None, device: str, *, at: datetime) -> str:
    """What to do about a verdict. `first_at` and `device` tell where the ticket was first let in."""
    event = checkin_list.event
    match said:
        case Verdict.WELCOME:
            return "Let them in."
        case Verdict.WELCOME_BACK:
            return "Was here before. Let them in."
        case Verdict.LEFT:
            return "Has left. Welcome back any time."
        case Verdict.ALREADY_IN if first_at:
            where = f" at {device}" if device else ""
            return f"Scanned at {event.local(first_at):%H:%M}{where}, {_ago(first_at, at)}. Ask for a photo ID."
        case Verdict.ALREADY_IN:
            return "Scanned before. Ask for a photo ID."
        case Verdict.WRONG_LIST:
            return f"This ticket is not for {checkin_list.name}. Show them where to go."
        case Verdict.NOT_YET:
            opens = f" It opens at {event.local(checkin_list.opens_at):%H:%M on %d %B}." if checkin_list.opens_at else ""
            return f"The door is not open yet.{opens}"
        case Verdict.OVER:
            return "The door has closed. Ask at the help desk."
        case Verdict.UNPAID:
            return "Not paid yet. Please send them to the help desk."
        case Verdict.CANCELLED:
            return "This ticket was cancelled. Please send them to the help desk."
        case Verdict.UNKNOWN:
            return "This is not a ticket of this event. Search for the name, or ask at the help desk."
    return ""


def _ago(then: datetime, at: datetime) -> str:
    minutes = max(0, int((at - then).total_seconds() // 60))
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    return f"{minutes // 60} hours ago"
