"""One process of the calendar races: `fill`, `tell` or `count` on the database in the environment. Run with -m."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import date, timedelta

from eventsvc.agenda.models import Favourite, Session
from eventsvc.agenda.rules import sessions
from eventsvc.calendars.models import Told
from eventsvc.calendars.rules import following
from eventsvc.calendars.rules.telling import tell_due
from eventsvc.core import db, device
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from tests.make import make_event, make_room, make_session, make_ticket

PEOPLE, SESSIONS = 12, 15


async def fill() -> None:
    """Everybody keeps every session and follows by mail."""
    event = await make_event(slug="race", start=date.today() + timedelta(days=30))
    room = await make_room(event)
    rows = [await make_session(event, at=f"{8 + n // 2:02}:{n % 2 * 30:02}", room=room) for n in range(SESSIONS)]
    for number in range(PEOPLE):
        ticket = await make_ticket(event, email=f"p{number}@example.org")
        await Favourite.bulk_create(Favourite(session=row, holder=device.ticket(ticket.id)) for row in rows)
        await following.follow(event, ticket)


async def move() -> None:
    """Every session moves by five minutes."""
    event = await Event.get(slug="race")
    for row in await Session.filter(event=event):
        later = {"start": row.start + timedelta(minutes=5), "end": row.end + timedelta(minutes=5)}  # type: ignore[operator]
        await sessions.change_session(event, row, later, by="test")


async def count() -> None:
    """Letters by what they are about, and what is written as told."""
    letters = await Letter.filter(kind__startswith="calendars/")
    about = [(one.facts["follower"], one.facts["session"], one.facts["sequence"]) for one in letters]
    told = [list(row) for row in await Told.all().values_list("follower_id", "session_id", "sequence")]
    print(json.dumps({"letters": sorted(about), "told": sorted(told)}))


async def main(what: str) -> None:
    await db.connect(os.environ["EVENTSVC_DATABASE_URL"])
    work = {"fill": fill, "tell": tell_due, "move": move, "count": count}[what]
    print("ready", file=sys.stderr, flush=True)
    sys.stdin.readline()  # so that all of them begin at once
    await work()
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
