"""Sessions and speakers as tables. What is taken out this way can be brought in again, and nothing changes."""

from __future__ import annotations

import asyncio
from datetime import datetime

from eventsvc.agenda.models import Favourite, Session, SessionSpeaker
from eventsvc.agenda.rules.sessions import in_order
from eventsvc.core.errors import Refused
from eventsvc.core.tables import Value, as_csv, as_xlsx
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker

KINDS = ("sessions.csv", "sessions.xlsx", "speakers.csv", "speakers.xlsx")
SESSIONS = (
    *("code", "title", "subtitle", "speakers", "speaker_codes", "kind", "track", "room", "start", "end", "minutes", "state", "language"),
    *("chair", "chair_code", "setup_minutes", "do_not_record", "favourites", "abstract", "description"),
)
SPEAKERS = ("code", "name", "organisation", "job_title", "email", "listed", "sessions", "biography")
WIDTHS = {
    "title": 48,
    "speakers": 32,
    "start": 17,
    "end": 17,
    "abstract": 60,
    "description": 60,
    "biography": 60,
    "sessions": 48,
    "name": 28,
    "organisation": 28,
    "job_title": 28,
    "email": 28,
    "room": 20,
    "track": 20,
}


async def export(kind: str, event: Event, *, contacts: bool) -> bytes:
    """One of KINDS. `contacts`: with e-mail addresses, for those who may manage the programme."""
    what, _, ending = kind.partition(".")
    if kind not in KINDS:
        raise Refused(f"There is no export {kind[:40]}. Choose from: {', '.join(KINDS)}.")
    head: tuple[str, ...]
    if what == "sessions":
        head, rows = SESSIONS, await _sessions(event)
    else:
        head, rows = SPEAKERS, await _speakers(event)
        if not contacts:
            at = SPEAKERS.index("email")
            head, rows = (*head[:at], *head[at + 1 :]), [[*row[:at], *row[at + 1 :]] for row in rows]
    if ending == "csv":
        return as_csv(head, rows)
    return await asyncio.to_thread(as_xlsx, what.capitalize(), head, rows, WIDTHS)


async def _sessions(event: Event) -> list[list[Value]]:
    """As the public sees them; times are the event's."""
    found = await Session.filter(event=event).select_related("track", "room", "chair").prefetch_related("speakers__speaker")
    kept: dict[int, int] = {}
    for session_id in await Favourite.filter(session__event=event).values_list("session_id", flat=True):
        kept[int(str(session_id))] = kept.get(int(str(session_id)), 0) + 1
    rows: list[list[Value]] = []
    for one in in_order(found):
        people = [row.speaker for row in sorted(one.speakers, key=lambda row: (row.position, row.id))]
        minutes = one.minutes or one.extra.get("minutes")
        rows.append(
            [
                *(one.code, one.title, one.subtitle, "; ".join(p.name for p in people), "; ".join(p.code for p in people), one.kind),
                *(one.track.name if one.track else "", one.room.name if one.room else "", _local(event, one.start), _local(event, one.end)),
                *(minutes if isinstance(minutes, int) else None, str(one.state), one.language),
                *((one.chair.name, one.chair.code) if one.chair else ("", "")),
                *(one.setup_minutes, "yes" if one.do_not_record else "no", kept.get(one.id, 0), one.abstract, one.description),
            ]
        )
    return rows


def _local(event: Event, moment: datetime | None) -> datetime | None:
    return event.local(moment).replace(tzinfo=None) if moment else None


async def _speakers(event: Event) -> list[list[Value]]:
    titles: dict[int, list[str]] = {}
    for row in await SessionSpeaker.filter(session__event=event).order_by("session__start", "id").select_related("session"):
        titles.setdefault(row.speaker_id, []).append(row.session.title)
    found = sorted(await Speaker.filter(event=event), key=lambda one: (one.name.casefold(), one.id))
    return [
        [
            *(one.code, one.name, one.organisation, one.job_title, one.email, "yes" if one.listed else "no"),
            *("; ".join(titles.get(one.id, [])), one.biography),
        ]
        for one in found
    ]
