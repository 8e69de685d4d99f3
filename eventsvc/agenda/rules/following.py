"""Favourites: sessions that somebody keeps, with or without an account.

Keeping a session is nobody's business but the holder's, so it leaves no journal entry; organisers see only how many keep a session.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import combinations

from tortoise.functions import Count

from eventsvc.agenda.models import Favourite, Session, SessionState, Signup, SignupState
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event

MOST = 500
"""Favourites of one holder at one event: more is no visitor."""
KEPT = timedelta(days=30)
"""How long after the event they stay."""


class EnoughKept(Refused):
    kind = "enough-kept"
    title = "These are enough favourites"


async def keep(event: Event, session: Session, holder: str) -> None:
    """Keep a session; keeping it again changes nothing. Raises EnoughKept."""
    async with transaction():
        if await Favourite.filter(session__event=event, holder=holder).count() >= MOST:
            raise EnoughKept(f"You keep {MOST} sessions already. Remove some first.")
        await _keep(session.id, holder)


async def _keep(session_id: int, holder: str) -> None:
    await fetch(
        """INSERT INTO favourite (created_at, session_id, holder) VALUES ($1, $2, $3)
           ON CONFLICT (session_id, holder) DO NOTHING RETURNING id""",
        now(),
        session_id,
        holder,
    )


async def drop(session: Session, holder: str) -> None:
    """Keep it no longer; what was not kept stays so."""
    await Favourite.filter(session=session, holder=holder).delete()


async def merge(event: Event, device: str, ticket: str) -> None:
    """What a browser kept before it knew the ticket becomes the ticket's."""
    async with transaction():
        mine = Favourite.filter(session__event=event, holder=device)
        for session_id in await mine.order_by("id").values_list("session_id", flat=True):
            await _keep(int(str(session_id)), ticket)
        await Favourite.filter(id__in=list(await mine.values_list("id", flat=True))).delete()


async def kept(event: Event, holder: str | None) -> set[int]:
    """The numbers of the sessions that `holder` keeps."""
    if holder is None:
        return set()
    rows = await Favourite.filter(session__event=event, holder=holder).values_list("session_id", flat=True)
    return {int(str(row)) for row in rows}


async def places_of(event: Event, ticket_id: int | None) -> dict[int, SignupState]:
    """Session number → has a place there, or waits for one."""
    if ticket_id is None:
        return {}
    rows = await Signup.filter(session__event=event, ticket_id=ticket_id)
    return {row.session_id: row.state for row in rows}


async def sessions_of(event: Event, holder: str | None, ticket_id: int | None = None) -> list[Session]:
    """Somebody's own programme in order: what they keep and what they have a place in, cancelled ones too, drafts never."""
    signed = {number for number, state in (await places_of(event, ticket_id)).items() if state == SignupState.GOING}
    return await shown(event, signed | await kept(event, holder))


async def shown(event: Event, numbers: Iterable[int]) -> list[Session]:
    """These sessions as the public may see them, in order; those without a time last."""
    found = Session.filter(event=event, id__in=list(numbers)).exclude(state=SessionState.DRAFT)
    rows = await found.select_related("track", "room").prefetch_related("speakers__speaker")
    return sorted(rows, key=lambda one: (one.start is None, one.start or one.created_at, one.title))


def by_day(event: Event, sessions: Iterable[Session]) -> list[tuple[date | None, list[Session]]]:
    """The same sessions under their days in the event's zone; those without a time come last, under None."""
    days: dict[date | None, list[Session]] = {}
    for one in sessions:
        days.setdefault(event.local(one.start).date() if one.start else None, []).append(one)
    return list(days.items())


async def codes_of(event: Event, numbers: Iterable[int]) -> list[str]:
    """The codes of these sessions, drafts left out."""
    rows = await Session.filter(event=event, id__in=list(numbers)).exclude(state=SessionState.DRAFT).values_list("code", flat=True)
    return sorted(str(row) for row in rows)


async def hearts(event: Event, numbers: Iterable[int] | None = None) -> dict[int, int]:
    """Session number → how many keep it. For organisers only."""
    rows = Favourite.filter(session__event=event)
    if numbers is not None:
        rows = rows.filter(session_id__in=list(numbers))
    return dict(await rows.group_by("session_id").annotate(many=Count("id")).values_list("session_id", "many"))


def overlaps(sessions: Iterable[Session]) -> list[tuple[Session, Session]]:
    """Pairs that run at the same time, the earlier first. Pure; cancelled ones and breaks are in nobody's way."""
    real = [one for one in sessions if one.start and one.end and one.state == SessionState.CONFIRMED and not one.is_break]
    return [(a, b) for a, b in combinations(real, 2) if a.start < b.end and b.start < a.end]  # type: ignore[operator]


async def sweep() -> int:
    """Forget what was kept at events that ended KEPT ago. Returns how many."""
    over = await Event.filter(end__lt=(now() - KEPT).date()).values_list("id", flat=True)
    gone = await Favourite.filter(session__event_id__in=list(over)).limit(5000).values_list("id", flat=True) if over else []
    return await Favourite.filter(id__in=list(gone)).delete() if gone else 0
