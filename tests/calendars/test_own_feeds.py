"""Feeds that belong to somebody: an attendee, a browser without a ticket, a speaker. And who does not get them."""

from __future__ import annotations

import httpx

from eventsvc.agenda.models import Favourite, SessionState, Signup, SignupState
from eventsvc.cfp.models import ProposalState
from eventsvc.core import device
from eventsvc.events.models import Event
from tests.calendars.parsers import Fact, read
from tests.make import make_event, make_proposal, make_room, make_session, make_speaker, make_ticket
from tests.queries import counted


async def feed(client: httpx.AsyncClient, event: Event, path: str) -> dict[str, Fact]:
    answer = await client.get(f"/{event.slug}/{path}.ics")
    assert answer.status_code == 200, answer.text
    return {one.summary: one for one in read(answer.content)}


async def test_an_attendees_feed_holds_what_is_for_everybody_what_they_keep_and_where_they_have_a_place(client: httpx.AsyncClient) -> None:
    event = await make_event(name="Summit")
    ticket, room = await make_ticket(event), await make_room(event)
    for title, room_id in (("Plenary", None), ("Kept", room.id), ("Place", room.id), ("Queue", room.id), ("Other", room.id)):
        session = await make_session(event, title=title, room_id=room_id)
        if title == "Kept":
            await Favourite.create(session=session, holder=device.ticket(ticket.id))
        if title in ("Place", "Queue"):
            state = SignupState.GOING if title == "Place" else SignupState.WAITING
            await Signup.create(session=session, ticket_id=ticket.id, state=state)

    told = await feed(client, event, f"my/{ticket.secret}")

    assert {title: one.status for title, one in told.items()} == {
        "Summit": "CONFIRMED",
        "Plenary": "CONFIRMED",
        "Kept": "CONFIRMED",
        "Place": "CONFIRMED",
        "Queue (waiting list)": "TENTATIVE",
    }
    assert told["Place"].description.startswith("You have a place in this session.")


async def test_what_somebody_no_longer_keeps_leaves_their_feed(client: httpx.AsyncClient) -> None:
    event = await make_event(name="Summit")
    ticket, session = await make_ticket(event), await make_session(event, title="Kept", room=await make_room(event))
    kept = await Favourite.create(session=session, holder=device.ticket(ticket.id))
    before = await feed(client, event, f"my/{ticket.secret}")

    await kept.delete()

    after = await feed(client, event, f"my/{ticket.secret}")
    assert (set(before), set(after)) == ({"Summit", "Kept"}, {"Summit"})


async def test_what_others_keep_and_what_is_at_other_events_is_not_in_ones_feed(client: httpx.AsyncClient) -> None:
    event, elsewhere = await make_event(name="Summit"), await make_event()
    ticket, other = await make_ticket(event), await make_ticket(event)
    room, far = await make_room(event), await make_room(elsewhere)
    mine, theirs = await make_session(event, title="Mine", room=room), await make_session(event, title="Theirs", room=room)
    foreign = await make_session(elsewhere, title="Foreign", room=far)
    for session, holder in ((mine, ticket), (theirs, other), (foreign, ticket)):
        await Favourite.create(session=session, holder=device.ticket(holder.id))

    told = await feed(client, event, f"my/{ticket.secret}")
    wrong = await client.get(f"/{elsewhere.slug}/my/{ticket.secret}.ics")

    assert set(told) == {"Summit", "Mine"}
    assert wrong.status_code == 404


async def test_a_browsers_favourites_open_with_their_signed_link_at_that_event_only(client: httpx.AsyncClient) -> None:
    event, elsewhere = await make_event(), await make_event()
    session = await make_session(event, title="Kept")
    await make_session(event, title="Other")
    await Favourite.create(session=session, holder="device:abc")
    token = device.token(event.id, "device:abc")

    told = await feed(client, event, f"favourites/{token}")
    answers = [
        (await client.get(path)).status_code
        for path in (
            f"/{event.slug}/favourites/1.abc.x.ics",
            f"/{elsewhere.slug}/favourites/{token}.ics",
            f"/{event.slug}/favourites/abc.ics",
        )
    ]

    assert set(told) == {"Kept"}
    assert answers == [404, 404, 404]


