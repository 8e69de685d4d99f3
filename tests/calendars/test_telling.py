"""Calendar mail: each session once, each change once, each end once, and to nobody who did not ask."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from eventsvc.agenda.models import Favourite, Session, SessionState, Signup, SignupState
from eventsvc.agenda.rules import sessions as rules
from eventsvc.calendars.models import Follower, Told
from eventsvc.calendars.rules import following
from eventsvc.calendars.rules.telling import OPEN, tell_due
from eventsvc.core import device
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketState
from eventsvc.ticketing.rules import tickets
from eventsvc.worker import drain
from tests.calendars.parsers import Fact, read
from tests.make import make_event, make_room, make_session, make_speaker, make_ticket
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


class Post:
    """The outbox, read as mail programs read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def new(self) -> list[tuple[EmailMessage, str, Fact]]:
        """Let the worker work; (message, iTIP method, entry) of each calendar letter that is new."""
        await tell_due()
        await drain()
        found = []
        for file in sorted(self.folder.glob("*-calendars-*.eml")):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
            (fact,) = read(part.get_payload(decode=True))
            found.append((message, str(part.get_param("method")), fact))
            file.unlink()
        return found

    async def said(self) -> list[tuple[str, str, int, str]]:
        """(subject, method, SEQUENCE, STATUS) of what is new."""
        return [(str(mail["Subject"]), method, fact.sequence, fact.status) for mail, method, fact in await self.new()]


@pytest.fixture
def post(outbox: Path) -> Post:
    return Post(outbox)


async def keep(ticket: Ticket, session: Session) -> Favourite:
    return await Favourite.create(session=session, holder=device.ticket(ticket.id))


async def following_ada(**values: Any) -> tuple[Event, Ticket, Session]:
    """Ada keeps a talk and follows by mail."""
    event = await make_event(name="Summit", **values)
    ticket = await make_ticket(event, name="Ada", email="ada@example.org")
    session = await make_session(event, title="Talk", at="10:00", room=await make_room(event, name="Hall"))
    await keep(ticket, session)
    await following.follow(event, ticket)
    return event, ticket, session


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


async def test_following_is_refused_without_an_address_with_a_dead_ticket_and_after_the_event() -> None:
    event = await make_event()
    over = await make_event(start=event.start - timedelta(days=9), end=event.end - timedelta(days=9))
    cancelled = await make_ticket(event, state=TicketState.CANCELLED)

    for where, who, refusal in (
        (event, await make_speaker(event), following.NoAddress),
        (event, cancelled, following.Over),
        (over, await make_ticket(over), following.Over),
    ):
        with pytest.raises(refusal):
            await following.follow(where, who)

    assert await Follower.all().count() == 0


async def test_the_page_begins_and_ends_the_letters(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket, speaker = await make_ticket(event), await make_speaker(event, email="sam@example.org")
    paths = [f"/{event.slug}/my/{ticket.secret}/calendar", f"/{event.slug}/speaker/{speaker.secret}/calendar"]

    before = [(await client.get(path)).text.count("Send my sessions by mail") for path in paths]
    begun = [(await client.post(path, data={"do": "follow"}, follow_redirects=True)).text.count("Stop these letters") for path in paths]
    ended = [(await client.post(path, data={"do": "stop"}, follow_redirects=True)).text.count("Send my sessions by mail") for path in paths]
    wrong = await client.post(f"/{event.slug}/my/wrong/calendar", data={"do": "follow"})

    assert (before, begun, ended) == ([1, 1], [1, 1], [1, 1])
    assert wrong.status_code == 404


async def test_the_link_in_a_letter_asks_first_and_a_mail_programs_own_button_does_not(client: httpx.AsyncClient) -> None:
    event, ticket, _ = await following_ada()
    address = following.stop_address(event, await Follower.get()).removeprefix("http://testserver")
    looked = await client.get(address)
    still = await following.follows(ticket)

    async with httpx.AsyncClient(transport=client._transport, base_url="http://testserver") as program:
        answer = await program.post(
            address, content="List-Unsubscribe=One-Click", headers={"content-type": "application/x-www-form-urlencoded"}
        )

    assert (looked.status_code, still, answer.status_code, await following.follows(ticket)) == (200, True, 200, False)


async def test_a_made_up_link_or_one_of_another_event_ends_nothing(client: httpx.AsyncClient) -> None:
    event, ticket, _ = await following_ada()
    other = await make_event()
    address = following.stop_address(event, await Follower.get()).removeprefix("http://testserver")

    answers = [await client.post(path) for path in (address[:-3] + "xyz", address.replace(event.slug, other.slug, 1))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert await following.follows(ticket)
