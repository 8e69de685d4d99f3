"""Rooms and tracks: added, changed, and removed while nothing uses them."""

from __future__ import annotations

import re

from eventsvc.agenda.forms import RoomForm, TrackForm
from eventsvc.agenda.models import Room, Session, Slot, Track
from eventsvc.audit.rules import record
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.events.rules import touch

Place = Room | Track


class InUse(Refused):
    kind = "in-use"
    title = "Sessions use it"


async def save_place(event: Event, model: type[Room] | type[Track], place: Place | None, wanted: RoomForm | TrackForm, *, by: str) -> Place:
    """Add a room or track (`place` None), or change one."""
    kind = model.__name__.lower()
    async with transaction():
        if place is None:
            taken = [str(code) for code in await model.filter(event=event).values_list("code", flat=True)]
            place = await model.create(event=event, code=free_code(wanted.name, taken), **wanted.model_dump())
        else:
            await place.change(**wanted.model_dump())
        await touch(event)
        await record(f"{kind}.saved", event, by=by, code=place.code, name=place.name)
    return place


async def remove_place(event: Event, place: Place, *, by: str) -> None:
    """Raises InUse while a session is in it."""
    kind = type(place).__name__.lower()
    async with transaction():
        ids = set(await Session.filter(**{f"{kind}_id": place.id}).values_list("id", flat=True))
        if isinstance(place, Room):
            ids |= set(await Slot.filter(room=place).values_list("session_id", flat=True))
        count = len(ids)
        if count:
            raise InUse(f"{count} session{'s are' if count > 1 else ' is'} in “{place.name}”. Move {'them' if count > 1 else 'it'} first.")
        await place.delete()
        await touch(event)
        await record(f"{kind}.removed", event, by=by, code=place.code, name=place.name)


def free_code(name: str, taken: list[str]) -> str:
    """A code for an address, made from a name, that is not taken: 'canal-room', 'canal-room-2'."""
    base = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:50] or "x"
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if code not in taken)
