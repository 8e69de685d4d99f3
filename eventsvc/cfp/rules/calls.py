"""The call itself and its types: made, changed, opened; who may propose what right now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from eventsvc.agenda.models import Track
from eventsvc.agenda.rules.places import free_code
from eventsvc.audit.rules import record
from eventsvc.cfp.forms.call import CallForm, LettersForm, TypeForm
from eventsvc.cfp.models import AccessCode, Call, Field, Proposal, ProposalType
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, locked, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch

FIRST_TYPES = [("Talk", 30), ("Workshop", 90)]


class Closed(Refused):
    kind = "closed"
    title = "The call is closed"


class TypeUsed(Refused):
    kind = "in-use"
    title = "This type is in use"


async def call_of(event: Event) -> Call | None:
    """The event's call, published or not; None when it has none."""
    return await Call.get_or_none(event=event)


async def published_call(event: Event) -> Call:
    """The call as anybody may read it. Raises NotFound."""
    call = await Call.get_or_none(event=event, published=True)
    if call is None:
        raise NotFound("There is no call for proposals at this event.")
    return call


async def add_call(event: Event, *, by: str) -> Call:
    """The event's call, with two types to begin with; the one there is, when there is one. Nobody sees it before it is published."""
    async with transaction():
        await fetch(f"SELECT id FROM event WHERE id = $1 {locked()}", event.id)  # noqa: S608
        call = await call_of(event)
        if call is None:
            call = await Call.create(event=event)
            for position, (name, minutes) in enumerate(FIRST_TYPES):
                await ProposalType.create(call=call, code=free_code(name, []), name=name, minutes=minutes, position=position)
            await record("call.added", call, by=by)
    return call


async def change_call(event: Event, call: Call, wanted: CallForm, *, by: str) -> None:
    """Text, moments, languages. Local times become UTC; the journal keeps which things changed."""
    async with transaction():
        values = wanted.model_dump()
        for name in ("opens_at", "closes_at", "edits_until"):
            values[name] = event.aware(values[name]) if values[name] else None
        changed = [name for name, value in values.items() if getattr(call, name) != value]
        if changed:
            await call.change(**values)
            await touch(event)
            await record("call.changed", call, by=by, fields=changed)


async def change_letters(call: Call, wanted: LettersForm, *, by: str) -> None:
    """The organiser's words of the letters; what equals ours is not kept."""
    async with transaction():
        await call.change(letters=wanted.as_letters())
        await record("call.letters_changed", call, by=by)


async def save_type(event: Event, call: Call, known: ProposalType | None, wanted: TypeForm, *, by: str) -> ProposalType:
    """A new type, or a known one with other values."""
    async with transaction():
        values = {**wanted.model_dump(), "closes_at": event.aware(wanted.closes_at) if wanted.closes_at else None}
        if known is None:
            taken = [str(code) for code in await ProposalType.filter(call=call).values_list("code", flat=True)]
            known = await ProposalType.create(call=call, code=free_code(wanted.name, taken), **values)
        else:
            await known.change(**values)
        await touch(event)
        await record("call.type_saved", call, by=by, type=known.code)
    return known


async def remove_type(event: Event, call: Call, kind: ProposalType, *, by: str) -> None:
    """Raises TypeUsed when there are proposals of it, or when it is the last."""
    async with transaction():
        if await Proposal.exists(type=kind):
            raise TypeUsed("There are proposals of this type. Close it instead: give it a deadline that is over.")
        if await ProposalType.filter(call=call).count() < 2:
            raise TypeUsed("This is the only type. Add another before you remove it.")
        await kind.delete()
        for field in await Field.filter(call=call):
            if kind.code in field.types:
                await field.change(types=[code for code in field.types if code != kind.code])
        await touch(event)
        await record("call.type_removed", call, by=by, type=kind.code)


def deadline(call: Call, kind: ProposalType) -> datetime | None:
    """Until when this type can be proposed; None: there is no end."""
    return kind.closes_at or call.closes_at


def is_open(call: Call, kind: ProposalType, moment: datetime, code: AccessCode | None = None) -> bool:
    """Can this type be proposed now? A code opens what is over, and what needs one; nothing opens before the call does."""
    if not call.published or (call.opens_at is not None and moment < call.opens_at):
        return False
    if code is not None and code.type_id in (None, kind.id):
        return True
    until = deadline(call, kind)
    return not kind.by_code_only and (until is None or moment < until)


def open_types(call: Call, types: Iterable[ProposalType], code: AccessCode | None = None) -> list[ProposalType]:
    """The types that can be proposed now. A type that needs a code is not even named without one."""
    moment = now()
    return [kind for kind in types if is_open(call, kind, moment, code)]


async def tracks_of(event: Event, call: Call) -> list[Track]:
    """The tracks the form offers; none where it does not ask."""
    return await Track.filter(event=event) if call.asks_track else []
