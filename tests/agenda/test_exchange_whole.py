"""Whole programmes: out as a table and in again, the same elsewhere, copied from an earlier event, real conferences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from eventsvc.agenda.forms import files
from eventsvc.agenda.forms.copying import CopyForm
from eventsvc.agenda.models import Room, Session, SessionSpeaker, SessionState, Track
from eventsvc.agenda.rules import tables
from eventsvc.agenda.rules.bringing import frame_of
from eventsvc.agenda.rules.copying import from_event
from eventsvc.agenda.rules.exchange import take_in
from eventsvc.agenda.rules.imports import import_schedule
from eventsvc.demo import big
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from tests.make import make_event, make_room, make_session, make_speaker, make_track
from tests.real_data import FOLDER, real

pytestmark = pytest.mark.usefixtures("rolled_back")
DAY = date(2027, 5, 14)


async def summit(**values: object) -> Event:
    return await make_event(**{"start": DAY, "end": DAY + timedelta(days=1), **values})


async def _filled() -> Event:
    event = await summit()
    room, track = await make_room(event, name="Room-1"), await make_track(event)
    await make_room(event, name="Room 1")
    people = [await make_speaker(event, name="Semi; Colon", email="semi@example.org"), await make_speaker(event, name="Lovelace, Ada")]
    await make_session(event, title="=SUM(1)", room=room, track=track, speakers=people, abstract="-1\nand 'more'", setup_minutes=10)
    await make_session(event, title="'=quoted", kind="Panel", at="12:00", do_not_record=True, chair=people[0])
    await make_session(event, title="@home", start=None, end=None, extra={"minutes": 50}, state=SessionState.CANCELLED)
    await make_session(event, title="Same", at="14:00")
    await make_session(event, title="Same", at="14:00", state=SessionState.DRAFT)
    return event


@pytest.mark.parametrize("file", tables.KINDS)
async def test_what_is_taken_out_and_brought_in_again_changes_nothing(file: str) -> None:
    event = await _filled()
    await make_session(event, title="Eating", kind="Lunch", at="13:00")

    body = await tables.export(file, event, contacts=True)
    taken = await take_in(event, files.read([(file, body)], frame_of(event)), by="test")

    assert (str(taken), taken.wrong) == ("Nothing changed.", [])
    assert len(taken.lines) == (6 if file.startswith("sessions") else 2)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_what_is_taken_out_makes_the_same_elsewhere(ending: str) -> None:
    event, other = await _filled(), await summit()
    for what in ("speakers", "sessions"):
        body = await tables.export(f"{what}.{ending}", event, contacts=True)
        taken = await take_in(other, files.read([(what, body)], frame_of(other)), by="test")
        assert taken.wrong == []

    theirs = await tables.export("sessions.csv", other, contacts=True)

    assert theirs == (await tables.export("sessions.csv", event, contacts=True))


async def test_contact_data_only_when_asked() -> None:
    event = await _filled()

    without = (await tables.export("speakers.csv", event, contacts=False)).decode()

    assert "semi@example.org" not in without
    assert "semi@example.org" in (await tables.export("speakers.csv", event, contacts=True)).decode()


async def test_an_earlier_event_comes_with_its_breaks_at_the_same_time_of_day() -> None:
    """From winter to summer: noon stays noon."""
    earlier = await make_event(start=date(2027, 1, 14))
    ada = await make_speaker(earlier, name="Ada Lovelace", email="ada@example.org")
    room = await make_room(earlier, name="Hall", capacity=80)
    await make_track(earlier, name="Limbs", hue=77)
    await make_session(earlier, title="Lunch", kind="break", at="12:00", minutes=60)
    await make_session(earlier, title="Bones", room=room, speakers=[ada], minutes=45)
    event = await summit()
    everything = CopyForm(earlier=earlier.slug, rooms=True, tracks=True, breaks=True, sessions=True, speakers=True)

    first = await take_in(event, await from_event(event, earlier, everything), by="test")
    second = await take_in(event, await from_event(event, earlier, everything), by="test")

    lunch, bones = await Session.get(event=event, title="Lunch"), await Session.get(event=event, title="Bones")
    copied = await Speaker.get(event=event)
    assert (first.wrong, str(second)) == ([], "Nothing changed.")
    assert event.local(lunch.start).isoformat() == "2027-05-14T12:00:00+01:00"  # type: ignore[arg-type]
    assert (bones.state, bones.start, bones.extra["minutes"]) == (SessionState.DRAFT, None, 45)
    assert (copied.email, copied.listed, copied.secret != ada.secret) == ("ada@example.org", False, True)
    assert ((await Room.get(event=event)).capacity, (await Track.get(event=event)).hue) == (80, 77)
    assert await SessionSpeaker.filter(session=bones, speaker=copied).count() == 1


async def test_a_break_on_a_day_that_is_not_there_is_said() -> None:
    earlier = await make_event(start=date(2027, 1, 14), end=date(2027, 1, 16))
    await make_session(earlier, title="Party", kind="break", at="12:00")
    party = await Session.get(event=earlier)
    await party.change(start=party.start + timedelta(days=2), end=party.end + timedelta(days=2))  # type: ignore[operator]
    event = await summit()

    offer = await from_event(event, earlier, CopyForm(earlier=earlier.slug, breaks=True))

    assert (offer.sessions, offer.notes) == ([], ["“Party” is left out: this event has no Sunday 16 May."])


async def _round_trip_of(raw: bytes, ending: str) -> tuple[str, list[tuple[str, str]], int]:
    """A whole schedule brought in, out as a table and in again: what changed, what was wrong, how many rows."""
    await import_schedule(raw, slug="there", create=True)
    event = await Event.get(slug="there")
    body = await tables.export(f"sessions.{ending}", event, contacts=True)
    taken = await take_in(event, files.read([("sessions", body)], frame_of(event)), by="test")
    return str(taken), taken.wrong, len(taken.lines)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_a_conference_of_900_sessions_goes_out_and_comes_in_again(ending: str) -> None:
    said, wrong, rows = await _round_trip_of(big.schedule(DAY), ending)

    assert (said, wrong, rows > 900) == ("Nothing changed.", [], True)


@real
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize(("name", "count"), [("fosdem-2025.xml", 943), ("pretalx-rc3.json", 48)])
async def test_real_conferences_go_out_and_come_in_again(name: str, count: int, ending: str) -> None:
    said, wrong, rows = await _round_trip_of((FOLDER / name).read_bytes(), ending)

    assert (said, wrong, rows) == ("Nothing changed.", [], count)