async def test_a_speakers_own_feed_has_what_is_not_public_yet_and_what_they_chair(client: httpx.AsyncClient) -> None:
    event = await make_event()
    speaker, other = await make_speaker(event, name="Sam"), await make_speaker(event, name="Zoë")
    await make_session(event, title="Mine", speakers=[speaker])
    await make_session(event, title="Draft", speakers=[speaker], state=SessionState.DRAFT, extra={"asked_at": "2026-01-01T09:00:00Z"})
    await make_session(event, title="Nobody told them", speakers=[speaker], state=SessionState.DRAFT)
    await make_session(event, title="To chair, perhaps", speakers=[other], chair=speaker, state=SessionState.DRAFT)
    taken = await make_session(event, title="Accepted", speakers=[speaker], state=SessionState.DRAFT)
    await make_proposal(event, speakers=[speaker], session=taken, state=ProposalState.ACCEPTED)
    await make_session(event, title="Panel", speakers=[other], chair=speaker)
    await make_session(event, title="Both", speakers=[speaker], chair=speaker)
    await make_session(event, title="No time", speakers=[speaker], start=None, end=None)
    await make_session(event, title="Not mine", speakers=[other])

    told = await feed(client, event, f"speaker/{speaker.secret}")
    public = await feed(client, event, f"speakers/{speaker.code}")

    assert {title: one.status for title, one in told.items()} == {
        "Mine": "CONFIRMED",
        "Draft": "TENTATIVE",
        "Accepted": "TENTATIVE",
        "Chair: Panel": "CONFIRMED",
        "Both": "CONFIRMED",
    }
    assert set(public) == {"Mine", "Both"}


async def test_own_feeds_are_private_and_answer_304(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, speaker = await make_ticket(event), await make_speaker(event)
    paths = [f"my/{ticket.secret}", f"speaker/{speaker.secret}", f"favourites/{device.token(event.id, 'device:abc')}"]

    answers = [await client.get(f"/{event.slug}/{path}.ics") for path in paths]
    again = [await client.get(str(one.url), headers={"if-none-match": one.headers["etag"]}) for one in answers]

    assert {one.headers["cache-control"] for one in answers} == {"private, no-store"}
    assert {one.headers["x-robots-tag"] for one in answers} == {"noindex"}
    assert [one.status_code for one in again] == [304, 304, 304]


async def test_a_room_has_a_feed_and_a_wrong_one_has_not(client: httpx.AsyncClient) -> None:
    event = await make_event()
    hall = await make_room(event, code="hall", name="Hall")
    await make_session(event, title="Here", room=hall)
    await make_session(event, title="There", room=await make_room(event))

    told = await feed(client, event, "rooms/hall")
    wrong = await client.get(f"/{event.slug}/rooms/cellar.ics")

    assert set(told) == {"Here"}
    assert wrong.status_code == 404


async def test_one_and_three_sessions_cost_the_same_queries(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, room, speaker = await make_ticket(event), await make_room(event), await make_speaker(event)

    async def cost(path: str) -> int:
        with counted() as count:
            await client.get(f"/{event.slug}/{path}.ics")
        return int(count)

    async def keep() -> None:
        session = await make_session(event, room=room, speakers=[speaker])
        await Favourite.create(session=session, holder=device.ticket(ticket.id))

    await keep()
    paths = [f"my/{ticket.secret}", f"speaker/{speaker.secret}"]
    one = [await cost(path) for path in paths]
    await keep()
    await keep()
    three = [await cost(path) for path in paths]

    assert one == three
