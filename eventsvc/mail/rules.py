"""queue(), and what the worker does with a letter: claim it, store the finished message, send it, retry or give up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson

from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch, on_sqlite
from eventsvc.mail.models import Letter, LetterState

LEASE = timedelta(minutes=2)
ATTEMPTS = 12


async def queue(
    kind: str, to: str, *, event_id: int | None = None, dedupe: str | None = None, send_at: datetime | None = None, **facts: Any
) -> bool:
    """Promise a letter in the running transaction. With `dedupe`, the same promise twice is one letter. Says whether it was new."""
    letter = Letter(
        kind=kind,
        to=to,
        event_id=event_id,
        facts=facts,
        dedupe=dedupe,
        send_at=send_at or now(),
        message_id=f"<{signing.short_code(20).lower()}@{settings().host}>",
    )
    if not dedupe:
        await letter.save()
        return True
    rows = await fetch(
        """INSERT INTO letter (kind, "to", event_id, facts, dedupe, send_at, message_id, subject, state, attempts, error, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, 0, '', $9) ON CONFLICT (dedupe) DO NOTHING RETURNING id""",
        letter.kind,
        letter.to,
        letter.event_id,
        orjson.dumps(letter.facts).decode(),
        letter.dedupe,
        letter.send_at,
        letter.message_id,
        str(letter.state),
        letter.created_at,
    )
    return bool(rows)


async def claim(limit: int = 20) -> list[Letter]:
    """Take due letters for LEASE; no other worker gets them meanwhile."""
    moment = now()
    skip = "" if on_sqlite() else "FOR UPDATE SKIP LOCKED"
    rows = await fetch(
        f"""UPDATE letter SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
              SELECT id FROM letter WHERE state = 'waiting' AND send_at <= $1
                AND (leased_until IS NULL OR leased_until < $1) ORDER BY send_at LIMIT $3 {skip})
            RETURNING id""",  # noqa: S608
        moment,
        moment + LEASE,
        limit,
    )
    return await Letter.filter(id__in=[row["id"] for row in rows]).order_by("send_at", "id")


async def composed(letter: Letter, subject: str, message: bytes) -> None:
    """Keep the finished message: every attempt sends the same bytes, with the same Message-ID."""
    await letter.change(subject=subject[:300], message=message)


async def sent(letter: Letter) -> None:
    """It is out. The bytes go (they hold personal data); the row stays as the record."""
    await letter.change(state=LetterState.SENT, sent_at=now(), leased_until=None, message=None, error="")


async def dropped(letter: Letter) -> None:
    """There is nothing to say any more: what it was about was cancelled before it went out."""
    await letter.change(state=LetterState.DROPPED, leased_until=None, message=None, error="")


async def failed(letter: Letter, error: str, *, for_good: bool = False) -> None:
    """Try again later, or give up (refused by the server for good, or after ATTEMPTS over about a day)."""
    if for_good or letter.attempts >= ATTEMPTS:
        await letter.change(state=LetterState.FAILED, leased_until=None, error=error[:1000])
    else:
        later = now() + timedelta(seconds=min(4 * 3600, 2**letter.attempts * 5))
        await letter.change(send_at=later, leased_until=None, error=error[:1000])


async def retry(letter: Letter) -> None:
    """Send a letter again that was given up."""
    await letter.change(state=LetterState.WAITING, send_at=now(), attempts=0, leased_until=None, error="")
