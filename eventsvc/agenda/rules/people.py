"""Which speakers the public sees."""

from __future__ import annotations

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from eventsvc.agenda.models import SessionSpeaker, SessionState
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker


def public_speakers(event: Event) -> QuerySet[Speaker]:
    """Whoever gives a session the public sees, and those on the list who have none yet.

    Nobody is public for having proposed something (`listed` is False for them), nor while all their sessions are drafts.
    """
    bills = SessionSpeaker.filter(session__event_id=event.id)
    told = bills.exclude(session__state=SessionState.DRAFT)
    return Speaker.filter(event=event).filter(
        Q(id__in=Subquery(told.values("speaker_id"))) | (Q(listed=True) & Q(id__not_in=Subquery(bills.values("speaker_id"))))
    )


async def bills(event: Event) -> dict[int, list[Speaker]]:
    """Session number → who gives it, in order. Two queries whatever the size."""
    people = {speaker.id: speaker for speaker in await Speaker.filter(event=event)}
    found: dict[int, list[Speaker]] = {}
    for row in await SessionSpeaker.filter(session__event=event).order_by("position", "id").values_list("session_id", "speaker_id"):
        session_id, speaker_id = int(str(row[0])), int(str(row[1]))
        found.setdefault(session_id, []).append(people[speaker_id])
    return found
