"""Schedules from other systems: taken whole, updated, refused with a sentence."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from eventsvc.agenda.forms import schedule as files
from eventsvc.agenda.models import Room, Session, SessionSpeaker, SessionState, Track
from eventsvc.agenda.rules.imports import import_schedule
from eventsvc.calendars.rules.schedules import export
from eventsvc.core.errors import NotFound
from eventsvc.demo import big
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from tests.real_data import FOLDER, real

pytestmark = pytest.mark.usefixtures("rolled_back")

TALK = """<event id="{id}" guid="{guid}"><date>{date}</date><start>10:00</start><duration>{duration}</duration><room>Hall</room>
<slug>fair_2027-{id}-talk</slug><url>https://fair.example.org/{id}</url><title>{title}</title><subtitle/><track>Tests</track><type>talk</type><language>en</language>
<abstract>About &lt;b&gt;it&lt;/b&gt;</abstract><description/><recording><license>CC BY</license><optout>true</optout></recording>
<persons><person id="7">Zoë Łukasz</person></persons><links><link href="https://example.org/a">Paper</link>
<link href="javascript:alert(1)">Bad</link></links><attachments/></event>"""
GUID = "11111111-1111-4111-8111-11111111111{}"


def xml(*talks: str, zone: str = "Europe/London") -> bytes:
    return f"""<?xml version="1.0"?><schedule><version>1</version>
