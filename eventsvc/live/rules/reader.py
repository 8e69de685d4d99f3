"""What is new: the events' versions, the journal, the votes. One task a process, and only while somebody listens."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import asyncpg
from tortoise.exceptions import BaseORMException
from tortoise.queryset import QuerySet

from eventsvc.audit.models import Entry
from eventsvc.checkin.models import Scan
from eventsvc.core import versions
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.live.rules import presence
from eventsvc.live.rules.hub import Hub, hub
from eventsvc.stage.models import Vote

log = logging.getLogger("eventsvc.live")
EVERY = 0.4
SETTLE = 30.0
"""Seconds in which a transaction surely ends: for so long a number below one that was seen may still appear."""
VOTES_EVERY = 2.0
"""Seconds between two words about votes for the same session: a full room votes at once, and everybody's page looks again."""

Said = tuple[str, dict[str, Any]]

PUBLIC: dict[str, Callable[[Entry], Said]] = {
    "session.late": lambda entry: ("late", {"session": entry.subject, "minutes": entry.facts["minutes"]}),
    **dict.fromkeys(
        ("question.asked", "question.moderated", "question.withdrawn"),
        lambda entry: ("questions", {"session": entry.facts["session"]}),
    ),
}
"""What everybody is told: journal action → message. Nothing personal goes out; whoever may see more asks for it."""
TEAM: dict[str, Callable[[Entry], Said]] = {
    "session.moved": lambda entry: ("moved", {"session": entry.subject, "by": entry.actor}),
    "release.published": lambda entry: ("released", {"release": entry.subject, "by": entry.actor}),
}
"""What organisers are told beside it."""


class Tail:
    """The new rows of a table, by number. On PostgreSQL a number is given before its row can be seen, so a lower one may come later:
    numbers count as settled only SETTLE seconds after a higher one was there."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows
        self.floor = -1
        self.seen: set[int] = set()
        self.marks: list[tuple[float, int]] = []

    async def fresh(self) -> list[Any]:
        """Rows that were not there the last time. The first time: none."""
        first = not self.marks
        await self._settle()
        found: list[Any] = await self.rows.filter(id__gt=self.floor).order_by("id").limit(1000)
        new = [row for row in found if row.id not in self.seen]
        self.seen.update(row.id for row in new)
        return [] if first else new

    async def _settle(self) -> None:
        moment = time.monotonic()
        if self.marks and moment - self.marks[-1][0] < SETTLE / 6:
            return
        model: type[Row] = self.rows.model
        newest = await model.all().order_by("-id").first().values_list("id", flat=True)
        highest = int(str(newest or 0))
        if not self.marks:
            self.floor = highest - 500  # whatever of these is there now is old; the rest may still be on its way
        self.marks.append((moment, highest))
        while self.marks[0][0] < moment - SETTLE:
            self.floor = max(self.floor, self.marks.pop(0)[1])
        self.seen = {number for number in self.seen if number > self.floor}


class Reader:
    """Asks every EVERY seconds and tells the hub's listeners."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.entries = Tail(Entry.filter(action__in=[*PUBLIC, *TEAM]))
        self.votes = Tail(Vote.all().select_related("question__session"))
        self.scans = Tail(Scan.all().select_related("checkin_list"))
        self.renewed = time.monotonic()
        self.told: dict[str, float] = {}
        self.voted: dict[str, int] = {}

    async def run(self) -> None:
        """Until nobody listens. A database that is away is waited for."""
        while self.hub.listeners:
            try:
                await self.once()
            except (OSError, BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
                log.warning("the database cannot be reached; trying again", extra={"error": type(exc).__name__})
                await asyncio.sleep(3)
            except Exception:
                log.exception("reading what is new failed; going on")
                await asyncio.sleep(3)
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        """Ask once and tell."""
        await self._journal()
        await self._votes()
        await self._scans()
        await self._versions()
        await self._people()

    async def _versions(self) -> None:
        for event_id, slug, version in await Event.filter(id__in=list(self.hub.listeners)).values_list("id", "slug", "version"):
            behind = [one for one in self.hub.listeners.get(event_id, ()) if one.version < version]
            if behind:
                versions.renew(slug)
            for listener in behind:
                listener.version = version
                listener.say("agenda", {"version": version})

    async def _journal(self) -> None:
        for entry in await self.entries.fresh():
            name, data = {**PUBLIC, **TEAM}[entry.action](entry)
            self._tell(entry.event_id, name, data, team=entry.action in TEAM)

    async def _votes(self) -> None:
        for vote in await self.votes.fresh():
            session = vote.question.session
            self.voted[session.code] = session.event_id
        moment = time.monotonic()
        for code, event_id in list(self.voted.items()):
            if moment - self.told.get(code, 0) >= VOTES_EVERY:
                del self.voted[code]
                self.told[code] = moment
                self._tell(event_id, "questions", {"session": code})

    async def _scans(self) -> None:
        """That somebody was scanned, not who: the page asks for the rest. Asked only while somebody watches a door."""
        watching = [listener for listener in self.hub if listener.door]
        if not watching:
            return
        events = {scan.checkin_list.event_id for scan in await self.scans.fresh()}
        for listener in watching:
            if listener.event_id in events:
                listener.say("scans", {})

    async def _people(self) -> None:
        team = [listener for listener in self.hub if listener.user_id is not None]
        if not team:
            return
        if time.monotonic() - self.renewed > presence.RENEWED:
            self.renewed = time.monotonic()
            for listener in team:
                await presence.arrive(listener)
        here = await presence.people({listener.event_id for listener in team})
        for listener in team:
            others = sorted(name for user_id, name in here[listener.event_id].items() if user_id != listener.user_id)
            if others != listener.people:
                listener.people = others
                listener.say("presence", {"people": others})

    def _tell(self, event_id: int | None, name: str, data: dict[str, Any], *, team: bool = False) -> None:
        for listener in self.hub.listeners.get(event_id or 0, ()):
            if listener.user_id is not None or not team:
                listener.say(name, data)


async def read() -> None:
    """What the hub starts with its first listener."""
    await Reader(hub).run()
