"""Work for later: one table, one claim statement with a lease. Written in the same transaction as the change that asks for it.

A worker that dies loses nothing: its lease runs out and another claims the job. A job must therefore bear being run twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from eventsvc.core.clock import now
from eventsvc.core.db import Row, fetch, on_sqlite

LEASE = timedelta(minutes=2)
ATTEMPTS = 8


class Job(Row):
    kind = fields.CharField(max_length=60)
    payload: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    dedupe = fields.CharField(max_length=120, null=True, unique=True)
    run_at = fields.DatetimeField(default=now)
    leased_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    finished_at = fields.DatetimeField(null=True)
    error = fields.TextField(default="")

    class Meta:
        table = "job"
        indexes = (Index(fields=("finished_at", "run_at"), name="ix_job_due"),)


async def enqueue(kind: str, *, run_at: datetime | None = None, dedupe: str | None = None, **payload: Any) -> bool:
    """Ask for `kind` to be done. With `dedupe`, asking again for the same is nothing; says whether it was new."""
    if dedupe and await Job.exists(dedupe=dedupe):
        return False
    await Job.create(kind=kind, payload=payload, dedupe=dedupe, run_at=run_at or now())
    return True


async def claim(limit: int = 10) -> list[dict[str, Any]]:
    """Take up to `limit` due jobs for LEASE; no other worker gets them meanwhile."""
    moment = now()
    skip = "" if on_sqlite() else "FOR UPDATE SKIP LOCKED"
    return await fetch(
        f"""UPDATE job SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
              SELECT id FROM job WHERE finished_at IS NULL AND run_at <= $1
                AND (leased_until IS NULL OR leased_until < $1) ORDER BY run_at LIMIT $3 {skip})
            RETURNING id, kind, payload, attempts""",  # noqa: S608
        moment,
        moment + LEASE,
        limit,
    )


async def finish(job_id: int) -> None:
    await Job.filter(id=job_id, finished_at=None).update(finished_at=now(), error="")


async def fail(job_id: int, attempts: int, error: str) -> None:
    """Try again later, twice as late each time; give up after ATTEMPTS and keep the error."""
    if attempts >= ATTEMPTS:
        await Job.filter(id=job_id).update(finished_at=now(), error=error[:2000])
    else:
        later = now() + timedelta(seconds=min(3600, 2**attempts * 5))
        await Job.filter(id=job_id).update(run_at=later, leased_until=None, error=error[:2000])
