"""Places in a session: first come, first served; then in order; nobody twice; given back to whoever waits longest."""

from __future__ import annotations

import httpx
import pytest

from eventsvc import worker
from eventsvc.agenda.models import Session, SessionState, Signup, SignupState
from eventsvc.agenda.rules import sessions as agenda
from eventsvc.agenda.rules import signups
from eventsvc.audit.models import Entry
from eventsvc.core.jobs import Job
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.models import Ticket, TicketState
from eventsvc.ticketing.rules import tickets
from eventsvc.website import jobs
from tests.make import make_event, make_room, make_session, make_ticket

pytestmark = pytest.mark.usefixtures("rolled_back")
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


async def full_session(event: Event, places: int = 1) -> tuple[Session, list[Ticket]]:
    """A session with all places taken and two people waiting; the tickets in order."""
    session = await make_session(event, title="Workshop", signup_places=places)
    people = [await make_ticket(event, email=f"p{number}@example.org") for number in range(places + 2)]
    for one in people:
        await signups.sign_up(session, one.id, by="test")
    return session, people


async def states(session: Session) -> list[tuple[int, str]]:
    return [(row.ticket_id, row.state) for row in await signups.queue_of(session)]


async def test_places_go_to_who_comes_first_and_then_there_is_a_queue() -> None:
    session, (first, second, third) = await full_session(await make_event())

    await session.refresh_from_db()

    assert await states(session) == [(first.id, "going"), (second.id, "waiting"), (third.id, "waiting")]
    assert session.signed_up == 1
    assert await signups.place_errors() == []


async def test_signing_up_again_changes_nothing() -> None:
    session, (first, second, _) = await full_session(await make_event())

    again = [await signups.sign_up(session, one.id, by="test") for one in (first, second)]

    assert again == [SignupState.GOING, SignupState.WAITING]
    assert await Signup.filter(session=session).count() == 3


async def test_a_place_given_back_goes_to_whoever_waits_longest_and_they_are_told(outbox: object) -> None:
    event = await make_event()
    session, (first, second, third) = await full_session(event)

    await signups.give_back(session, first.id, by="attendee")
    await signups.give_back(session, first.id, by="attendee")
    await worker.drain()

    letter = await Letter.get(kind="website/place")
    assert await states(session) == [(second.id, "going"), (third.id, "waiting")]
    assert (letter.to, letter.subject) == ("p1@example.org", "A place is yours: Workshop")
    assert await signups.place_errors() == []


async def test_leaving_the_queue_moves_nobody_up() -> None:
    session, (first, second, third) = await full_session(await make_event())

    await signups.give_back(session, second.id, by="attendee")

    assert await states(session) == [(first.id, "going"), (third.id, "waiting")]
    assert await Job.filter(kind=signups.TELL).count() == 0


async def test_more_places_move_up_as_many_as_fit() -> None:
    event = await make_event()
    session, (first, second, third) = await full_session(event)

    await agenda.change_session(event, session, {"signup_places": 2}, by="test")

    assert await states(session) == [(first.id, "going"), (second.id, "going"), (third.id, "waiting")]
    assert (await Session.get(id=session.id)).signed_up == 2


async def test_fewer_places_than_taken_are_refused() -> None:
    event = await make_event()
    session, _ = await full_session(event, places=2)

    for places in (1, None):
        with pytest.raises(signups.TooFew, match="2 people have a place already"):
            await agenda.change_session(event, session, {"signup_places": places}, by="test")

    assert (await Session.get(id=session.id)).signup_places == 2


async def test_a_session_without_places_a_cancelled_one_and_one_that_is_over_take_nobody() -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    free, cancelled = await make_session(event), await make_session(event, signup_places=3, state=SessionState.CANCELLED)
    over = await make_session(event, signup_places=3)
    await over.change(start=event.created_at.replace(year=2020), end=event.created_at.replace(year=2021))

    for session, refusal in ((free, signups.NoSignUp), (cancelled, signups.NoSignUp), (over, signups.TooLate)):
        with pytest.raises(refusal):
            await signups.sign_up(session, ticket.id, by="test")

    assert await Signup.all().count() == 0


async def test_a_cancelled_ticket_gives_its_place_back() -> None:
    event = await make_event()
    session, (first, second, third) = await full_session(event)
    await tickets.cancel(first, by="test")
    kept = await states(session)

    await jobs.programme.give_places_back()

    assert len(kept) == 3
    assert await states(session) == [(second.id, "going"), (third.id, "waiting")]


async def test_who_moved_up_and_gave_it_back_before_the_letter_is_not_told(outbox: object) -> None:
    session, (first, second, third) = await full_session(await make_event())
    await signups.give_back(session, first.id, by="test")
    await signups.give_back(session, second.id, by="test")

    await worker.drain()

    assert [letter.to for letter in await Letter.filter(kind="website/place")] == [third.email]


async def test_the_journal_says_what_happened_and_to_nobody_who_it_was() -> None:
    session, (first, *_) = await full_session(await make_event())

    await signups.give_back(session, first.id, by="attendee")

    rows = await Entry.filter(action__startswith="signup.").order_by("id")
    assert [row.action for row in rows] == ["signup.added"] * 3 + ["signup.given_back", "signup.moved_up"]
    assert all(first.name not in str(row.facts) and "ticket" not in str(row.facts) for row in rows)


