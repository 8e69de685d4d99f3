"""The organiser's list of who signed up: who may see it, and what of whom."""

from __future__ import annotations

import pytest

from eventsvc.agenda.models import Signup
from eventsvc.agenda.rules import signups
from tests.make import make_event, make_room, make_session, make_ticket
from tests.people import browser, signed_in, system
from tests.queries import counted
from tests.website.test_places import full_session, states

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_the_organiser_sees_who_signed_up_takes_off_and_downloads() -> None:
    event = await make_event()
    session, (first, second, _) = await full_session(event)
    address = f"/manage/{event.slug}/sessions/{session.code}/signups"

    async with await signed_in("olga", event) as olga:
        text = (await olga.get(address)).text
        csv = (await olga.get(f"{address}.csv")).text
        await olga.post(address, data={"signup": str((await Signup.get(ticket_id=first.id)).id)})

    assert all(one.name in text and one.email in text for one in (first, second))
    assert csv.splitlines()[0].lstrip("\ufeff") == "place,name,organisation,email,signed_up"
    assert (await states(session))[0] == (second.id, "going")


async def test_who_makes_the_programme_sees_names_and_no_addresses() -> None:
    event = await make_event()
    session, (first, *_) = await full_session(event)
    address = f"/manage/{event.slug}/sessions/{session.code}/signups"

    async with await signed_in("rita", event) as rita:
        text, csv = (await rita.get(address)).text, (await rita.get(f"{address}.csv")).text

    assert (first.name in text, first.name in csv) == (True, True)
    assert (first.email in text, first.email in csv) == (False, False)


@pytest.mark.parametrize(("who", "status"), [("tara", 403), ("dev", 403), ("victor", 403), ("mallory", 404)])
async def test_nobody_else_sees_who_signed_up(who: str, status: int) -> None:
    event = await make_event()
    session, _ = await full_session(event)

    async with await signed_in(who, event) as other:
        answers = [await other.get(f"/manage/{event.slug}/sessions/{session.code}/signups{end}") for end in ("", ".csv")]

    assert [answer.status_code for answer in answers] == [status, status]


async def test_a_list_of_another_event_is_not_this_organisers() -> None:
    event, other = await make_event(), await make_event()
    session, _ = await full_session(other)

    async with await signed_in("olga", event) as olga:
        answers = [
            await olga.get(f"/manage/{event.slug}/sessions/{session.code}/signups"),
            await olga.get(f"/manage/{other.slug}/sessions/{session.code}/signups"),
        ]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_the_list_asks_as_often_for_three_as_for_one() -> None:
    event = await make_event()
    session = await make_session(event, signup_places=2)

    async with await signed_in("olga", event) as olga:

        async def once() -> int:
            with counted() as count:
                assert (await olga.get(f"/manage/{event.slug}/sessions/{session.code}/signups")).status_code == 200
            return int(count)

        await signups.sign_up(session, (await make_ticket(event)).id, by="test")
        one = await once()
        for _ in range(2):
            await signups.sign_up(session, (await make_ticket(event)).id, by="test")

        assert one == await once()


async def test_more_places_than_seats_are_told_and_not_refused() -> None:
    event = await make_event()
    small = await make_room(event, name="Small Room", capacity=10)
    fits, many = [await make_session(event, room=small, signup_places=places) for places in (10, 11)]

    async with await signed_in("olga", event) as olga:
        pages = [(await olga.get(f"/manage/{event.slug}/sessions/{one.code}")).text for one in (fits, many)]

    assert ["More places than seats" in page for page in pages] == [False, True]
    assert "You offer 11 places, and Small Room has 10 seats." in pages[1]


async def test_the_form_sets_places_and_links_and_refuses_what_does_not_fit() -> None:
    event = await make_event()
    session, _ = await full_session(event, places=2)
    address = f"/manage/{event.slug}/sessions/{session.code}"
    values = {"title": "Workshop", "kind": "talk", "state": "confirmed", "start": "2099-01-01T10:00", "end": "2099-01-01T11:00"}

    async with await signed_in("rita", event) as rita:
        few = await rita.post(address, data={**values, "signup_places": "1"})
        odd = await rita.post(address, data={**values, "signup_places": "2", "recording_link": "javascript:alert(1)"})
        good = await rita.post(address, data={**values, "signup_places": "3", "recording_link": "https://example.org/film"})

    await session.refresh_from_db()
    assert (few.status_code, odd.status_code, good.status_code) == (422, 422, 303)
    assert "2 people have a place already" in few.text
    assert "Enter a whole address" in odd.text
    assert (session.signup_places, session.signed_up) == (3, 3)
    assert session.links == [{"url": "https://example.org/film", "title": "Recording"}]


async def test_a_system_reads_who_signed_up_page_by_page() -> None:
    event = await make_event()
    session, (first, second, third) = await full_session(event)
    address = f"/api/v1/events/{event.slug}/sessions/{session.code}/signups"

    async with await system(event, "programme") as http:
        whole = (await http.get(address)).json()
        one = (await http.get(address, params={"limit": 1})).json()
        rest = (await http.get(address, params={"after": one["next"]})).json()

    assert [(row["ticket"], row["state"]) for row in whole["items"]] == [
        (first.code, "going"),
        (second.code, "waiting"),
        (third.code, "waiting"),
    ]
    assert whole["items"] == [*one["items"], *rest["items"]]
    assert set(whole["items"][0]) == {"ticket", "name", "state", "since"}


async def test_no_other_system_reads_who_signed_up() -> None:
    event, other = await make_event(), await make_event()
    session, _ = await full_session(event)
    address = f"/api/v1/events/{event.slug}/sessions/{session.code}/signups"

    codes = []
    for asking in (browser(), await system(event, "checkin"), await system(other, "programme")):
        async with asking as http:
            codes.append((await http.get(address)).status_code)
    async with await system(other, "programme") as http:
        codes.append((await http.get(address.replace(event.slug, other.slug))).status_code)

    assert codes == [401, 403, 404, 404]
