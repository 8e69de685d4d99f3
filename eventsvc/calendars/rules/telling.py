"""Finding what a follower's calendar must be told: a new session, a change, one that is off. Asked by the worker again and again.

What a calendar was told is a row (`Told`), claimed by one conditional statement and written in the transaction that promises the letter:
two workers at once, or one that dies in the middle, send each word once.

SEQUENCE in letters counts in thousands: the session's own number of changes times STEP, plus what happened to this follower alone (taken
out, put in again), so that each letter is above the one before and a change of the session is above both (RFC 5546 §2.1.4).
"""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsvc.calendars.models import Follower
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.mail import rules as mail

STEP = 1000
OPEN = 20
"""Sessions to come that one calendar is sent by mail, the next ones first. Whoever keeps more is better served by the feed."""


class Why(enum.StrEnum):
    """What a letter says."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


@dataclass(frozen=True)
class Word:
    """One thing to tell one follower. `told`: the sequence of the last letter; None when there was none."""

    follower: int
    session: int
    sequence: int
    told: int | None
    why: Why

    @property
    def next(self) -> int:
        """The SEQUENCE of the letter."""
        return max(self.sequence * STEP, -1 if self.told is None else self.told + 1)

    @property
    def takes_out(self) -> bool:
        return self.why in (Why.CANCELLED, Why.REMOVED)


WANTED = """
SELECT f.id AS follower_id, v.session_id FROM follower f
  JOIN ticket t ON t.id = f.ticket_id AND t.state <> 'cancelled' JOIN favourite v ON v.holder = 'ticket:' || t.id WHERE f.stopped_at IS NULL
UNION SELECT f.id, g.session_id FROM follower f
  JOIN ticket t ON t.id = f.ticket_id AND t.state <> 'cancelled'
  JOIN signup g ON g.ticket_id = t.id WHERE g.state = 'going' AND f.stopped_at IS NULL
UNION SELECT f.id, b.session_id FROM follower f JOIN session_speaker b ON b.speaker_id = f.speaker_id WHERE f.stopped_at IS NULL
UNION SELECT f.id, c.id FROM follower f JOIN agenda_session c ON c.chair_id = f.speaker_id WHERE f.stopped_at IS NULL
"""
"""(follower, session): who wants which session in their calendar, whatever has become of either."""

RUNNING = "JOIN event e ON e.id = s.event_id AND e.state <> 'draft' AND e.\"end\" >= $1"
ON = "s.state = 'confirmed' AND s.start IS NOT NULL"

NEW = f"""
SELECT w.follower_id, w.session_id, s.sequence, told.sequence AS told FROM ({WANTED}) w
  JOIN follower f ON f.id = w.follower_id AND f.stopped_at IS NULL JOIN agenda_session s ON s.id = w.session_id {RUNNING}
  LEFT JOIN told ON told.follower_id = w.follower_id AND told.session_id = s.id
WHERE {ON} AND s.start > $2 AND (told.id IS NULL OR told.cancelled) ORDER BY w.follower_id, s.start, s.id
"""  # noqa: S608
CHANGED = f"""
SELECT told.follower_id, told.session_id, s.sequence, told.sequence AS told FROM told
  JOIN follower f ON f.id = told.follower_id AND f.stopped_at IS NULL JOIN agenda_session s ON s.id = told.session_id {RUNNING}
  JOIN ({WANTED}) w ON w.follower_id = told.follower_id AND w.session_id = told.session_id
WHERE {ON} AND NOT told.cancelled AND s."end" > $2 AND s.sequence * {STEP} > told.sequence ORDER BY 1, 2
"""  # noqa: S608
OFF = f"""
SELECT told.follower_id, told.session_id, s.sequence, told.sequence AS told, CASE WHEN {ON} THEN 1 ELSE 0 END AS is_on FROM told
  JOIN follower f ON f.id = told.follower_id AND f.stopped_at IS NULL JOIN agenda_session s ON s.id = told.session_id {RUNNING}
  LEFT JOIN ({WANTED}) w ON w.follower_id = told.follower_id AND w.session_id = told.session_id
WHERE NOT told.cancelled AND (s."end" IS NULL OR s."end" > $2) AND (w.session_id IS NULL OR NOT ({ON})) ORDER BY 1, 2
"""  # noqa: S608
HELD = """
SELECT told.follower_id, count(*) AS held FROM told JOIN agenda_session s ON s.id = told.session_id
WHERE NOT told.cancelled AND s."end" > $1 GROUP BY told.follower_id
"""


async def tell_due() -> int:
    """Promise every letter that is due. Returns how many."""
    moment = now()
    if not await Follower.filter(stopped_at=None).exists():
        return 0
    words = sorted(await due(moment), key=lambda word: (word.follower, word.session))
    sent = 0
    for follower, theirs in itertools.groupby(words, key=lambda word: word.follower):
        sent += await _tell(follower, list(theirs))
    await _leave_with_ticket(moment)
    return sent


async def due(moment: datetime) -> list[Word]:
    """What there is to tell now."""
    today = moment.date()
    off = await fetch(OFF, today, moment)
    changed = await fetch(CHANGED, today, moment)
    words = [_word(row, Why.REMOVED if row["is_on"] else Why.CANCELLED) for row in off]
    words += [_word(row, Why.CHANGED) for row in changed]
    new = await fetch(NEW, today, moment)
    if not new:
        return words
    held = {row["follower_id"]: row["held"] for row in await fetch(HELD, moment)}
    for row in new:
        if held.get(row["follower_id"], 0) < OPEN:
            held[row["follower_id"]] = held.get(row["follower_id"], 0) + 1
            words.append(_word(row, Why.NEW))
    return words


def _word(row: dict[str, Any], why: Why) -> Word:
    return Word(row["follower_id"], row["session_id"], row["sequence"], row["told"], why)


async def _tell(number: int, words: list[Word]) -> int:
    """Promise one follower's letters, each claimed: whoever writes `Told` sends, nobody else."""
    sent = 0
    async with transaction():
        follower = await Follower.get_or_none(id=number, stopped_at=None).select_related("ticket", "speaker")
        if follower is None:
            return 0
        who = follower.ticket or follower.speaker
        if who is None or not who.email:
            return 0
        facts: dict[str, Any] = {"ticket": follower.ticket.id} if follower.ticket else {}
        for word in words:
            if await _claim(word):
                dedupe = f"calendar:{word.follower}:{word.session}:{word.next}"
                kind = "calendars/cancellation" if word.takes_out else "calendars/invitation"
                facts |= {"follower": word.follower, "session": word.session, "sequence": word.next, "why": word.why.value}
                await mail.queue(kind, who.email, event_id=who.event_id, dedupe=dedupe, **facts)
                sent += 1
    return sent


async def _claim(word: Word) -> bool:
    """Write what is told now in place of what was; False when another has."""
    if word.told is None:
        return bool(
            await fetch(
                """INSERT INTO told (follower_id, session_id, sequence, cancelled, created_at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (follower_id, session_id) DO NOTHING RETURNING id""",
                word.follower,
                word.session,
                word.next,
                word.takes_out,
                now(),
            )
        )
    return bool(
        await fetch(
            """UPDATE told SET sequence = $4, cancelled = $5 WHERE follower_id = $1 AND session_id = $2 AND sequence = $3 RETURNING id""",
            word.follower,
            word.session,
            word.told,
            word.next,
            word.takes_out,
        )
    )


async def _leave_with_ticket(moment: datetime) -> None:
    """Whose ticket is cancelled has now been told so; they follow no more."""
    await Follower.filter(ticket__state="cancelled", stopped_at=None).update(stopped_at=moment)
