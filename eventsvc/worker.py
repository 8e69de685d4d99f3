"""Background work: the outbox, jobs, and the sweeping of what is over. Inside `serve` on SQLite, its own process on PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tortoise.exceptions import BaseORMException

from eventsvc.accounts import jobs as accounts
from eventsvc.accounts import rules as account_rules
from eventsvc.agenda import jobs as agenda
from eventsvc.agenda.rules import slides, stash
from eventsvc.badges import jobs as badges
from eventsvc.calendars import jobs as calendars
from eventsvc.cfp import jobs as cfp
from eventsvc.core import attempts, jobs
from eventsvc.live import jobs as live
from eventsvc.mail import jobs as mail
from eventsvc.members import jobs as members
from eventsvc.speakers import jobs as speakers
from eventsvc.stage import jobs as stage
from eventsvc.surveys import jobs as surveys
from eventsvc.ticketing import jobs as ticketing
from eventsvc.ticketing.rules import cards, files, holding, needs, reminders, waiting
from eventsvc.webhooks import jobs as webhooks
from eventsvc.website import jobs as website
from eventsvc.website.rules import speaking

log = logging.getLogger("eventsvc.worker")

COMPOSERS: dict[str, mail.Composer] = {
    **accounts.letters,
    **calendars.letters,
    **speakers.letters,
    **members.letters,
    **agenda.letters,
    **cfp.letters,
    **stage.letters,
    **surveys.letters,
    **ticketing.letters,
    **website.letters,
}
JOBS: dict[str, Callable[..., Awaitable[None]]] = {**badges.jobs, **calendars.jobs, **ticketing.jobs, **website.jobs}
SWEEPS: list[Callable[[], Awaitable[Any]]] = [
    attempts.forget,
    account_rules.sweep,
    *badges.sweeps,
    cfp.sweep,
    stash.sweep,
    surveys.invite_due,
    calendars.tell_due,
    live.sweep,
    webhooks.forget,
    holding.expire_due,
    cards.sweep,
    waiting.sweep,
    reminders.remind_due,
    needs.sweep,
    files.sweep,
    slides.sweep,
    speaking.nudge_due,
    *website.sweeps,
    *stage.sweeps,
]
PAUSE, SWEEP_EVERY = 0.5, 60.0


async def run(stop: asyncio.Event) -> None:
    """Work until `stop` is set; what is under way is finished first. Webhooks have a loop of their own: letters never wait for them."""
    await asyncio.gather(_loop(stop, _work), _loop(stop, webhooks.run))


_swept = 0.0


async def _work() -> bool:
    """Letters and jobs, and each minute what is over or due."""
    global _swept
    busy = await once()
    if time.monotonic() - _swept > SWEEP_EVERY:
        _swept = time.monotonic()
        for sweep in SWEEPS:
            await _swept_alone(sweep)
    return busy


async def _swept_alone(sweep: Callable[[], Awaitable[Any]]) -> None:
    """One that fails keeps none of the others from their work."""
    try:
        await sweep()
    except Exception:
        log.exception("a sweep failed; going on")


async def _loop(stop: asyncio.Event, work: Callable[[], Awaitable[Any]]) -> None:
    """Do it again and again, with a pause when there was nothing to do. A database that is away is waited for."""
    while not stop.is_set():
        busy = False
        try:
            busy = bool(await work())
        except (OSError, BaseORMException) as exc:
            log.warning("the database cannot be reached; trying again", extra={"error": type(exc).__name__})
            await _pause(stop, 3)
        except Exception:
            log.exception("background work failed; going on")
            await _pause(stop, 3)
        if not busy:
            await _pause(stop, PAUSE)


async def once() -> bool:
    """Do what is due now. Says whether there was anything."""
    letters = await mail.run(COMPOSERS)
    due = await jobs.claim()
    for job in due:
        await _one(job)
    return bool(letters or due)


async def drain(limit: int = 500) -> None:
    """Work until nothing is due: for the demo, the tests, and `eventsvc worker --once`."""
    for _ in range(limit):
        if not await once() and not await webhooks.run():
            return


async def _one(job: dict[str, Any]) -> None:
    payload = job["payload"] if isinstance(job["payload"], dict) else _loads(job["payload"])
    try:
        await JOBS[job["kind"]](**payload)
    except Exception as exc:
        log.exception("job failed", extra={"job": job["id"], "kind": job["kind"], "attempt": job["attempts"]})
        await jobs.fail(job["id"], job["attempts"], f"{type(exc).__name__}: {exc}")
    else:
        await jobs.finish(job["id"])


def _loads(text: str) -> dict[str, Any]:
    import orjson

    data: dict[str, Any] = orjson.loads(text)
    return data


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
