"""The speakers' contact sheet: who they are, how to reach them, when and where they are on."""

from __future__ import annotations

import asyncio

from eventsvc.agenda.models import Session, SessionSpeaker, SessionState
from eventsvc.badges.render.contacts import contacts_data
from eventsvc.badges.rules.press import press
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.speakers.models import Portrait, Speaker


class NobodyToPrint(Refused):
    kind = "nobody-to-print"
    title = "There is no speaker yet"


async def contact_sheet(event: Event) -> bytes:
    """A tagged PDF (PDF/UA-1) of everybody on a bill that is not cancelled, by last name. Raises NobodyToPrint, PressFailed."""
    bills = SessionSpeaker.filter(session__event=event).exclude(session__state=SessionState.CANCELLED)
    sessions: dict[int, list[Session]] = {}
    for row in await bills.select_related("session__room").order_by("session__start", "session_id"):
        sessions.setdefault(row.speaker_id, []).append(row.session)
    if not sessions:
        raise NobodyToPrint("The contact sheet lists everybody who gives a session. Nobody does yet.")
    speakers = await Speaker.filter(event=event, id__in=list(sessions))
    pictures = {one.speaker_id: one.webp for one in await Portrait.filter(speaker__event=event)}  # type: ignore[attr-defined]
    order = sorted(speakers, key=lambda one: (fold(one.name.rpartition(" ")[2], one.name), one.id))
    data = await asyncio.to_thread(contacts_data, event, order, sessions, pictures, event.local(now()))
    return await press("contact_sheet.typ", data)
