"""All slides of an event, in folders by day, room and session: what is copied onto the computers at the lecterns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from eventsvc.agenda.models import Session, SessionState, SlideFile
from eventsvc.agenda.render.archive import distinct, safe, zipped
from eventsvc.agenda.rules.slides import path_of
from eventsvc.core.clock import now
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event


async def slides_zip(event: Event) -> Iterator[bytes]:
    """The archive in pieces, for one thread to read. Raises NotFound when nobody has sent any."""
    found = SlideFile.filter(session__event=event).exclude(complete_at=None).exclude(session__state=SessionState.CANCELLED)
    files = await found.select_related("session__room", "speaker").order_by("session__start", "session_id", "id")
    if not files:
        raise NotFound("No slides have been sent yet.")
    names = distinct(f"{folder(event, file.session)}/{safe(file.name)}" for file in files)
    rows: list[tuple[str, Path, datetime]] = [
        (name, path_of(file), event.local(file.complete_at or file.created_at)) for name, file in zip(names, files, strict=True)
    ]
    return zipped(rows, event.local(now()))


def folder(event: Event, session: Session) -> str:
    """'1 Friday 14 May/Hall/0930 Bones': folders sort in the order of the day."""
    title = safe(session.title, 60)
    if session.start is None:
        return f"No time yet/{title}"
    local = event.local(session.start)
    number = (local.date() - event.start).days + 1
    room = safe(session.room.name, 40) if session.room else "Everybody"
    return f"{number} {local:%A} {local.day} {local:%B}/{room}/{local:%H%M} {title}"
