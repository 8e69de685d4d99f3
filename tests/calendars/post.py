"""Ada follows by mail, and her post is read as mail programs read it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from eventsvc.agenda.models import Favourite, Session
from eventsvc.calendars.rules import following
from eventsvc.calendars.rules.telling import tell_due
from eventsvc.core import device
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket
from eventsvc.worker import drain
from tests.calendars.parsers import Fact, read
from tests.make import make_event, make_room, make_session, make_ticket


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
