"""Tables, pastes and earlier events taken in: made, brought up to date, never doubled; what is wrong is listed by its line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from eventsvc.agenda.forms import files
from eventsvc.agenda.models import Room, Session, SessionState, Slot
from eventsvc.agenda.rules.bringing import frame_of
from eventsvc.agenda.rules.exchange import Taken, take_in
from eventsvc.audit.models import Entry
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from tests.make import make_event, make_session, make_speaker

pytestmark = pytest.mark.usefixtures("rolled_back")
DAY = date(2027, 5, 14)


async def summit(**values: object) -> Event:
    return await make_event(**{"start": DAY, "end": DAY + timedelta(days=1), **values})


async def bring(event: Event, text: str, *, dry: bool = False) -> Taken:
    return await take_in(event, files.read([("table.csv", text.encode())], frame_of(event)), by="test", dry=dry)


SHEET = """Title,Speaker(s),Track,Room,Date,Start time,Duration,Abstract
Bones,Ada Lovelace; Grace Hopper,Limbs,Hall,14/05/2027,9:30,45,About bones
Lunch,,,,14 May 2027,12.30,1h,
Hearts,Ada Lovelace,,,,,30 min,
"""


async def test_a_table_makes_sessions_speakers_rooms_and_tracks() -> None:
    event = await summit()

    taken = await bring(event, SHEET)

    bones = await Session.get(event=event, title="Bones").select_related("track", "room").prefetch_related("speakers__speaker")
    hearts = await Session.get(event=event, title="Hearts")
    assert (taken.wrong, str(taken)) == ([], "3 sessions, 2 speakers, 1 room, 1 track added.")
    assert (event.local(bones.start).isoformat(), bones.minutes) == ("2027-05-14T09:30:00+01:00", 45)  # type: ignore[arg-type]
    assert (bones.room and bones.room.name, bones.track and bones.track.name, bones.abstract) == ("Hall", "Limbs", "About bones")
    assert sorted(one.speaker.name for one in bones.speakers) == ["Ada Lovelace", "Grace Hopper"]
    assert (bones.state, hearts.start, hearts.extra) == (SessionState.DRAFT, None, {"minutes": 30})
    assert (await Session.get(event=event, title="Lunch")).minutes == 60


async def test_the_same_table_again_changes_nothing() -> None:
    event = await summit()
    await bring(event, SHEET)
    version = (await Event.get(id=event.id)).version

    again = await bring(event, SHEET)

    assert (str(again), again.wrong) == ("Nothing changed.", [])
    assert (await Event.get(id=event.id)).version == version
    assert (await Session.filter(event=event).count(), await Speaker.filter(event=event).count()) == (3, 2)


async def test_a_preview_keeps_nothing() -> None:
    event = await summit()

    taken = await bring(event, SHEET, dry=True)

    assert taken.count("new", "session") == 3
    assert (await Session.filter(event=event).count(), await Room.filter(event=event).count()) == (0, 0)
    assert await Entry.filter(event_id=event.id).count() == 0


async def test_a_row_updates_by_code_and_leaves_what_it_does_not_say() -> None:
    event = await summit()
    session = await make_session(event, code="ABC123", title="Old", abstract="Stays", sequence=3)

    taken = await bring(event, "code,title,abstract\nABC123,New title,\n")

    await session.refresh_from_db()
    assert [(line.does, line.details) for line in taken.lines] == [("changed", "title")]
    assert (session.title, session.abstract, session.sequence) == ("New title", "Stays", 3)


async def test_a_new_time_raises_the_sequence_and_takes_the_draft_away() -> None:
    event = await summit()
    session = await make_session(event, code="ABC123", at="10:00", minutes=30)
    await Slot.create(session=session, start=session.start, end=session.end)

    await bring(event, "code,start\nABC123,2027-05-15 11:00\n")

    await session.refresh_from_db()
    assert (event.local(session.start).isoformat(), session.minutes, session.sequence) == ("2027-05-15T11:00:00+01:00", 30, 1)  # type: ignore[arg-type]
    assert await Slot.filter(session=session).count() == 0


async def test_a_row_finds_its_session_by_title_and_speaker() -> None:
    event = await summit()
    ada, bob = await make_speaker(event, name="Ada Lovelace"), await make_speaker(event, name="Bob Moran")
    hers = await make_session(event, title="Welcome", speakers=[ada])
    his = await make_session(event, title="Welcome", speakers=[bob])

    await bring(event, "title,speakers,subtitle\nwelcome,ADA LOVELACE,hers\nWelcome,Bob Moran,his\n")

    for session, subtitle in ((hers, "hers"), (his, "his")):
        await session.refresh_from_db()
        assert session.subtitle == subtitle
    assert await Session.filter(event=event).count() == 2


async def test_breaks_with_one_name_are_told_apart_by_their_time() -> None:
    event = await summit()
    text = "title,kind,start,end\nLunch,break,2027-05-14 12:00,13:00\nLunch,break,2027-05-15 12:00,13:00\n"

    first, second = await bring(event, text), await bring(event, text)

    assert (first.count("new"), str(second)) == (2, "Nothing changed.")


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("title\nA\nA\n", "line 3", "The same session is in line 2 already. Only the first is taken."),
        ("title,start\nA,2027-05-14\n", "line 2", "“2027-05-14” has no time. Write it as 2027-05-14 09:30."),
        ("title,start\nA,09:30\n", "line 2", "This time has no day. Add a column called date, or write the start as 2027-05-14 09:30."),
        ("title,start\nA,2027-12-14 09:30\n", "line 2", "14 December 2027 is not a day of this event (14 May to 15 May 2027)."),
        ("title,start,end\nA,2027-05-14 09:30,09:00\n", "line 2", "The end is not after the start. Check both times."),
        ("title,start\nA,soon\n", "line 2", "“soon” is not a date such as 2027-05-14 or 14/05/2027."),
        ("title,minutes\nA,long\n", "line 2", "“long” is not a length. Write it in minutes, such as 45."),
        ("title,state\nA,perhaps\n", "line 2", "There is no state “perhaps”. Use draft, confirmed or cancelled."),
        ("title,state\nA,rejected\n", "line 2", "Left out: its state is “rejected”, so it is no session."),
        ("title,code\nA,a/b\n", "line 2", "The code “a/b” cannot be used: 2 to 20 letters and digits."),
        ("code,room\nNOPE1,Hall\n", "line 2", "There is no session NOPE1 at this event, and it has no title."),
        (f"title\n{'x' * 401}\n", "line 2", "Title: Use at most 400 characters."),
        (
            f"title,speakers\nA,{'x' * 201}\n",
            "line 2",
            "The name of a speaker is longer than 200 characters. Put semicolons between the names.",
        ),
        ("name,email\nAda,not-an-address\n", "line 2", "Email: Check the email address. It should look like name@example.org."),
        ('title\n"two\nlines"\n\n,\nB\nB\n', "line 7", "The same session is in line 6 already. Only the first is taken."),
    ],
)
async def test_a_bad_row_is_listed_with_its_line(text: str, where: str, why: str) -> None:
    event = await summit()

    taken = await bring(event, text)

    assert taken.wrong == [(where, why)]


async def test_good_rows_are_taken_although_others_are_wrong() -> None:
    event = await summit()

    taken = await bring(event, "title,minutes\nGood,30\nBad,soon\n")

    assert (taken.count("new"), len(taken.wrong)) == (1, 1)
    assert [one.title for one in await Session.filter(event=event)] == ["Good"]


async def test_an_unclear_row_is_not_guessed_at() -> None:
    event = await summit()
    for _ in range(2):
        await make_session(event, title="Welcome")
        await make_speaker(event, name="Ada Lovelace")

    taken = await bring(event, "title,speakers\nWelcome,\nOther,Ada Lovelace\n")

    assert [why.split(".")[0] for _, why in taken.wrong] == ["Several sessions have this title", "Several people are called Ada Lovelace"]
    assert await Session.filter(event=event).count() == 2


async def test_speakers_are_known_by_mail_and_get_what_is_new() -> None:
    event = await summit()
    ada = await make_speaker(event, name="A. Lovelace", email="ada@example.org", organisation="Engines")

    taken = await bring(
        event, "First name,Last name,E-mail,Company,Bio\nAda,Lovelace,ADA@example.org,,Counts\nGrace,Hopper,grace@example.org,Navy,\n"
    )

    await ada.refresh_from_db()
    assert [(line.title, line.does) for line in taken.lines] == [("Ada Lovelace", "changed"), ("Grace Hopper", "new")]
    assert (ada.name, ada.organisation, ada.biography) == ("Ada Lovelace", "Engines", "Counts")
    assert (await Speaker.get(event=event, name="Grace Hopper")).listed


async def test_two_people_of_one_name_with_other_addresses_are_two() -> None:
    event = await summit()

    taken = await bring(event, "name,email\nAda Lovelace,one@example.org\nAda Lovelace,two@example.org\n")

    assert (taken.count("new"), taken.wrong) == (2, [])
