"""Calendar feeds that real calendar programs take (RFC 5545), and schedules that validate."""

from __future__ import annotations

from datetime import timedelta

import httpx
import icalendar
import pytest
import xmlschema

from eventsvc.agenda.models import SessionState
from eventsvc.agenda.rules import sessions as rules
from eventsvc.calendars.render.invitation import invitation
from eventsvc.calendars.rules.schedules import export
from eventsvc.core.cache import documents
from eventsvc.core.clock import now, travel
from tests.make import make_event, make_room, make_session, make_speaker, make_ticket, make_track
from tests.real_data import FOLDER, real

LONG = "Größe, naïveté & “quotes”; commas, and \\ backslashes 日本語 🚀 " * 5


def events(body: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


async def test_lines_are_folded_and_end_in_crlf(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event, title=LONG[:300], abstract=LONG)

    body = (await client.get(f"/{event.slug}/calendar.ics")).content

    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert str(events(body)[0]["SUMMARY"]) == LONG[:300].strip()


async def test_a_feed_has_zone_uid_sequence_status_and_times(client: httpx.AsyncClient) -> None:
    event = await make_event(timezone="Europe/London")
    session = await make_session(
        event, at="10:00", room=await make_room(event, name="Hall"), speakers=[await make_speaker(event, name="Zoë")]
    )

    answer = await client.get(f"/{event.slug}/calendar.ics")

    calendar = icalendar.Calendar.from_ical(answer.content)
    entry = events(answer.content)[0]
    assert answer.headers["content-type"].startswith("text/calendar")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert str(entry["UID"]) == f"{session.guid}@testserver"
    assert (entry["SEQUENCE"], str(entry["STATUS"])) == (0, "CONFIRMED")
    assert entry["DTSTART"].dt == session.start
    assert entry["DTSTART"].params["TZID"] == "Europe/London"
    assert "Hall" in str(entry["LOCATION"])
    assert "Zoë" in str(entry["DESCRIPTION"])


async def test_a_move_raises_the_sequence_and_keeps_the_uid(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event)
    before = events((await client.get(f"/{event.slug}/calendar.ics")).content)[0]

    await rules.change_session(
        event, session, {"start": session.start + timedelta(hours=1), "end": session.end + timedelta(hours=1)}, by="test"
    )  # type: ignore[operator]

    after = events((await client.get(f"/{event.slug}/calendar.ics")).content)[0]
    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(hours=1)


async def test_a_cancelled_session_stays_as_cancelled(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(event)

    await rules.change_session(event, session, {"state": SessionState.CANCELLED}, by="test")

    entry = events((await client.get(f"/{event.slug}/calendar.ics")).content)[0]
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CANCELLED", 1)


async def test_control_characters_do_not_break_a_feed(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_session(event, title="Bell\x07 and\x0bmore", abstract="a\x1fb")

    feed, schedule = [(await client.get(f"/{event.slug}/{path}")) for path in ("calendar.ics", "schedule.xml")]

    assert str(events(feed.content)[0]["SUMMARY"]) == "Bell andmore"
    assert schedule.status_code == 200
    assert "\x07" not in schedule.text


async def test_session_and_speaker_have_feeds_of_their_own(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    mine = await make_session(event, speakers=[speaker])
    await make_session(event)

    one = await client.get(f"/{event.slug}/sessions/{mine.code}.ics")
    theirs = await client.get(f"/{event.slug}/speakers/{speaker.code}.ics")

    assert [len(events(answer.content)) for answer in (one, theirs)] == [1, 1]
    assert str(events(theirs.content)[0]["UID"]).startswith(mine.guid)


async def test_an_attendees_calendar_is_private_and_goes_with_the_ticket(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    await make_session(event, title="Plenary")
    await make_session(event, title="Side talk", room=await make_room(event))

    answer = await client.get(f"/{event.slug}/my/{ticket.secret}.ics")
    again = await client.get(f"/{event.slug}/my/{ticket.secret}.ics", headers={"if-none-match": answer.headers["etag"]})
    wrong = await client.get(f"/{event.slug}/my/wrong.ics")

    assert {str(entry["SUMMARY"]) for entry in events(answer.content)} == {event.name, "Plenary"}
    assert "no-store" in answer.headers["cache-control"]
    assert (again.status_code, wrong.status_code) == (304, 404)


def test_an_invitation_says_who_has_accepted() -> None:
    start = now()
    body = invitation(
        "REQUEST",
        uid="u@x",
        sequence=2,
        summary="Summit",
        start=start,
        end=start + timedelta(hours=8),
        zone="Europe/London",
        location="Hall",
        description="",
        url="https://x.org/",
        organiser_name='Summit "2027"',
        organiser_email="team@x.org",
        attendee_name="Ada; Lovelace",
        attendee_email="ada@x.org",
    )

    calendar = icalendar.Calendar.from_ical(body)
    entry = events(body)[0]
    attendee = entry["ATTENDEE"]
    assert (str(calendar["METHOD"]), entry["SEQUENCE"]) == ("REQUEST", 2)
    assert (str(attendee), attendee.params["PARTSTAT"], attendee.params["CN"]) == ("mailto:ada@x.org", "ACCEPTED", "Ada; Lovelace")
    assert str(entry["ORGANIZER"]) == "mailto:team@x.org"


@real
async def test_schedule_xml_is_valid_frab(client: httpx.AsyncClient) -> None:
    event = await make_event(start=now().date(), end=now().date() + timedelta(days=1))
    track, room = await make_track(event), await make_room(event)
    await make_session(
        event, title="A & <b>", track=track, room=room, speakers=[await make_speaker(event)], links=[{"url": "https://x.org", "title": "x"}]
    )
    await make_session(event, title="Für alle: 日本", do_not_record=True)
    schema = xmlschema.XMLSchema(str(FOLDER / "frab-schedule.xsd"))

    answer = await client.get(f"/{event.slug}/schedule.xml")

    assert [str(error.reason) for error in schema.iter_errors(answer.text)] == []


async def test_schedule_json_has_the_shape_that_others_read(client: httpx.AsyncClient) -> None:
    event = await make_event()
    session = await make_session(
        event, room=await make_room(event, name="Hall", capacity=80), speakers=[await make_speaker(event, biography="Bio")]
    )

    conference = (await client.get(f"/{event.slug}/schedule.json")).json()["schedule"]["conference"]

    told = conference["days"][0]["rooms"]["Hall"][0]
    assert (told["guid"], told["code"], told["duration"], told["persons"][0]["biography"]) == (session.guid, session.code, "00:30", "Bio")
    assert conference["rooms"] == [{"name": "Hall", "slug": conference["rooms"][0]["slug"], "guid": None, "capacity": 80}]
    assert conference["time_zone_name"] == "Europe/London"


@pytest.mark.usefixtures("rolled_back")
async def test_an_event_without_sessions_exports_all_the_same() -> None:
    event = await make_event()

    bodies = [await export(kind, event) for kind in ("agenda.ics", "schedule.xml", "schedule.json")]

    assert all(bodies)


async def test_a_feed_is_known_by_its_tag_and_once_a_second_is_over_by_its_date(client: httpx.AsyncClient) -> None:
    event = await make_event()
    path = f"/{event.slug}/calendar.ics"
    fresh = await client.get(path)
    early = await client.get(path, headers={"if-modified-since": fresh.headers["last-modified"]})
    documents.clear()

    with travel(now() + timedelta(seconds=2)):
        later = await client.get(path)
        by_date = await client.get(path, headers={"if-modified-since": later.headers["last-modified"]})
        by_tag = await client.get(path, headers={"if-none-match": later.headers["etag"], "if-modified-since": "never"})
        other_tag = await client.get(path, headers={"if-none-match": '"x"', "if-modified-since": later.headers["last-modified"]})

    assert (early.status_code, later.status_code) == (200, 200)
    assert (by_date.status_code, by_tag.status_code, other_tag.status_code) == (304, 304, 200)


async def test_a_feed_says_its_colour_refresh_and_what_it_is_about(client: httpx.AsyncClient) -> None:
    event = await make_event(hue=140, tagline="Care, together")
    await make_session(event, track=await make_track(event, hue=25, name="Data; ethics"))

    calendar = icalendar.Calendar.from_ical((await client.get(f"/{event.slug}/calendar.ics")).content)

    entry = calendar.walk("VEVENT")[0]
    assert (str(calendar["COLOR"]), str(entry["COLOR"]), entry["CATEGORIES"].to_ical()) == ("forestgreen", "crimson", b"Data\\; ethics")
    assert (calendar["REFRESH-INTERVAL"].to_ical(), str(calendar["X-WR-CALDESC"])) == (b"PT1H", "Care, together")
