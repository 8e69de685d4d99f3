"""Days, times and lengths as people type them into a spreadsheet. Day before month, as in the UK and most of the world."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from eventsvc.agenda.forms.offer import Frame, Wrong
from eventsvc.core.sheet import Cell
from eventsvc.core.text import one_line

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_UK = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?(?:[ -](\d{4}))?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?\s*([ap])?\.?m?\.?|(\d{1,2})\s*([ap])\.?m\.?", re.IGNORECASE)
_HOURS = re.compile(r"(?:(\d+)\s*(?:h|hours?|hrs?)\s*)?(?:(\d+)\s*(?:m|min|mins|minutes?)?)?", re.IGNORECASE)


def day(cell: Cell, frame: Frame) -> date | None:
    """A date; a day without a year is the event's. None for an empty cell. Raises Wrong."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = one_line(str(cell))
    return _date(text, frame)[0] if text else None


def _date(text: str, frame: Frame) -> tuple[date, str]:
    """The date that a text begins with, and what is after it."""
    found: tuple[int, int, int] | None = None
    end = 0
    if match := _ISO.match(text):
        found, end = (int(match[1]), int(match[2]), int(match[3])), match.end()
    elif match := _UK.match(text):
        year = int(match[3])
        found, end = (year + 2000 if year < 100 else year, int(match[2]), int(match[1])), match.end()
    elif (match := _WORDS.match(text)) and (month := _MONTHS.get(match[2][:3].lower())):
        found, end = (int(match[3]) if match[3] else frame.days[0].year, month, int(match[1])), match.end()
    try:
        if found is None:
            raise ValueError
        return date(*found), text[end:].lstrip(" T,")
    except ValueError:
        raise Wrong(f"“{text[:30]}” is not a date such as 2027-05-14 or 14/05/2027.") from None


def clock(text: str) -> time:
    """'9:30', '09.30', '9:30 pm', '9am'. Raises Wrong."""
    match = _CLOCK.fullmatch(text.strip())
    if match:
        hour, minute = int(match[1] or match[4]), int(match[2] or 0)
        half = (match[3] or match[5] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Wrong(f"“{text[:30]}” is not a time such as 09:30.")


def moment(cell: Cell, on: date | None, frame: Frame) -> datetime | None:
    """When: a date with a time, or a time on the day `on`, else on the event's only day. None for an empty cell. Raises Wrong.

    Without a zone it is the event's local time.
    """
    if isinstance(cell, datetime):
        return cell.replace(second=0, microsecond=0)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        raise Wrong(f"{cell.isoformat()} has no time. Write it as 2027-05-14 09:30.")
    if isinstance(cell, time):
        return datetime.combine(_day(on, frame), cell.replace(second=0, microsecond=0))
    text = one_line(str(cell))
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        if len(text) > 10:
            return found.replace(second=0, microsecond=0)
    except ValueError:
        pass
    if _CLOCK.fullmatch(text):
        return datetime.combine(_day(on, frame), clock(text))
    when, rest = _date(text, frame)
    if not rest:
        raise Wrong(f"“{text[:30]}” has no time. Write it as 2027-05-14 09:30.")
    return datetime.combine(when, clock(rest))


def _day(on: date | None, frame: Frame) -> date:
    if on is None and len(frame.days) > 1:
        raise Wrong("This time has no day. Add a column called date, or write the start as 2027-05-14 09:30.")
    return on or frame.days[0]


def minutes(cell: Cell) -> int | None:
    """A length in minutes: 45, '45 min', '0:45', '1h 30'. None for an empty cell. Raises Wrong."""
    if isinstance(cell, time):
        found: float = cell.hour * 60 + cell.minute
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        found = cell * 1440 if 0 < cell < 1 else cell  # a length that a spreadsheet keeps as a part of a day
    elif isinstance(cell, str):
        text = one_line(cell)
        if not text:
            return None
        if match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", text):
            found = int(match[1]) * 60 + int(match[2])
        elif match := _HOURS.fullmatch(text.replace(".0", "")):
            found = int(match[1] or 0) * 60 + int(match[2] or 0)
        else:
            raise Wrong(f"“{text[:30]}” is not a length. Write it in minutes, such as 45.")
    else:
        raise Wrong("This is not a length. Write it in minutes, such as 45.")
    if not 1 <= round(found) <= 3 * 1440:
        raise Wrong("A session lasts between a minute and three days. Write its length in minutes, such as 45.")
    return round(found)


def within(when: datetime | None, frame: Frame) -> None:
    """Raises Wrong for a moment that is on no day of the event."""
    if when is not None and not frame.holds(when):
        shown = when.astimezone(frame.zone) if when.tzinfo else when
        first, last = frame.days[0], frame.days[-1]
        raise Wrong(f"{shown:%d %B %Y} is not a day of this event ({first:%d %B} to {last:%d %B %Y}).")


def ends(start: datetime | None, end: datetime | None) -> datetime | None:
    """The end, on the next day where it would be before the start by the clock. Raises Wrong."""
    if start is None or end is None:
        return end
    if (start.tzinfo is None) != (end.tzinfo is None):
        raise Wrong("Write start and end both with a zone, or both without.")
    if end <= start and end.date() == start.date() and start.hour >= 18 and end.hour <= 6:
        end += timedelta(days=1)
    if end <= start:
        raise Wrong("The end is not after the start. Check both times.")
    return end
