"""The fields of the form: added, changed, put in order, retired; which of them are asked of whom."""

from __future__ import annotations

from collections.abc import Iterable

from eventsvc.agenda.models import Session
from eventsvc.audit.rules import record
from eventsvc.cfp.forms.call import FieldForm
from eventsvc.cfp.models import Call, Field, FieldTarget, Proposal, SpeakerAnswers
from eventsvc.cfp.rules.acceptance import public_answers
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.events.rules import touch


class Fixed(Refused):
    """What was asked and answered keeps its kind."""

    status = 422
    kind = "invalid"
    title = "People have answered this already"


async def fields_of(call: Call, *targets: FieldTarget) -> list[Field]:
    """The fields asked now, in order."""
    return await Field.filter(call=call, retired_at=None, target__in=targets or list(FieldTarget))


def asked(fields: Iterable[Field], target: FieldTarget, kind: str = "", track: str = "") -> list[Field]:
    """Those asked of `target` for this type and track (their codes); fields for some types or tracks only are left out for others."""
    return [
        field
        for field in fields
        if field.target == target and (not field.types or kind in field.types) and (not field.tracks or track in field.tracks)
    ]


async def save_field(event: Event, call: Call, known: Field | None, wanted: FieldForm, *, by: str) -> Field:
    """A new field at the end, or a known one changed. Raises Fixed when its kind or target would change under answers there are."""
    async with transaction():
        if known is None:
            last = await Field.filter(call=call).order_by("-position").first()
            known = await Field.create(call=call, position=last.position + 1 if last else 0, **wanted.model_dump())
        else:
            if (wanted.kind != known.kind or wanted.target != known.target) and await answered(call, known):
                raise Fixed("People have answered this field: its kind stays. Retire it and add another.", field="kind")
            await known.change(**wanted.model_dump())
            await _tell_again(call)
        await touch(event)
        await record("call.field_saved", call, by=by, field=known.id)
    return known


async def answered(call: Call, field: Field) -> bool:
    """Has anybody answered it? (JSON is compared here: the two databases do not ask it alike.)"""
    sets = list(await Proposal.filter(call=call).values_list("answers", flat=True))
    sets += list(await SpeakerAnswers.filter(speaker__event_id=call.event_id).values_list("answers", flat=True))
    return any(isinstance(given, dict) and field.key in given for given in sets)


async def retire(event: Event, call: Call, field: Field, *, by: str) -> None:
    """Ask it no more. One that nobody has answered goes; answers there are stay readable for organisers."""
    async with transaction():
        if await answered(call, field):
            await field.change(retired_at=now())
        else:
            await field.delete()
        await _tell_again(call)
        await touch(event)
        await record("call.field_retired", call, by=by, field=field.id)


async def restore(event: Event, call: Call, field: Field, *, by: str) -> None:
    """Ask a retired field again."""
    async with transaction():
        await field.change(retired_at=None)
        await _tell_again(call)
        await touch(event)
        await record("call.field_restored", call, by=by, field=field.id)


async def order(event: Event, call: Call, wanted: list[int], *, by: str) -> None:
    """Put the fields in this order (their numbers); those not named keep their places behind."""
    async with transaction():
        rows = {field.id: field for field in await Field.filter(call=call)}
        ids = [number for number in dict.fromkeys(wanted) if number in rows]
        for position, number in enumerate([*ids, *(number for number in rows if number not in ids)]):
            if rows[number].position != position:
                await rows[number].change(position=position)
        await touch(event)
        await record("call.fields_ordered", call, by=by)


async def move(event: Event, call: Call, field: Field, by_places: int, *, by: str) -> None:
    """One place up (-1) or down (1) among the fields of its target."""
    beside = await fields_of(call, field.target)
    here = next((n for n, one in enumerate(beside) if one.id == field.id), 0)
    there = max(0, min(len(beside) - 1, here + by_places))
    beside.insert(there, beside.pop(here))
    await order(event, call, [one.id for one in beside], by=by)


async def _tell_again(call: Call) -> None:
    """What of answers is public may have changed: sessions made of proposals say it anew."""
    proposals = await Proposal.filter(call=call).exclude(session=None).prefetch_related("session")
    public = await public_answers(call.id, proposals)
    for proposal in proposals:
        session: Session = proposal.session  # type: ignore[assignment]
        extra = {**session.extra, **public[proposal.id]}
        if extra != session.extra:
            await session.change(extra=extra)
