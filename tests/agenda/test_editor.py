"""The editor's doors: who gets in, what the script is given, moves by script and by form."""

from __future__ import annotations

import html
import json
import re
from datetime import time
from typing import Any

import pytest

from eventsvc.agenda.models import Favourite, Session
from eventsvc.agenda.rules.clashes import minute
from eventsvc.agenda.rules.draft import Place, draft, move, public_place
from eventsvc.agenda.rules.draft_steps import place_at
from eventsvc.events.models import Event
from tests.make import make_event, make_room, make_session, make_speaker, make_track
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


def sheet_in(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="ed-sheet">(.*?)</script>', text, re.DOTALL)
    assert found
    sheet: dict[str, Any] = json.loads(found[1])
    return sheet


def spot(place: Place, room: str | None = None) -> dict[str, Any]:
    return {
        "room": room,
        "start": minute(place.start) if place.start else None,
        "end": minute(place.end) if place.end else None,
    }


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("dev", 403), ("mallory", 404)])
@pytest.mark.parametrize("path", ["agenda", "agenda/sheet"])
async def test_who_may_look(who: str, status: int, path: str) -> None:
    event = await make_event()
    await make_session(event)
    async with await signed_in(who, event) as browser:
        assert (await browser.get(f"/manage/{event.slug}/{path}")).status_code == status


@pytest.mark.parametrize("who", ["victor", "dev", "mallory"])
async def test_who_may_not_move(who: str) -> None:
    event = await make_event()
    session = await make_session(event)
    body = {"moves": [{"session": session.code, "to": {}, "seen": spot(public_place(session))}]}
    async with await signed_in(who, event) as browser:
        script = await browser.post(f"/manage/{event.slug}/agenda/moves", json=body)
        form = await browser.post(f"/manage/{event.slug}/agenda", data={"do": "off", "session": session.code})

    assert script.status_code in (403, 404)
    assert form.status_code in (403, 404)
    assert await draft(event) == {session.id: public_place(session)}


async def test_the_sheet_holds_the_board_and_escapes_what_strangers_wrote() -> None:
    event = await make_event()
    room, track = await make_room(event, capacity=40), await make_track(event)
    speaker = await make_speaker(event, name="</script><script>alert(1)</script>")
    session = await make_session(event, title="<b>Bold</b>", room=room, track=track, speakers=[speaker], signed_up=3, signup_places=9)
    await Favourite.create(session=session, holder="device:1")
    async with await signed_in("rita", event) as rita:
        answer = await rita.get(f"/manage/{event.slug}/agenda")

    sheet = sheet_in(answer.text)
    at = spot(public_place(session))
    assert "alert(1)</script>" not in answer.text
    assert sheet["rooms"] == [[room.code, room.name, 40]]
    assert sheet["people"] == [[speaker.name, []]]
    row = [session.code, "<b>Bold</b>", "talk", 0, 1, 0, [0], None, 3, 30, 0, at["start"], at["end"], 0, at["start"], at["end"]]
    assert sheet["sessions"] == [row]
    assert (sheet["undo"], sheet["redo"], sheet["changes"]) == (None, None, 0)
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_asks_the_same_number_of_questions_for_one_and_for_three() -> None:
    event = await make_event()
    room = await make_room(event)
    counts = []
    async with await signed_in("rita", event) as rita:
        for more in (1, 2):
            for _ in range(more):
                await make_session(event, room=room, speakers=[await make_speaker(event)])
            with counted() as count:
                assert (await rita.get(f"/manage/{event.slug}/agenda")).status_code == 200
            counts.append(int(count))

    assert counts[0] == counts[1]


async def test_a_move_by_script_is_saved_and_the_answer_has_it() -> None:
    event = await make_event()
    room = await make_room(event)
    session = await make_session(event, title="A")
    to = place_at(event, event.start, time(14), 45, room)
    body = {"moves": [{"session": session.code, "to": spot(to, room.code), "seen": spot(public_place(session))}]}
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(f"/manage/{event.slug}/agenda/moves", json=body)
        undone = await rita.post(f"/manage/{event.slug}/agenda/moves", json={"do": "undo"})

    moved, back = answer.json(), undone.json()
    assert (answer.status_code, undone.status_code) == (200, 200)
    assert moved["sessions"][0][10:13] == [0, minute(to.start), minute(to.end)]  # type: ignore[arg-type]
    assert (moved["undo"], moved["redo"], moved["changes"], moved["says"]) == ("“A”", None, 1, "")
    assert (back["undo"], back["redo"], back["changes"]) == (None, "“A”", 0)


