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
