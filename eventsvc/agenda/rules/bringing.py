"""Bringing things in, however they come: files, pasted rows, an earlier event. Page and command end here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from eventsvc.accounts.models import RIGHTS, Right, User
from eventsvc.agenda.forms import files as kinds
from eventsvc.agenda.forms.copying import CopyForm
from eventsvc.agenda.forms.offer import Frame, Offer
from eventsvc.agenda.rules import copying, exchange, stash
from eventsvc.agenda.rules.exchange import Line
from eventsvc.agenda.rules.imports import import_schedule
from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import Invalid
from eventsvc.core.sheet import BadFile
from eventsvc.events.models import Event, Membership

PASTED = "Pasted rows"
_one_file = asyncio.Semaphore(1)
"""A workbook takes tens of megabytes while it is read: one at a time."""


@dataclass
class Result:
    """`said` sums it up; `lines` are what is new or changed, `wrong` (where, why) what is left out, `notes` what else to know."""

    what: str
    said: str
    lines: list[Line] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: bool = True


def frame_of(event: Event) -> Frame:
    """The days and the zone in which dates of a file are read."""
    return Frame(tuple(event.days), event.zone)


async def look_at_files(event: Event, files: stash.Files, *, by: str) -> tuple[str, Result]:
    """What these files would do, and the key with which to let them. Raises BadFile, BadSchedule."""
    result = await bring_files(event, files, by=by, dry=True)
    return await stash.keep(event, files), result


async def look_at_rows(event: Event, text: str, *, by: str) -> tuple[str, Result]:
    """The same for rows out of a spreadsheet. Raises BadFile."""
    offer = await asyncio.to_thread(kinds.paste, text, frame_of(event))
    result = _told(await exchange.take_in(event, offer, by=by, dry=True))
    return await stash.keep(event, [(PASTED, text.encode())]), result


async def apply(event: Event, key: str, *, by: str) -> Result:
    """Let it happen. Raises NotFound when the files were kept too long."""
    files = await stash.fetch(event, key)
    result = await bring_files(event, files, by=by)
    await stash.forget(event, key)
    return result


async def bring_files(event: Event, files: stash.Files, *, by: str, dry: bool = False) -> Result:
    """A schedule (frab) is taken whole; anything else row by row. Raises BadFile, BadSchedule."""
    if len(files) == 1 and await asyncio.to_thread(kinds.is_schedule, files[0][1]):
        done = await import_schedule(files[0][1], slug=event.slug, by=by, dry=dry)
        changes = bool(done.added or done.changed or done.cancelled)
        return Result(files[0][0], str(done).partition(": ")[2], changes=changes)
    if [name for name, _ in files] == [PASTED]:
        offer = await asyncio.to_thread(kinds.paste, files[0][1].decode(), frame_of(event))
    else:
        async with _one_file:
            offer = await asyncio.to_thread(kinds.read, files, frame_of(event))
    return _told(await exchange.take_in(event, offer, by=by, dry=dry))


def _told(taken: exchange.Taken) -> Result:
    return Result(taken.what, str(taken), taken.changes, taken.wrong, taken.notes, bool(taken.changes))


async def earlier_events(event: Event, user: User) -> list[Event]:
    """Other events whose programme this person manages too, the newest first."""
    found = Event.exclude(id=event.id)
    if not user.is_admin:
        roles = [role for role, rights in RIGHTS.items() if Right.MANAGE_PROGRAMME in rights]
        mine = await Membership.filter(user=user, role__in=roles).values_list("event_id", flat=True)
        found = found.filter(id__in=list(mine))
    return await found.order_by("-start", "-id").limit(100)


async def copy(event: Event, wanted: CopyForm, user: User, *, by: str, dry: bool = False) -> Result:
    """Copy from an earlier event, one that `user` manages too. Raises Invalid."""
    earlier = next((one for one in await earlier_events(event, user) if one.slug == wanted.earlier), None)
    if earlier is None:
        raise Invalid([("earlier", "Choose one of your events.")], "Choose one of your events.")
    offer: Offer = await copying.from_event(event, earlier, wanted)
    if offer.empty:
        raise BadFile("There is nothing of that kind at this event.", field="earlier")
    async with transaction():
        result = _told(await exchange.take_in(event, offer, by=by, dry=dry))
        if not dry:
            await record("programme.copied", earlier, by=by, to=event.slug, what=_chosen(wanted))
    return result


def _chosen(wanted: CopyForm) -> list[Any]:
    return [name for name, chosen in wanted.model_dump().items() if chosen is True]
