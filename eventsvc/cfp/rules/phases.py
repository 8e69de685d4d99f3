"""Phases of reviewing and the scales of a review: added, changed, put in order, and removed while nothing hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.cfp.forms.review import CategoryForm, PhaseForm
from eventsvc.cfp.models import Call, Review, ReviewPhase, ScoreCategory
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.events.models import Event

Ordered = ReviewPhase | ScoreCategory
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class InUse(Refused):
    kind = "in-use"
    title = "Reviews hang on this"


async def call_of(event: Event) -> Call:
    """The event's call. Raises NotFound while there is none."""
    call = await Call.get_or_none(event=event)
    if call is None:
        raise NotFound("This event has no call for proposals yet. Start one under Call; reviewing follows from it.")
    call.event = event
    return call


def under_way(phases: Sequence[ReviewPhase], moment: datetime) -> ReviewPhase | None:
    """The one phase whose rights hold: the first, in their order, whose moments do."""
    return next((phase for phase in phases if phase.is_on(moment)), None)


async def current(call: Call) -> ReviewPhase | None:
    """The phase under way; None between phases."""
    return under_way(await ReviewPhase.filter(call=call), now())


def coming(phases: Sequence[ReviewPhase], moment: datetime) -> ReviewPhase | None:
    """The next one to open."""
    later = [phase for phase in phases if phase.opens_at and phase.opens_at > moment]
    return min(later, key=lambda phase: phase.opens_at or moment) if later else None


def overlaps(phases: Sequence[ReviewPhase]) -> list[str]:
    """Where two phases hold at once, a sentence each. Told, not refused: the first in the list counts."""
    said = []
    for number, one in enumerate(phases):
        for other in phases[number + 1 :]:
            start = max(one.opens_at or EARLIEST, other.opens_at or EARLIEST)
            if start < min(one.closes_at or LATEST, other.closes_at or LATEST):
                said.append(f"“{one.name}” and “{other.name}” overlap. While both are open, “{one.name}” counts.")
    return said


async def save_phase(event: Event, call: Call, phase: ReviewPhase | None, wanted: PhaseForm, *, by: str) -> ReviewPhase:
    """Add a phase (None), at the end, or change one. Times without a zone are the event's."""
    values = wanted.model_dump()
    for name in ("opens_at", "closes_at"):
        if values[name]:
            values[name] = event.aware(values[name])
    async with transaction():
        if phase is None:
            phase = await ReviewPhase.create(call=call, position=await ReviewPhase.filter(call=call).count(), **values)
        else:
            await phase.change(**values)
        await record("review_phase.saved", call, by=by, name=phase.name, blind=phase.blind)
    return phase


async def remove_phase(call: Call, phase: ReviewPhase, *, by: str) -> None:
    """Reviews given in it stay."""
    async with transaction():
        await phase.delete()
        await record("review_phase.removed", call, by=by, name=phase.name)


async def save_category(call: Call, category: ScoreCategory | None, wanted: CategoryForm, *, by: str) -> ScoreCategory:
    """Add a scale (None), at the end, or change one. Raises InUse when its numbers would move under scores that were given."""
    values: dict[str, Any] = wanted.columns()
    async with transaction():
        if category is None:
            category = await ScoreCategory.create(call=call, position=await ScoreCategory.filter(call=call).count(), **values)
        else:
            moved = (values["low"], values["high"]) != (category.low, category.high)
            if moved and await scored(call, category):
                raise InUse("Reviews have been scored on this scale. Keep its numbers, or add a new one and set this one's weight to 0.")
            await category.change(**values)
        await record("score_category.saved", call, by=by, name=category.name, weight=category.weight)
    return category


async def remove_category(call: Call, category: ScoreCategory, *, by: str) -> None:
    """Raises InUse once somebody has scored on it."""
    async with transaction():
        if await scored(call, category):
            raise InUse(f"Reviews have been scored on “{category.name}”. Set its weight to 0 instead: then it counts for nothing.")
        await category.delete()
        await record("score_category.removed", call, by=by, name=category.name)


async def scored(call: Call, category: ScoreCategory) -> bool:
    """Has any review a score in this category?"""
    given = await Review.filter(proposal__call_id=call.id).values_list("scores", flat=True)
    return any(str(category.id) in scores for scores in given if isinstance(scores, dict))


async def move_up(call: Call, row: Ordered, *, by: str) -> None:
    """One place earlier in its list; the first stays."""
    model = type(row)
    async with transaction():
        rows: list[Any] = list(await model.filter(call=call))
        place = [one.id for one in rows].index(row.id)
        if place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        for position, one in enumerate(rows):
            if one.position != position:
                await one.change(position=position)
        await record("review_setup.ordered", call, by=by, what=model.__name__)
