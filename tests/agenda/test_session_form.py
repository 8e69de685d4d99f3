"""What the session's own page takes beyond words: chair, set-up, places; and that it says what is public at once."""

from __future__ import annotations

import pytest

from eventsvc.agenda.models import Session
from eventsvc.agenda.rules.sessions import NoSuch, change_session
from tests.make import make_event, make_room, make_session, make_speaker
from tests.people import signed_in

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_a_chair_and_set_up_time_are_kept_and_shown() -> None:
    event = await make_event()
    chair, session = await make_speaker(event, name="Carol Chair"), await make_session(event)
    at = event.local(session.start)  # type: ignore[arg-type]
    form = {"title": "T", "kind": "talk", "state": "confirmed", "start": f"{at:%Y-%m-%dT%H:%M}", "end": f"{at:%Y-%m-%d}T11:30"}
    async with await signed_in("rita", event) as rita:
        path = f"/manage/{event.slug}/sessions/{session.code}"
        answer = await rita.post(path, data={**form, "chair": chair.code, "setup_minutes": "15"})
        shown = (await rita.get(path)).text
        emptied = await rita.post(path, data={**form, "chair": "", "setup_minutes": ""})

    after = await Session.get(id=session.id)
    assert (answer.status_code, emptied.status_code) == (303, 303)
    assert f'<option value="{chair.code}" selected>Carol Chair' in shown
    assert 'name="setup_minutes" type="text" inputmode="numeric"' in shown
    assert 'value="15"' in shown
    assert (after.chair_id, after.setup_minutes) == (None, 0)


async def test_a_chair_of_another_event_is_refused() -> None:
    event = await make_event()
    session, foreign = await make_session(event), await make_speaker(await make_event())

    with pytest.raises(NoSuch) as refusal:
        await change_session(event, session, {"chair": foreign.code}, by="Olga")

    assert refusal.value.field == "chair"


async def test_places_are_never_fewer_than_are_taken() -> None:
    event = await make_event()
    session = await make_session(event, signup_places=10)
    await Session.filter(id=session.id).update(signed_up=4)
    at = event.local(session.start)  # type: ignore[arg-type]
    form = {"title": "T", "kind": "talk", "state": "confirmed", "start": f"{at:%Y-%m-%dT%H:%M}", "end": f"{at:%Y-%m-%d}T11:30"}
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(f"/manage/{event.slug}/sessions/{session.code}", data={**form, "signup_places": "3"})

    assert answer.status_code == 422
    assert 'id="signup_places-e"' in answer.text
    assert (await Session.get(id=session.id)).signup_places == 10


async def test_the_page_says_that_changes_are_public_and_leads_to_the_editor() -> None:
    event = await make_event()
    session = await make_session(event)
    async with await signed_in("rita", event) as rita:
        text = (await rita.get(f"/manage/{event.slug}/sessions/{session.code}")).text

    assert "public at once" in text
    assert f"/manage/{event.slug}/agenda?move={session.code}&amp;day={event.start}" in text


async def test_set_up_time_and_the_chair_clash_on_the_page_too() -> None:
    event = await make_event()
    room, chair = await make_room(event), await make_speaker(event, name="Carol")
    await make_session(event, title="Before", at="09:30", room=room)
    await make_session(event, title="Beside", at="10:00", chair=chair)
    session = await make_session(event, at="10:00", room=room, setup_minutes=10, chair=chair)
    async with await signed_in("rita", event) as rita:
        text = (await rita.get(f"/manage/{event.slug}/sessions/{session.code}")).text

    assert "It needs 10 minutes to set up; after “Before” there is no time." in text
    assert "Carol also chairs “Beside” then." in text