async def test_a_stale_move_is_refused_kindly_with_the_fresh_place() -> None:
    event = await make_event()
    session = await make_session(event, title="Troponin")
    fresh = place_at(event, event.start, time(16), 30, None)
    await move(event, session, fresh, by="Olga")
    to = place_at(event, event.start, time(14), 30, None)
    body = {"moves": [{"session": session.code, "to": spot(to), "seen": spot(public_place(session))}]}
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(f"/manage/{event.slug}/agenda/moves", json=body)

    assert answer.status_code == 409
    assert "Olga has moved “Troponin”" in answer.json()["says"]
    assert answer.json()["sessions"][0][11] == minute(fresh.start)  # type: ignore[arg-type]
    assert (await draft(event))[session.id] == fresh


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"do": "sing"}', b'{"moves": [{"session": "x", "to": {"start": 1e99}, "seen": {}}]}'])
async def test_nonsense_is_refused_in_json(body: bytes) -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(f"/manage/{event.slug}/agenda/moves", content=body)

    assert answer.status_code == 422
    assert "says" in answer.json()


async def test_another_events_session_or_room_cannot_be_named() -> None:
    event, other = await make_event(), await make_event()
    own, foreign, room = await make_session(event), await make_session(other), await make_room(other)
    to = spot(place_at(event, event.start, time(14), 30, None))
    async with await signed_in("rita", event) as rita:
        for code, place in ((foreign.code, to), (own.code, {**to, "room": room.code})):
            seen = spot(public_place(own))
            body = {"moves": [{"session": code, "to": place, "seen": seen}]}
            answer = await rita.post(f"/manage/{event.slug}/agenda/moves", json=body)
            assert answer.status_code == 422
            assert foreign.title not in answer.text

    assert await draft(other) == {foreign.id: public_place(foreign)}


async def posted(event: Event, **data: str) -> Any:
    async with await signed_in("rita", event) as rita:
        return await rita.post(f"/manage/{event.slug}/agenda?day={event.start}", data=data)


async def test_the_form_is_the_same_verb() -> None:
    event = await make_event()
    room = await make_room(event)
    session = await make_session(event)

    answer = await posted(event, do="place", session=session.code, day=str(event.start), at="9:05", minutes="25", room=room.code)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/manage/{event.slug}/agenda?day={event.start}&done=place"
    assert await draft(event) == {session.id: place_at(event, event.start, time(9, 5), 25, room)}


async def test_a_form_with_errors_says_so_and_keeps_what_was_typed() -> None:
    event = await make_event()
    session = await make_session(event)

    answer = await posted(event, do="place", session=session.code, day=str(event.start), at="half past", minutes="0", room="")

    assert answer.status_code == 422
    assert "Enter a time, such as 09:30." in answer.text
    assert "at least 1" in answer.text
    assert 'value="half past"' in answer.text


async def test_breaks_shifts_swaps_and_undo_by_form() -> None:
    event = await make_event()
    one, other = await make_session(event, at="10:00"), await make_session(event, at="11:00")
    day = str(event.start)

    said = [
        await posted(event, do="break", break_title="Tea", break_day=day, break_at="15:00", break_minutes="20", break_room=""),
        await posted(event, do="shift", shift_day=day, shift_after="10:30", shift_minutes="10", shift_room="*"),
        await posted(event, do="undo"),
        await posted(event, do="redo"),
        await posted(event, do="swap", swap_one=one.code, swap_other=other.code),
        await posted(event, do="off", session=other.code),
    ]

    places = await draft(event)
    tea = await Session.get(event=event, title="Tea")
    assert [answer.status_code for answer in said] == [303] * 6
    assert places[tea.id] == place_at(event, event.start, time(15, 10), 20, None)
    assert places[one.id] == place_at(event, event.start, time(11, 10), 30, None)
    assert places[other.id] == Place(None, None, None)


async def test_a_refusal_of_the_rule_is_beside_its_field() -> None:
    event = await make_event()
    answer = await posted(event, do="shift", shift_day=str(event.start), shift_after="10:30", shift_minutes="10", shift_room="*")

    assert answer.status_code == 422
    assert 'id="shift_after-e"' in answer.text
    assert (await posted(event, do="undo")).status_code == 422
    assert (await posted(event, do="fly")).status_code == 404


async def test_without_the_script_the_day_is_a_list_with_what_clashes() -> None:
    event = await make_event()
    room = await make_room(event)
    await make_session(event, title="First", room=room)
    second = await make_session(event, title="Second", room=room, at="10:15")
    await make_session(event, title="Waiting", start=None, end=None)
    async with await signed_in("rita", event) as rita:
        text = html.unescape((await rita.get(f"/manage/{event.slug}/agenda")).text)
        picked = (await rita.get(f"/manage/{event.slug}/agenda?move={second.code}")).text

    listed = text.partition("<script")[2].partition('class="ed-body"')[2].partition("<script")[0]
    assert "The room also has “Second” then." in listed
    assert "Clashes with “First”." in listed
    assert f"move={second.code}#form-place" in listed
    assert "Waiting" in listed
    assert f'<option value="{second.code}" selected>' in picked
    assert 'value="10:15"' in picked


async def test_a_day_that_is_none_is_the_first() -> None:
    event = await make_event()
    async with await signed_in("rita", event) as rita:
        for day in ("never", "2001-01-01", "<script>"):
            answer = await rita.get(f"/manage/{event.slug}/agenda", params={"day": day})
            assert answer.status_code == 200
            assert f'data-day="{event.start}"' in answer.text
