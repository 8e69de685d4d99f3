"""A speaker's area: who gets in, yes and no, the list of things to do, assistants, times, reminders."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from eventsvc import worker
from eventsvc.agenda.models import Session, SessionSpeaker, SessionState, Slot
from eventsvc.agenda.rules import confirming
from eventsvc.audit.models import Entry
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter, LetterState
from eventsvc.speakers import rules as speakers
from eventsvc.speakers.forms import AssistantForm
from eventsvc.speakers.models import Assistant, Availability, Preparation, Speaker
from eventsvc.website.rules import speaking
from tests.make import make_event, make_room, make_session, make_speaker

pytestmark = pytest.mark.usefixtures("rolled_back")


async def offered(event: Event, speaker: Speaker, **values: Any) -> Session:
    """A draft this speaker was asked to give."""
    extra = {"asked_at": now().isoformat(timespec="seconds")}
    return await make_session(event, speakers=[speaker], state=SessionState.DRAFT, extra=extra, **values)


def home(event: Event, speaker: Speaker) -> str:
    return f"/{event.slug}/speaker/{speaker.secret}"


PAGES = ["", "/about", "/prepare", "/times", "/people"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_link_opens_only_its_own_event_and_speaker(client: httpx.AsyncClient, path: str) -> None:
    event, other = await make_event(), await make_event()
    speaker = await make_speaker(event)
    found = await client.get(home(event, speaker) + path)

    elsewhere = await client.get(f"/{other.slug}/speaker/{speaker.secret}{path}")
    wrong = await client.get(f"/{event.slug}/speaker/{speaker.secret[:-1]}!{path}")

    assert (found.status_code, elsewhere.status_code, wrong.status_code) == (200, 404, 404)
    assert (found.headers["cache-control"], found.headers["x-robots-tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("path", ["", "/texts", "/people"])
async def test_a_session_of_somebody_else_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    event = await make_event()
    sam, ada = await make_speaker(event), await make_speaker(event)
    session = await make_session(event, speakers=[ada])
    assert (await client.get(f"{home(event, ada)}/sessions/{session.code}{path}")).status_code == 200

    assert (await client.get(f"{home(event, sam)}/sessions/{session.code}{path}")).status_code == 404


async def test_a_draft_nobody_offered_is_not_shown(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, title="Secret plan", speakers=[speaker], state=SessionState.DRAFT)

    before = (await client.get(home(event, speaker))).text
    await confirming.ask(event, session, by="Olga")
    after = (await client.get(home(event, speaker))).text

    assert ("Secret plan" in before, "Secret plan" in after) == (False, True)


async def test_looking_at_the_letters_page_confirms_nothing_and_one_button_does(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await offered(event, speaker)
    address = f"{home(event, speaker)}/confirm/{session.code}"
    assert "Yes, I will be there" in (await client.get(address)).text
    assert (await Session.get(id=session.id)).state == SessionState.DRAFT

    answers = [await client.post(address, data={"do": "confirm"}) for _ in range(2)]

    now_so = await Session.get(id=session.id)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (now_so.state, now_so.sequence) == (SessionState.CONFIRMED, session.sequence + 1)
    assert await Entry.filter(action="session.confirmed", subject=session.code).count() == 1
    assert (await client.get(f"/{event.slug}/sessions/{session.code}")).status_code == 200


async def test_confirming_keeps_the_place_in_the_draft_of_the_agenda() -> None:
    event = await make_event()
    room = await make_room(event)
    session = await offered(event, await make_speaker(event))
    await Slot.create(session=session, room=room, start=session.start, end=session.end)

    await confirming.confirm(event, session, by="Sam")

    assert await Slot.filter(session=session).count() == 1


async def test_declining_a_draft_frees_it_and_shows_it_to_nobody(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Sam Speaker")
    session = await offered(event, speaker, room=await make_room(event))
    await Slot.create(session=session, start=session.start, end=session.end)

    answer = await client.post(f"{home(event, speaker)}/confirm/{session.code}", data={"do": "decline", "word": "I broke\nmy leg"})

    now_so = await Session.get(id=session.id)
    await worker.drain()
    letter = await Letter.get(kind="agenda/declined")
    assert answer.status_code == 303
    assert (now_so.state, now_so.start, now_so.room_id) == (SessionState.DRAFT, None, None)
    assert await Slot.filter(session=session).count() == await SessionSpeaker.filter(session=session).count() == 0
    assert (letter.to, letter.subject, letter.state) == (
        "team@example.org",
        f"{event.name}: Sam Speaker will not speak",
        LetterState.SENT,
    )
    assert (await client.get(f"/{event.slug}/sessions/{session.code}")).status_code == 404


async def test_declining_a_public_session_cancels_it_unless_others_give_it() -> None:
    event = await make_event()
    sam, ada = await make_speaker(event), await make_speaker(event)
    session = await make_session(event, speakers=[sam, ada])

    await speaking.decline(event, session, sam, "", by="Sam")
    with_ada = (await Session.get(id=session.id)).state
    await speaking.decline(event, session, ada, "", by="Ada")

    assert (with_ada, (await Session.get(id=session.id)).state) == (SessionState.CONFIRMED, SessionState.CANCELLED)


async def test_the_list_of_things_to_do_shrinks(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, biography="Words")
    await make_session(event, speakers=[speaker])
    assert "2 of 6 done" in (await client.get(home(event, speaker))).text

    await client.post(f"{home(event, speaker)}/prepare", data={"do": "save", "av_needs": "Sound", "recording_consent": "false"})
    await client.post(f"{home(event, speaker)}/prepare", data={"do": "right"})

    kept = await Preparation.get(speaker=speaker)
    assert "4 of 6 done" in (await client.get(home(event, speaker))).text
    assert (kept.av_needs, kept.recording_consent) == ("Sound", False)
    assert kept.confirmed_details_at is not None
    assert "Sound" not in (await client.get(f"/{event.slug}/speakers/{speaker.code}")).text


async def test_an_assistant_works_for_the_speaker_until_the_link_is_taken_back(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Sam Speaker")
    await client.post(f"{home(event, speaker)}/people", data={"name": "Alex http://evil.example", "email": "alex@example.org"})
    assistant = await Assistant.get(speaker=speaker)
    theirs = f"/{event.slug}/speaker/{assistant.secret}"
    await worker.drain()

    opened = await client.get(theirs)
    invites = await client.post(f"{theirs}/people", data={"name": "Third", "email": "third@example.org"})
    works = await client.post(f"{theirs}/about", data={"name": "Sam Speaker", "biography": "By Alex"})
    await client.post(f"{home(event, speaker)}/people", data={"revoke": str(assistant.id)})
    closed = await client.get(theirs)

    assert "You are here as assistant of" in opened.text
    assert (invites.status_code, works.status_code, closed.status_code) == (403, 303, 404)
    assert (await Speaker.get(id=speaker.id)).biography == "By Alex"
    assert speaker.secret not in opened.text
    assert (await Entry.filter(action="speaker.changed").first()).actor.endswith("for Sam Speaker")  # type: ignore[union-attr]


async def test_an_assistant_cannot_cancel_the_speakers_session(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    session = await make_session(event, speakers=[speaker])
    alex = await Assistant.create(speaker=speaker, name="Alex", email="alex@example.org")
    address = f"/{event.slug}/speaker/{alex.secret}/confirm/{session.code}"

    offered_no = "I will not speak" in (await client.get(address)).text
    answer = await client.post(address, data={"do": "decline"})

    await session.refresh_from_db()
    assert (offered_no, answer.status_code, session.state) == (False, 403, SessionState.CONFIRMED)


async def test_an_assistants_letter_gains_no_link_from_a_name(outbox: Any) -> None:
    event = await make_event()
    speaker = await make_speaker(event, name="Win www.evil.example now")
    await speakers.add_assistant(event, speaker, AssistantForm(name="See https://evil.example/x", email="alex@example.org"), by="Sam")

    await worker.drain()

    text = "".join(file.read_text() for file in outbox.iterdir())
    assert "/speaker/" in text
    assert "evil.example" not in text


async def test_a_co_speaker_gets_their_own_link_once(client: httpx.AsyncClient) -> None:
    event = await make_event()
    sam = await make_speaker(event)
    session = await make_session(event, speakers=[sam])
    address = f"{home(event, sam)}/sessions/{session.code}/people"

    first = await client.post(address, data={"name": "Ada New", "email": "Ada@Example.org"})
    second = await client.post(address, data={"name": "Ada New", "email": "ada@example.org"})

    ada = await Speaker.get(event=event, email="ada@example.org")
    assert (first.status_code, second.status_code) == (303, 422)
    assert "on the bill already" in second.text
    assert await Letter.filter(kind="agenda/co_speaker", to=ada.email).count() == 1
    assert await Entry.filter(action="speaker.added", subject=ada.code).count() == 1
    assert (await client.get(f"{home(event, ada)}/sessions/{session.code}")).status_code == 200


async def test_times_are_kept_in_utc_and_shown_as_typed(client: httpx.AsyncClient) -> None:
    event = await make_event(timezone="Asia/Tokyo")
    speaker = await make_speaker(event)
    typed = {"days-0-morning": "true", "days-0-start": "15:00", "days-0-end": "16:30"}

    answer = await client.post(f"{home(event, speaker)}/times", data=typed)

    kept = [(event.local(one.start).strftime("%H:%M"), event.local(one.end).strftime("%H:%M")) for one in await Availability.all()]
    shown = (await client.get(f"{home(event, speaker)}/times")).text
    assert answer.status_code == 303
    assert kept == [("00:00", "13:00"), ("15:00", "16:30")]
    assert 'value="15:00"' in shown
    assert 'value="16:30"' in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [({}, "Choose at least one time"), ({"days-0-start": "10:00", "days-0-end": "09:00"}, "ends before it starts")],
)
async def test_times_that_make_no_sense_are_told(client: httpx.AsyncClient, typed: dict[str, str], said: str) -> None:
    event = await make_event()
    speaker = await make_speaker(event)

    answer = await client.post(f"{home(event, speaker)}/times", data=typed)

    assert (answer.status_code, said in answer.text) == (422, True)
    assert await Availability.filter(speaker=speaker).count() == 0


async def test_organisers_hear_of_a_session_that_does_not_fit_any_more(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker = await make_speaker(event)
    await make_session(event, at="15:00", speakers=[speaker])

    for _ in range(2):
        await client.post(f"{home(event, speaker)}/times", data={"days-0-morning": "true"})

    assert [letter.to for letter in await Letter.filter(kind="agenda/unavailable")] == ["team@example.org"]
