"""Times are right around changes of the clocks, in whatever zone, for programs that trust the file's VTIMEZONE and for those that do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eventsvc.calendars.render.ical import Item, feed
from eventsvc.calendars.render.zone import timezone
from tests.calendars.parsers import read

TEXT = "Ünï 🚀 日本語, commas; semicolons \\ and “quotes” " * 6


def of(zone: str, starts: list[datetime], summary: str = "Talk", description: str = "") -> bytes:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    items = [
        Item(f"{n:03}@x", start, start + timedelta(minutes=45), zone, summary, made, description=description)
        for n, start in enumerate(starts)
    ]
    days = [start.astimezone(ZoneInfo(zone)).date() for start in starts]
    return feed("F", zone, items, url="https://x.org/c.ics", modified=made, first=min(days), last=max(days))


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/London",
        "Europe/Dublin",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
    ],
)
def test_every_parser_reads_a_years_worth_of_mornings_as_they_are_meant(zone: str) -> None:
    starts = [datetime(2027, 1, 1, 9, tzinfo=ZoneInfo(zone)) + timedelta(days=5 * n) for n in range(75)]

    facts = read(of(zone, starts))

    assert [one.start for one in facts] == [start.astimezone(UTC) for start in starts]


def test_an_event_over_the_october_change_has_the_right_hours_on_both_days() -> None:
    london = ZoneInfo("Europe/London")
    starts = [datetime(2027, 10, day, hour, tzinfo=london) for day in (30, 31) for hour in (0, 3, 9, 17)]

    facts = read(of("Europe/London", starts))

    assert [one.start.hour for one in facts] == [23, 2, 8, 16, 23, 3, 9, 17]


def test_an_observance_begins_in_the_time_before_the_change() -> None:
    lines = timezone("Europe/London", date(2027, 5, 14), date(2027, 5, 15)).decode().split("\r\n")

    daylight = lines[lines.index("BEGIN:DAYLIGHT") : lines.index("END:DAYLIGHT")]
    standard = lines[lines.index("BEGIN:STANDARD") : lines.index("END:STANDARD")]
    assert daylight[1:] == [
        "DTSTART:20260329T010000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZNAME:BST",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
    ]
    assert standard[1:3] == ["DTSTART:20261025T020000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"]


def test_a_zone_whose_changes_follow_the_moon_lists_each_of_them() -> None:
    body = timezone("Africa/Casablanca", date(2027, 2, 1), date(2027, 3, 20)).decode()

    assert "RRULE" not in body
    assert "DTSTART:20270207T030000" in body
    assert "DTSTART:20270314T020000" in body


def test_a_zone_that_never_changes_has_one_observance() -> None:
    body = timezone("Asia/Kathmandu", date(2027, 5, 14), date(2027, 5, 14)).decode()

    assert (body.count("BEGIN:STANDARD"), body.count("BEGIN:DAYLIGHT"), body.count("TZOFFSETTO:+0545")) == (1, 0, 1)


def test_every_parser_reads_emoji_commas_semicolons_and_new_lines_across_folds() -> None:
    raw = of("Europe/London", [datetime(2027, 5, 14, 9, tzinfo=UTC)], summary=TEXT, description=f"{TEXT}\n\n{TEXT}")

    (fact,) = read(raw)

    assert (fact.summary, fact.description) == (TEXT.strip(), f"{TEXT}\n\n{TEXT}".strip())
    assert max(map(len, raw.split(b"\r\n"))) <= 75