<conference><acronym>fair</acronym><title>Health Fair</title>
<start>2027-05-14</start><end>2027-05-14</end><time_zone_name>{zone}</time_zone_name></conference>
<day index="1" date="2027-05-14" start="2027-05-14T09:00:00+01:00" end="2027-05-14T18:00:00+01:00">
<room name="Hall">{"".join(talks)}</room></day>
</schedule>""".encode()


def talk(number: int = 1, **values: str) -> str:
    defaults = {
        "id": str(number),
        "guid": GUID.format(number),
        "title": f"Talk {number}",
        "date": f"2027-05-14T1{number}:00:00+01:00",
        "duration": "00:45",
    }
    return TALK.format(**{**defaults, **values})


async def test_a_schedule_makes_the_event_and_everything_in_it() -> None:
    result = await import_schedule(xml(talk(1), talk(2)), create=True)

    event = await Event.get(slug="fair")
    first = await Session.get(event=event, title="Talk 1").select_related("track", "room")
    assert (result.added, result.sessions, result.people) == (2, 2, 1)
    assert (event.name, event.start, event.timezone) == ("Health Fair", date(2027, 5, 14), "Europe/London")
    assert first.start == datetime(2027, 5, 14, 10, tzinfo=UTC)
    assert first.minutes == 45
    assert (first.room and first.room.name, first.track and first.track.name) == ("Hall", "Tests")
    assert first.links == [{"url": "https://example.org/a", "title": "Paper"}]
    assert first.do_not_record
    assert [s.name for s in await Speaker.filter(event=event)] == ["Zoë Łukasz"]


async def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    await import_schedule(xml(talk(1)), create=True)
    version = (await Event.get(slug="fair")).version

    again = await import_schedule(xml(talk(1)))

    assert "Nothing changed." in str(again)
    assert (await Event.get(slug="fair")).version == version
    assert await Session.filter(event__slug="fair").count() == 1


async def test_a_moved_talk_raises_its_sequence_and_keeps_its_address() -> None:
    await import_schedule(xml(talk(1)), create=True)
    before = await Session.get(event__slug="fair")

    result = await import_schedule(xml(talk(1, date="2027-05-14T15:00:00+01:00")))

    after = await Session.get(event__slug="fair")
    assert result.changed == 1
    assert (after.code, after.guid, after.sequence) == (before.code, before.guid, before.sequence + 1)


async def test_a_new_title_alone_leaves_the_sequence() -> None:
    await import_schedule(xml(talk(1)), create=True)

    await import_schedule(xml(talk(1, title="Better title")))

    session = await Session.get(event__slug="fair")
    assert (session.title, session.sequence) == ("Better title", 0)


async def test_a_talk_gone_from_the_file_is_cancelled_and_comes_back() -> None:
    await import_schedule(xml(talk(1), talk(2)), create=True)

    gone = await import_schedule(xml(talk(1)))
    state = (await Session.get(event__slug="fair", title="Talk 2")).state
    back = await import_schedule(xml(talk(1), talk(2)))

    assert (gone.cancelled, state, back.changed) == (1, SessionState.CANCELLED, 1)
    assert (await Session.get(event__slug="fair", title="Talk 2")).state == SessionState.CONFIRMED


async def test_a_dry_run_tells_and_keeps_nothing() -> None:
    await import_schedule(xml(talk(1)), create=True)

    result = await import_schedule(xml(talk(1), talk(2)), slug="fair", dry=True)

    assert result.added == 1
    assert await Session.filter(event__slug="fair").count() == 1


async def test_an_event_is_not_made_unless_asked() -> None:
    with pytest.raises(NotFound, match="--create"):
        await import_schedule(xml(talk(1)))


BOMB = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><schedule>&b;</schedule>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>'


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "neither a schedule in XML nor one in JSON"),
        (b"<schedule><conference>", "not well-formed XML: line 1"),
        (b"<html/>", "not a schedule"),
        (b'{"schedule": 3}', "not a schedule"),
        (b'{"schedule": ', "not well-formed JSON"),
        (BOMB, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (xml(), "no session"),
        (xml(talk(1), talk(1)), "same guid"),
        (xml(talk(1, duration="soon")), "duration “soon”"),
        (xml(talk(1, date="yesterday")), "date “yesterday”"),
        (xml(talk(1, title=" ")), "no title"),
        (xml(talk(1, title="x" * 401)), "longer than 400"),
        (xml(talk(1), zone="Mars/Olympus"), "no time zone “Mars/Olympus”"),
    ],
)
async def test_a_bad_file_is_refused_with_a_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(files.BadSchedule) as refused:
        await import_schedule(raw, slug="fair", create=True)

    assert said in refused.value.sentence
    assert await Event.filter(slug="fair").count() == 0


@pytest.mark.parametrize(("text", "minutes"), [("00:45", 45), ("01:30:00", 90), ("1:00:30:00", 1470), ("25", 25)])
def test_durations_of_several_systems(text: str, minutes: int) -> None:
    assert files.duration_of(text, "It").total_seconds() == minutes * 60


def test_a_time_without_a_date_takes_its_day() -> None:
    moment = files.moment_of("", "09:30", date(2027, 1, 14), "Europe/London", "It")

    assert moment == datetime(2027, 1, 14, 9, 30, tzinfo=UTC)


async def _round_trip(raw: bytes, format: str) -> tuple[files.Schedule, files.Schedule]:
    """What the file says, and what our export of it says."""
    await import_schedule(raw, slug="there", create=True)
    event = await Event.get(slug="there").select_related("organiser")
    return files.parse(raw), files.parse(await export(format, event))


def _essence(schedule: files.Schedule) -> list[tuple[object, ...]]:
    """All that a talk says, but for our own address of it and its order on the page."""
    said = [
        (
            *(t.guid, t.external_id, t.title, t.subtitle, t.abstract, t.description, t.kind, t.language, t.start, t.end, t.room, t.track),
            *(t.do_not_record, json.dumps(t.links), json.dumps(t.attachments), tuple((p.name, p.external_id) for p in t.persons)),
            *(t.extra.get(name, "") for name in ("license", "feedback_url", "video_download_url", "origin_url")),
        )
        for t in schedule.talks
    ]
    return sorted(said)


@pytest.mark.parametrize("format", ["schedule.xml", "schedule.json"])
async def test_import_export_import_loses_nothing(format: str) -> None:
    first, second = await _round_trip(xml(talk(1), talk(2)), format)

    assert _essence(first) == _essence(second)


@pytest.mark.parametrize("format", ["schedule.xml", "schedule.json"])
async def test_a_conference_of_900_sessions_comes_and_goes_whole(format: str) -> None:
    first, second = await _round_trip(big.schedule(date(2027, 5, 14)), format)

    assert len(first.talks) > 900
    assert _essence(first) == _essence(second)


@real
async def test_fosdem_2025_comes_and_goes_whole() -> None:
    raw = (FOLDER / "fosdem-2025.xml").read_bytes()

    first, second = await _round_trip(raw, "schedule.xml")
    again = await import_schedule(raw, slug="there")

    event = await Event.get(slug="there")
    assert await Session.filter(event=event).count() == 943
    assert await Speaker.filter(event=event).count() == 992
    assert event.timezone == "Europe/Brussels"
    assert (await Room.filter(event=event).count(), await Track.filter(event=event).count()) > (30, 60)
    assert await SessionSpeaker.filter(session__event=event).count() > 943
    assert _essence(first) == _essence(second)
    assert "Nothing changed." in str(again)


@real
async def test_a_pretalx_export_comes_and_goes_whole() -> None:
    raw = (FOLDER / "pretalx-rc3.json").read_bytes()

    first, second = await _round_trip(raw, "schedule.json")

    assert len(first.talks) == 48
    assert _essence(first) == _essence(second)
    assert await Session.filter(event__slug="there", code="MJA8QY").count() == 1
