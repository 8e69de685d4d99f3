"""Suggesting places in the draft: from the database to the preview to one step that can be undone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from eventsvc.agenda.forms.suggest import ChosenForm, SuggestForm
from eventsvc.agenda.models import Favourite, Session, SessionState, Slot
from eventsvc.agenda.rules import suggest as rules
from eventsvc.agenda.rules.board import load
from eventsvc.agenda.rules.clashes import clashes
from eventsvc.agenda.rules.draft import draft, undo
from eventsvc.audit.models import Entry
from eventsvc.events.models import Event
from eventsvc.speakers.models import Availability
from tests.make import make_event, make_room, make_session, make_speaker, make_track
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")
DAY = date(2027, 5, 14)


async def waiting(event: Event, **values: object) -> Session:
    """A draft session without a time."""
    return await make_session(event, **{"start": None, "end": None, "state": SessionState.DRAFT, "extra": {"minutes": 45}, **values})  # type: ignore[arg-type]


async def summit() -> Event:
    """Two rooms, one lunch, one talk there already, four that wait."""
    event = await make_event(start=DAY, end=DAY)
    small, large = await make_room(event, name="Small", capacity=20), await make_room(event, name="Large", capacity=200)
    ada, track = await make_speaker(event, name="Ada Lovelace"), await make_track(event)
    await make_session(event, title="There", at="09:00", minutes=60, room=large, speakers=[ada])
    await make_session(event, title="Lunch", kind="break", at="12:00", minutes=60)
    await make_session(event, title="Last", at="16:00", minutes=60, room=small)
    for number in range(3):
        await waiting(event, title=f"Waiting {number}", speakers=[ada], track=track, setup_minutes=10)
    popular = await waiting(event, title="Popular", chair=ada)
    for number in range(30):
        await Favourite.create(session=popular, holder=f"device:{number}")
    return event


async def test_what_waits_gets_places_without_a_clash() -> None:
    event = await summit()

    found = await rules.look(event, SuggestForm())

    assert (len(found.placed), found.left) == (4, [])
    assert clashes(found.board.plan(found.places)) == []
    assert next(place for one, place in found.placed if one.title == "Popular").room_id == next(
        room.id for room in found.board.rooms if room.name == "Large"
    )
    assert await Slot.filter(session__event=event).count() == 0


async def test_who_is_away_is_said() -> None:
    event = await summit()
    bob = await make_speaker(event, name="Bob Moran")
    at = datetime(2027, 5, 14, 11, tzinfo=UTC)
    await Availability.create(speaker=bob, start=at, end=at + timedelta(minutes=60))
    await waiting(event, title="Over lunch", speakers=[bob])

    found = await rules.look(event, SuggestForm())

    assert [(one.title, why) for one, why in found.left] == [
        ("Over lunch", "Bob Moran is only available Friday 12:00–13:00, and 45 minutes do not fit between the breaks then.")
    ]


async def test_nothing_to_place_is_said() -> None:
    event = await make_event()
    await make_session(event)

    with pytest.raises(rules.NothingToPlace):
        await rules.look(event, SuggestForm())


async def test_what_is_public_stays_and_what_is_only_in_the_draft_may_move() -> None:
    event = await summit()
    first = await rules.look(event, SuggestForm())
    await rules.apply(event, chosen_of(first), by="test")

    again = await rules.look(event, SuggestForm(again=True))

    assert {one.state for one, _ in again.placed} <= {SessionState.DRAFT}
    assert clashes(again.board.plan(again.places)) == []
    assert all(
        again.places[one.id] == again.board.places[one.id] for one in again.board.sessions.values() if one.state != SessionState.DRAFT
    )


def chosen_of(found: rules.Suggested) -> list[rules.Choice]:
    return ChosenForm.model_validate({"place": [found.choice(*one) for one in found.placed]}).place


async def test_taking_them_is_one_step_that_can_be_undone() -> None:
    event = await summit()
    before = await draft(event)
    async with await signed_in("rita", event) as rita:
        look = await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "look", "hours": "agenda", "gap": "5"})
        boxes = re.findall(r'name="place" value="([^"]+)"', look.text)
        done = await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "apply", "place": boxes[:3]})

    moved = await Entry.filter(event_id=event.id, action="session.moved")
    board = await load(event)
    assert (look.status_code, len(boxes), done.status_code, len(moved)) == (200, 4, 303, 3)
    assert len({one.facts["step"] for one in moved}) == 1
    assert clashes(board.plan()) == []
    await undo(event, moved[0].id, "Rita")
    assert await draft(event) == before


async def test_a_place_that_somebody_took_meanwhile_is_refused() -> None:
    event = await summit()
    async with await signed_in("rita", event) as rita:
        look = await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "look", "hours": "agenda", "gap": "5"})
        boxes = re.findall(r'name="place" value="([^"]+)"', look.text)
        await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "apply", "place": boxes})
        again = await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "apply", "place": boxes})

    assert (again.status_code, "meanwhile" in again.text) == (422, True)


@pytest.mark.parametrize(
    "place", ["", "x", "a|b|c|d|e|f|g", "CODE|room|2027-05-14T10:00:00+00:00|45|||0", "a|b|9999-12-31T23:59:59+00:00|9999|||0"]
)
async def test_made_up_places_are_refused(place: str) -> None:
    event = await summit()
    async with await signed_in("rita", event) as rita:
        answer = await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "apply", "place": [place]})

    assert answer.status_code in (409, 422)
    assert await Slot.filter(session__event=event).count() == 0


async def test_a_session_of_another_event_is_not_moved() -> None:
    event, other = await summit(), await make_event()
    theirs, room = await waiting(other), await make_room(event, code="mine")
    async with await signed_in("rita", event) as rita:
        choice = f"{theirs.code}|{room.code}|{DAY}T10:00:00+00:00|45|||0"
        answer = await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "apply", "place": [choice]})

    assert answer.status_code == 422
    assert await Slot.filter(session=theirs).count() == 0


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("victor", 403), ("tara", 403), ("mallory", 404)])
async def test_who_gets_suggestions(who: str, status: int) -> None:
    event = await summit()
    async with await signed_in(who, event) as browser:
        asked = await browser.get(f"/manage/{event.slug}/agenda/suggest")
        posted = await browser.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "look"})

    assert [asked.status_code, posted.status_code] == [status] * 2


async def test_titles_cannot_break_the_picture() -> None:
    event = await summit()
    await waiting(event, title='"><script>alert(1)</script>')
    async with await signed_in("rita", event) as rita:
        text = (await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "look"})).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


async def test_it_asks_as_often_for_three_as_for_one() -> None:
    event, asked = await make_event(), []
    await make_room(event)
    for _ in range(2):
        await waiting(event, speakers=[await make_speaker(event)])
        async with await signed_in("rita", event) as rita:
            with counted() as count:
                assert (await rita.post(f"/manage/{event.slug}/agenda/suggest", data={"do": "look"})).status_code == 200
        asked.append(int(count))
        await waiting(event, speakers=[await make_speaker(event), await make_speaker(event)])

    assert asked[0] == asked[1]
