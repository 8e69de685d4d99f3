"""What organisers see of their speakers, and when speakers are reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventsvc import worker
from eventsvc.agenda.models import SessionState
from eventsvc.agenda.rules import confirming
from eventsvc.core.clock import now, travel
from eventsvc.mail.models import Letter, LetterState
from eventsvc.speakers.models import Availability, Preparation
from eventsvc.website.rules import speaking
from tests.make import make_event, make_session, make_speaker
from tests.people import signed_in
from tests.queries import counted
from tests.website.test_speaker_area import offered

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_reminders_come_on_days_3_7_and_14_until_confirmed() -> None:
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    event = await make_event(start=day, end=day)
    speaker = await make_speaker(event, email="sam@example.org")
    session, start = await offered(event, speaker), now()
    written = []
    for days in (1, 3, 4, 7, 8, 14, 30):
        with travel(start + timedelta(days=days, minutes=1)):
            written.append((await speaking.nudge_due(), await speaking.nudge_due()))

    await confirming.confirm(event, session, by="Sam")
    with travel(start + timedelta(days=31)):
        await worker.drain()

    assert written == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (1, 0), (0, 0)]
    assert {letter.state for letter in await Letter.filter(kind="agenda/nudge")} == {LetterState.DROPPED}


async def test_nobody_is_reminded_after_the_event() -> None:
    event = await make_event()
    await offered(event, await make_speaker(event, email="sam@example.org"))

    with travel(now() + timedelta(days=5)):
        assert await speaking.nudge_due() == 0


async def test_organisers_see_who_lacks_what_and_remind_them_once_a_day() -> None:
    event = await make_event()
    ready = await make_speaker(event, name="Has Words", biography="Words", email="a@example.org")
    lacks = await make_speaker(event, name="No Words", email="b@example.org")
    await make_session(event, speakers=[ready, lacks])
    async with await signed_in("rita", event) as rita:
        text = (await rita.get(f"/manage/{event.slug}/speakers?missing=biography")).text
        answers = [await rita.post(f"/manage/{event.slug}/speakers", data={"speaker": [ready.code, lacks.code]}) for _ in range(2)]

    await worker.drain()
    assert ("No Words" in text, "Has Words" in text) == (True, False)
    assert [answer.headers["location"].split("=")[-1] for answer in answers] == ["2", "0"]
    assert await Letter.filter(kind="website/speaker_reminder", state=LetterState.SENT).count() == 2


async def test_the_list_of_speakers_asks_as_often_for_three_as_for_one() -> None:
    event = await make_event()
    await make_session(event, speakers=[await make_speaker(event)])
    async with await signed_in("rita", event) as rita:
        with counted() as one:
            await rita.get(f"/manage/{event.slug}/speakers")
        await make_session(event, speakers=[await make_speaker(event), await make_speaker(event)])
        with counted() as three:
            await rita.get(f"/manage/{event.slug}/speakers")

    assert int(three) == int(one)


async def test_an_organiser_sees_what_a_speaker_told_and_offers_a_draft() -> None:
    event = await make_event()
    speaker = await make_speaker(event, email="sam@example.org")
    session = await make_session(event, speakers=[speaker], state=SessionState.DRAFT)
    await Preparation.create(speaker=speaker, travel="Train at nine", recording_consent=False)
    await Availability.create(speaker=speaker, start=event.starts_at, end=event.starts_at + timedelta(hours=12))
    address = f"/manage/{event.slug}/speakers/{speaker.code}"
    async with await signed_in("rita", event) as rita:
        page = (await rita.get(address)).text
        answer = await rita.post(address, data={"name": speaker.name, "ask": session.code})
        again = (await rita.get(address)).text

    assert [word in page for word in ("Train at nine", "No, do not record", "00:00 to 12:00", "Ask to confirm")] == [True] * 4
    assert answer.headers["location"].endswith("asked=1")
    assert ("Ask to confirm" in again, await Letter.filter(kind="agenda/nudge").count()) == (False, 1)
