"""VTIMEZONE from the time-zone database (RFC 5545 §3.6.5): when clocks change, and from what to what.

An observance starts at its DTSTART as the clocks showed it *before* the change, that is in TZOFFSETFROM: a daylight time that
begins when 01:00 becomes 02:00 starts at 01:00. Where the same day of the year comes back each year it is written as a rule, which
Outlook understands best; elsewhere (Morocco moves with the moon) each change is written out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RULE_YEARS = 4
"""A change is a rule when it comes on the same day of the year at least this many years running."""
Kind = tuple[timedelta, timedelta, str, bool, time]


@dataclass(frozen=True)
class Change:
    """Clocks go from `before` to `after` when they show `wall`."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool

    @property
    def kind(self) -> Kind:
        """Changes of one kind may be one rule."""
        return self.before, self.after, self.name, self.summer, self.wall.time()

    def rules(self) -> list[tuple[int, int, int]]:
        """The days of the year this may be, as (month, which, weekday): the second Sunday is 2, the last -1."""
        which = (self.wall.day - 1) // 7 + 1
        last = (self.wall + timedelta(days=7)).month != self.wall.month
        return [(self.wall.month, n, self.wall.weekday()) for n in ([-1] if last else []) + ([which] if which < 5 else [])]


def changes(zone: ZoneInfo, since: datetime, until: datetime) -> list[Change]:
    """Every change of the clocks between two moments, to the second."""
    found = []
    at = since
    while at < until:
        following = at + timedelta(days=7)
        if _state(zone, at) != _state(zone, following):
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (low, middle) if _state(zone, middle) != _state(zone, low) else (middle, high)
            found.append(_change(zone, high))
            following = max(high, at + HOUR)
        at = following
    return found


def _state(zone: ZoneInfo, moment: datetime) -> tuple[timedelta | None, str | None, timedelta | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname(), local.dst()


def _change(zone: ZoneInfo, moment: datetime) -> Change:
    """The change that happens at `moment`, the first second of the new time."""
    after = moment.astimezone(zone)
    before = (moment - timedelta(seconds=1)).astimezone(zone).utcoffset() or timedelta()
    wall = (moment + before).replace(tzinfo=None)
    return Change(wall, before, after.utcoffset() or timedelta(), after.tzname() or "", bool(after.dst()))


@functools.lru_cache(maxsize=64)
def timezone(zone: str, first: date, last: date) -> bytes:
    """The VTIMEZONE component that is right from the day before `first` to the day after `last`."""
    place = ZoneInfo(zone)
    since = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    until = datetime(max(last.year + 2, since.year + RULE_YEARS), 1, 1, tzinfo=UTC)
    found = changes(place, since, until)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    kinds: dict[Kind, list[Change]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    rules = [(same[0], _rule(same, until.year - since.year)) for same in kinds.values()]
    if rules and all(rule for _, rule in rules):
        # Without end: whoever asks later than `last` gets the same rule, as clocks do until a law says otherwise.
        for one, rule in rules:
            lines += _observance(one, rule)
    else:
        lines += _observance(_change_at(place, since), "")
        for one in found:
            lines += _observance(one, "")
    return ("\r\n".join([*lines, "END:VTIMEZONE"]) + "\r\n").encode()


def _rule(same: list[Change], years: int) -> str:
    """The yearly rule that gives exactly these changes; empty when there is none."""
    if [one.wall.year for one in same] != list(range(same[0].wall.year, same[0].wall.year + years)):
        return ""
    common = set.intersection(*(set(one.rules()) for one in same))
    if not common:
        return ""
    month, which, weekday = min(common, key=lambda rule: rule[1])
    return f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={which}{WEEKDAYS[weekday]}"


def _change_at(zone: ZoneInfo, moment: datetime) -> Change:
    """What holds at `moment`, as if it began then: the start of the list for a zone without rules."""
    local = moment.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return Change(local.replace(tzinfo=None), offset, offset, local.tzname() or "", bool(local.dst()))


def _observance(one: Change, rule: str) -> Iterable[str]:
    kind = "DAYLIGHT" if one.summer else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{one.wall:%Y%m%dT%H%M%S}"
    if rule:
        yield rule
    yield f"TZNAME:{one.name}"
    yield f"TZOFFSETFROM:{_offset(one.before)}"
    yield f"TZOFFSETTO:{_offset(one.after)}"
    yield f"END:{kind}"


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    return f"{sign}{seconds // 3600:02}{seconds % 3600 // 60:02}" + (f"{seconds % 60:02}" if seconds % 60 else "")