async def test_the_plan_signs_up_and_gives_back(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, session = await make_ticket(event), await make_session(event, title="Workshop", signup_places=1)
    address = f"/{event.slug}/my/{ticket.secret}/plan"

    taken = await client.post(address, data={"do": "sign_up", "session": session.code})
    shown = (await client.get(taken.headers["location"])).text
    back = await client.post(address, data={"do": "give_back", "session": session.code})

    assert taken.headers["location"] == f"{address}?done=going#s-{session.code}"
    assert "You have a place" in shown
    assert "The place is yours." in shown
    assert (back.status_code, await Signup.all().count()) == (303, 0)


async def test_the_plan_keeps_drops_and_holds_what_is_for_everybody(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, room = await make_ticket(event), await make_room(event)
    talk = await make_session(event, title="My talk", room=room)
    await make_session(event, title="Opening for all")
    await make_session(event, title="Not mine", room=room)
    address = f"/{event.slug}/my/{ticket.secret}/plan"

    await client.post(address, data={"do": "keep", "session": talk.code})
    kept = (await client.get(address)).text
    await client.post(address, data={"do": "drop", "session": talk.code})

    assert ["My talk" in kept, "Opening for all" in kept, "Not mine" in kept] == [True, True, False]
    assert "My talk" not in (await client.get(address)).text


async def test_the_plan_offers_the_places_that_one_may_take(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, room = await make_ticket(event), await make_room(event)
    lab = await make_session(event, title="Open lab", room=room, signup_places=2)
    await make_session(event, title="Free for all", room=room)
    address = f"/{event.slug}/my/{ticket.secret}/plan"

    before = (await client.get(address)).text
    await client.post(address, data={"do": "sign_up", "session": lab.code})
    after = (await client.get(address)).text

    assert ["Places to take" in before, "2 of 2 left" in before, "Open lab" in before, "Free for all" in before] == [
        True,
        True,
        True,
        False,
    ]
    assert ["Places to take" in after, "You have a place" in after] == [False, True]


async def test_the_letters_link_leads_to_one_button(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, session = await make_ticket(event), await make_session(event, title="Workshop", signup_places=1)
    await signups.sign_up(session, ticket.id, by="test")

    text = (await client.get(f"/{event.slug}/my/{ticket.secret}/plan?give={session.code}")).text

    assert "Give it back" in text
    assert await Signup.all().count() == 1


async def test_the_places_page_signs_up_with_the_remembered_ticket_only(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, session = await make_ticket(event), await make_session(event, signup_places=1)
    address = f"/{event.slug}/sessions/{session.code}/places"

    stranger = await client.post(address, data={"do": "sign_up"})
    await client.post(f"/{event.slug}/my/{ticket.secret}/remember", data={"do": "remember"})
    known = await client.post(address, data={"do": "sign_up"})
    shown = await client.get(address)

    assert stranger.status_code == 409
    assert "Open My day from your ticket mail" in stranger.text
    assert known.headers["location"].endswith("?done=going")
    assert ("You have a place" in shown.text, shown.headers["cache-control"]) == (True, "no-store")
    assert await Signup.filter(session=session).count() == 1


async def test_a_cancelled_ticket_takes_no_place(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, session = await make_ticket(event, state=TicketState.CANCELLED), await make_session(event, signup_places=1)
    await client.post(f"/{event.slug}/my/{ticket.secret}/remember", data={"do": "remember"})

    answers = [
        await client.post(f"/{event.slug}/sessions/{session.code}/places", data={"do": "sign_up"}),
        await client.post(f"/{event.slug}/my/{ticket.secret}/plan", data={"do": "sign_up", "session": session.code}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert await Signup.all().count() == 0


async def test_overlapping_places_are_told_and_not_refused(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    one, other = [await make_session(event, title=title, minutes=60, signup_places=5) for title in ("Morning lab", "Rival lab")]
    await client.post(f"/{event.slug}/my/{ticket.secret}/remember", data={"do": "remember"})
    for session in (one, other):
        await client.post(f"/{event.slug}/sessions/{session.code}/places", data={"do": "sign_up"})

    text = (await client.get(f"/{event.slug}/sessions/{other.code}/places")).text

    assert "You also have a place in" in text
    assert "Morning lab" in text
    assert await Signup.filter(ticket_id=ticket.id).count() == 2


async def test_another_events_session_has_no_places_here(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ticket, session = await make_ticket(event), await make_session(other, signup_places=3)
    assert (await client.get(f"/{other.slug}/sessions/{session.code}/places")).status_code == 200

    answers = [
        await client.get(f"/{event.slug}/sessions/{session.code}/places"),
        await client.post(f"/{event.slug}/my/{ticket.secret}/plan", data={"do": "sign_up", "session": session.code}),
        await client.get(f"/{other.slug}/my/{ticket.secret}/plan"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert await Signup.all().count() == 0


async def test_text_from_strangers_is_only_text_in_plan_and_letter(client: httpx.AsyncClient, outbox: object) -> None:
    event = await make_event(name=HOSTILE)
    ticket, session = await make_ticket(event, name=HOSTILE), await make_session(event, title=HOSTILE, signup_places=1)
    await signups.sign_up(session, ticket.id, by="test")

    text = (await client.get(f"/{event.slug}/my/{ticket.secret}/plan")).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


async def test_ones_own_data_says_what_one_keeps_and_has_a_place_in(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, session = await make_ticket(event), await make_session(event, title="Workshop", signup_places=1)
    await signups.sign_up(session, ticket.id, by="test")

    data = (await client.get(f"/{event.slug}/my/{ticket.secret}/data.json")).json()

    assert data["sessions"] == [{"session": "Workshop", "code": session.code, "favourite": False, "place": "going"}]
