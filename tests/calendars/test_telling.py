"""Calendar mail: each session once, each change once, each end once, and to nobody who did not ask."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from eventsvc.agenda.models import Favourite, Session, SessionState, Signup, SignupState
from eventsvc.agenda.rules import sessions as rules
from eventsvc.calendars.models import Follower, Told
from eventsvc.calendars.rules import following
from eventsvc.calendars.rules.telling import OPEN, tell_due
from eventsvc.events.models import Event
from eventsvc.ticketing.rules import tickets
from tests.calendars.post import Post, following_ada, keep
from tests.make import make_event, make_room, make_session, make_speaker, make_ticket
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


@pytest.fixture
def post(outbox: Path) -> Post:
    return Post(outbox)


async def change(event: Event, session: Session, **values: Any) -> None:
    await rules.change_session(event, await rules.find(event, session.code), values, by="test")


async def test_a_session_that_is_kept_is_sent_once(post: Post) -> None:
    await following_ada()

    first, again = await post.said(), await post.said()

    assert first == [("In your calendar: Talk", "REQUEST", 0, "CONFIRMED")]
    assert again == []


async def test_a_letter_is_an_invitation_in_the_form_mail_programs_take(post: Post) -> None:
    event, _, session = await following_ada()

    ((message, _, fact),) = await post.new()

    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    raw = calendar.get_payload(decode=True).decode()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (fact.uid, fact.start) == (f"{session.guid}@testserver", session.start)
    assert (calendar.get_content_charset(), raw.count("BEGIN:VEVENT"), "METHOD:REQUEST" in raw) == ("utf-8", 1, True)
    assert "ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED" in raw.replace("\r\n ", "")
    assert (message["To"], message["Reply-To"]) == ("ada@example.org", event.contact_email)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith(f"<http://testserver/{event.slug}/calendar/stop/")
    assert message["List-Unsubscribe"].strip("<>") in html
    assert message["List-Unsubscribe"].strip("<>") in text
    assert "Hall" in html


async def test_a_change_is_told_once_with_a_higher_sequence(post: Post) -> None:
    event, _, session = await following_ada()
    await post.said()

    await change(event, session, start=session.start + timedelta(hours=1), end=session.end + timedelta(hours=1))  # type: ignore[operator]

    first, again = await post.said(), await post.said()
    assert first == [("Changed: Talk", "REQUEST", 1000, "CONFIRMED")]
    assert again == []


async def test_another_title_alone_is_no_letter(post: Post) -> None:
    event, _, session = await following_ada()
    await post.said()

    await change(event, session, title="Better title", abstract="More")

    assert await post.said() == []


async def test_cancelled_and_back_again_is_told_each_time(post: Post) -> None:
    event, _, session = await following_ada()
    await post.said()

    await change(event, session, state=SessionState.CANCELLED)
    off = await post.said()
    await change(event, session, state=SessionState.CONFIRMED)
    back = await post.said()

    assert off == [("Cancelled: Talk", "CANCEL", 1000, "CANCELLED")]
    assert back == [("In your calendar: Talk", "REQUEST", 2000, "CONFIRMED")]


async def test_a_session_taken_off_the_agenda_is_cancelled_as_it_was(post: Post) -> None:
    event, _, session = await following_ada()
    await post.said()

    await change(event, session, start=None, end=None, title="Secret")
    ((_, method, fact),) = await post.new()

    assert (method, fact.status, fact.start, fact.summary) == ("CANCEL", "CANCELLED", session.start, "Talk")


async def test_what_is_no_longer_kept_goes_and_comes_back_above_it(post: Post) -> None:
    event, ticket, session = await following_ada()
    await post.said()

    await Favourite.all().delete()
    gone = await post.said()
    await keep(ticket, session)
    back = await post.said()
    await change(event, session, room=None)
    moved = await post.said()

    assert gone == [("Out of your calendar: Talk", "CANCEL", 1, "CANCELLED")]
    assert back == [("In your calendar: Talk", "REQUEST", 2, "CONFIRMED")]
    assert moved == [("Changed: Talk", "REQUEST", 1000, "CONFIRMED")]


async def test_a_place_is_sent_and_a_waiting_one_only_once_it_is_a_place(post: Post) -> None:
    event, ticket, _ = await following_ada()
    await post.said()
    workshop = await make_session(event, title="Workshop", room=await make_room(event))
    signup = await Signup.create(session=workshop, ticket_id=ticket.id, state=SignupState.WAITING)
    waiting = await post.said()

    await signup.change(state=SignupState.GOING)

    assert waiting == []
    assert await post.said() == [("In your calendar: Workshop", "REQUEST", 0, "CONFIRMED")]


async def test_a_cancelled_ticket_takes_its_sessions_out_and_ends_the_letters(post: Post) -> None:
    event, ticket, session = await following_ada()
    await post.said()

    await tickets.cancel(ticket, by="test")
    off = await post.said()
    await change(event, session, room=None)

    assert off == [("Out of your calendar: Talk", "CANCEL", 1, "CANCELLED")]
    assert await post.said() == []
    assert (await Follower.get()).stopped_at is not None


async def test_who_stops_hears_no_more_and_who_begins_again_hears_what_changed(post: Post) -> None:
    event, ticket, session = await following_ada()
    await post.said()
    await following.stop(ticket)
    await change(event, session, room=None)
    stopped = await post.said()

    await following.follow(event, ticket)

    assert stopped == []
    assert await post.said() == [("Changed: Talk", "REQUEST", 1000, "CONFIRMED")]


async def test_at_most_twenty_sessions_come_by_mail_the_next_ones_first(post: Post) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    for n in range(OPEN + 3):
        await keep(ticket, await make_session(event, title=f"{n:02}", at=f"{8 + n // 4:02}:{n % 4 * 15:02}", minutes=10))
    await following.follow(event, ticket)

    first, again = await post.said(), await post.said()

    assert [subject[-2:] for subject, *_ in first] == [f"{n:02}" for n in range(OPEN)]
    assert again == []


async def test_a_speaker_hears_of_what_they_give_and_chair_once_it_is_public(post: Post) -> None:
    event = await make_event()
    speaker = await make_speaker(event, email="sam@example.org")
    await make_session(event, title="Mine", speakers=[speaker])
    await make_session(event, title="Panel", chair=speaker)
    draft = await make_session(event, title="Draft", speakers=[speaker], state=SessionState.DRAFT)
    await following.follow(event, speaker)

    first = await post.said()
    await change(event, draft, state=SessionState.CONFIRMED)

    assert [subject for subject, *_ in first] == ["In your calendar: Mine", "In your calendar: Panel"]
    assert [subject for subject, *_ in await post.said()] == ["In your calendar: Draft"]


async def test_nobody_else_hears_anything(post: Post) -> None:
    event, _, session = await following_ada()
    other, elsewhere = await make_ticket(event, email="other@example.org"), await make_event()
    far = await make_ticket(elsewhere, email="far@example.org")
    await keep(other, session)
    await following.follow(elsewhere, far)

    letters = await post.new()

    assert [str(message["To"]) for message, *_ in letters] == ["ada@example.org"]


async def test_an_event_that_is_over_or_hidden_says_no_more(post: Post) -> None:
    event, _, session = await following_ada()
    await post.said()

    await event.change(start=event.start - timedelta(days=9), end=event.end - timedelta(days=9))
    await change(event, session, state=SessionState.CANCELLED)

    assert await post.said() == []


async def test_the_sweep_asks_as_often_for_three_followers_as_for_one(post: Post) -> None:
    event, _, session = await following_ada()
    await post.said()
    with counted() as one:
        await tell_due()
    for _ in range(2):
        ticket = await make_ticket(event)
        await keep(ticket, session)
        await following.follow(event, ticket)
    await post.said()

    with counted() as three:
        await tell_due()

    assert int(one) == int(three)


async def test_what_was_told_is_written_even_when_its_letter_is_never_needed(post: Post) -> None:
    event, _, session = await following_ada()
    await tell_due()
    await change(event, session, state=SessionState.CANCELLED)

    said = await post.said()

    assert [method for _, method, *_ in said] == ["CANCEL"]
    assert await Told.all().values_list("sequence", "cancelled") == [(1000, True)]
