"""What people think of one session: one to five stars and a word for its speakers, one of each person, without a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from eventsvc.agenda.models import Session, SessionState
from eventsvc.core import attempts, signing
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Refused
from eventsvc.core.text import as_csv
from eventsvc.events.models import Event
from eventsvc.surveys.models import Feedback

OPEN_FOR = timedelta(days=14)
ENOUGH = 3
"""Ratings below which speakers see no average: one of two could guess the other's."""
BY_ADDRESS, BY_PERSON = 600, 30


class FeedbackClosed(Refused):
    kind = "not-open"
    title = "There is nothing to rate here just now"


@dataclass
class Ratings:
    """What was said of a session. `counts`: how many gave one to five stars."""

    session: Session
    counts: list[int] = field(default_factory=lambda: [0] * 5)
    comments: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def average(self) -> float | None:
        """None without a rating."""
        return sum(stars * count for stars, count in enumerate(self.counts, 1)) / self.total if self.total else None

    @property
    def bars(self) -> list[tuple[str, int]]:
        """Best first, as a chart takes them."""
        return [(f"{stars} star{'s' if stars > 1 else ''}", self.counts[stars - 1]) for stars in (5, 4, 3, 2, 1)]


def is_open(event: Event, session: Session, moment: datetime) -> bool:
    """From its start until two weeks after the event. Breaks and cancelled sessions are not rated."""
    if session.start is None or session.is_break or session.state != SessionState.CONFIRMED:
        return False
    return session.start <= moment < event.ends_at + OPEN_FOR


def key_of(session: Session, holder: str) -> str:
    """One person's rating of one session: the same again for the same holder, and nobody can go back from it."""
    return signing.mac("feedback", session.id, holder)


async def given(session: Session, holder: str | None) -> Feedback | None:
    """What this holder said before."""
    return await Feedback.get_or_none(session=session, key=key_of(session, holder)) if holder else None


async def give(event: Event, session: Session, holder: str, stars: int, comment: str, *, address: str = "") -> None:
    """Keep a rating; a later one of the same holder takes its place. Raises FeedbackClosed, TooMany."""
    if not is_open(event, session, now()):
        raise FeedbackClosed("You can rate a session from its start until two weeks after the event.")
    await attempts.count("feedback", address, limit=BY_ADDRESS, per=timedelta(hours=1))
    await attempts.count("feedback-of", holder, limit=BY_PERSON, per=timedelta(hours=1))
    async with transaction():
        await fetch(
            """INSERT INTO session_feedback (session_id, key, stars, comment, created_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (session_id, key) DO UPDATE SET stars = excluded.stars, comment = excluded.comment RETURNING id""",
            session.id,
            key_of(session, holder),
            stars,
            comment,
            now(),
        )


async def ratings(sessions: Iterable[Session]) -> list[Ratings]:
    """What was said of each, in the same order. Comments come in the order of their keys, which says nothing of who or when."""
    found = {session.id: Ratings(session) for session in sessions}
    for row in await Feedback.filter(session_id__in=list(found)).order_by("key"):
        one = found[row.session_id]
        one.counts[row.stars - 1] += 1
        if row.comment:
            one.comments.append(row.comment)
    return list(found.values())


async def rated(event: Event) -> list[Session]:
    """Sessions of the event that could be rated by now."""
    shown = (
        Session.filter(event=event, state=SessionState.CONFIRMED, start__lte=now())
        .select_related("room")
        .prefetch_related("speakers__speaker")
    )
    return [session for session in await shown.order_by("start", "title") if not session.is_break]


async def feedback_csv(event: Event) -> str:
    """One line a rating, grouped by session; no keys and no times."""
    rows = await ratings(await rated(event))
    numbers = {session.session.id: session for session in rows}
    said = await Feedback.filter(session_id__in=list(numbers)).order_by("session_id", "key")
    return as_csv(
        ["session", "title", "stars", "comment"],
        ([numbers[row.session_id].session.code, numbers[row.session_id].session.title, row.stars, row.comment] for row in said),
    )
