"""Attendees hear of a new version once, in one letter, and only about what is theirs."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from eventsvc.agenda.models import Favourite, Release, Session, Signup, SignupState
from eventsvc.agenda.rules.draft import Place, move
from eventsvc.agenda.rules.releases import publish
from eventsvc.calendars.rules import following
from eventsvc.core import device
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.ticketing.models import Ticket, TicketState
from eventsvc.website.rules.published import tell_attendees
from eventsvc.worker import drain
from tests.make import make_event, make_room, make_session, make_ticket

pytestmark = pytest.mark.usefixtures("rolled_back")


async def letters(outbox: Path) -> dict[str, EmailMessage]:
    """Let the worker work; the summaries by whom they went to."""
    await tell_attendees()
    await drain()
    found = {}
    for file in outbox.glob("*-website-release.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found[str(message["To"])] = message
        file.unlink()
    return found


async def two_talks() -> tuple[Event, list[Session]]:
    event = await make_event(name="Summit", hue=25)
    room = await make_room(event, name="Hall")
    talks = [await make_session(event, title=title, at=at, room=room) for title, at in (("First", "10:00"), ("Second", "11:00"))]
    await publish(event, by="test")
    return event, talks


async def keep(ticket: Ticket, *sessions: Session) -> None:
    for session in sessions:
        await Favourite.create(session=session, holder=device.ticket(ticket.id))


async def later(event: Event, session: Session) -> None:
    await session.refresh_from_db()
    hour = timedelta(hours=2)
    await move(event, session, Place(session.room_id, session.start + hour, session.end + hour), by="test")  # type: ignore[operator]


async def test_one_letter_says_all_that_changed_for_somebody(outbox: Path) -> None:
    event, (first, second) = await two_talks()
    await keep(await make_ticket(event, email="ada@example.org"), first, second)
    await later(event, first)
    await move(event, second, Place(None, None, None), by="test")
    await publish(event, by="test", note="The projector broke.", tell_attendees=True)

    told, again = await letters(outbox), await letters(outbox)

    text = told["ada@example.org"].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = told["ada@example.org"].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert (set(told), again) == ({"ada@example.org"}, {})
    assert told["ada@example.org"]["Subject"] == "Summit: 2 of your sessions have changed"
    assert all(said in text for said in ("First", "12:00 to 12:30, Hall", "It is off the agenda for now.", "The projector broke."))
    assert "12:00 to 12:30, Hall" in html


async def test_a_place_counts_and_others_hear_nothing(outbox: Path) -> None:
    event, (first, second) = await two_talks()
    going, other = await make_ticket(event, email="going@example.org"), await make_ticket(event, email="other@example.org")
    gone = await make_ticket(event, email="gone@example.org", state=TicketState.CANCELLED)
    await Signup.create(session=first, ticket_id=going.id, state=SignupState.GOING)
    await keep(other, second)
    await keep(gone, first)
    await Favourite.create(session=first, holder="device:abc")
    await later(event, first)
    await publish(event, by="test", tell_attendees=True)

    assert set(await letters(outbox)) == {"going@example.org"}


async def test_who_has_their_calendar_by_mail_gets_no_summary_beside_it(outbox: Path) -> None:
    event, (first, _) = await two_talks()
    ticket = await make_ticket(event, email="ada@example.org")
    await keep(ticket, first)
    await following.follow(event, ticket)
    await later(event, first)
    await publish(event, by="test", tell_attendees=True)

    assert await letters(outbox) == {}
    assert (await Release.get(event=event, number=2)).attendees_told_at is not None


async def test_a_version_that_tells_nobody_tells_nobody(outbox: Path) -> None:
    event, (first, _) = await two_talks()
    await keep(await make_ticket(event), first)
    await later(event, first)
    await publish(event, by="test", tell_attendees=False)

    assert await letters(outbox) == {}


async def test_a_sweep_that_was_cut_short_goes_on_and_doubles_nothing(outbox: Path) -> None:
    event, (first, _) = await two_talks()
    for n in range(3):
        await keep(await make_ticket(event, email=f"p{n}@example.org"), first)
    await later(event, first)
    await publish(event, by="test", tell_attendees=True)
    await tell_attendees()
    await Letter.filter(to="p2@example.org").delete()
    await Release.filter(event=event, number=2).update(attendees_told_at=None)

    told = await letters(outbox)

    assert set(told) == {"p0@example.org", "p1@example.org", "p2@example.org"}
    assert await Letter.filter(kind="website/release").count() == 3


async def test_a_letter_that_is_about_nothing_any_more_is_not_sent(outbox: Path) -> None:
    event, (first, _) = await two_talks()
    await keep(await make_ticket(event), first)
    await later(event, first)
    await publish(event, by="test", tell_attendees=True)
    await tell_attendees()

    await Favourite.all().delete()

    assert await letters(outbox) == {}
