"""make_phase(), make_category(), make_reviewer(), make_review(): every argument optional."""

from __future__ import annotations

import itertools
from typing import Any

from eventsvc.accounts.models import Role, User
from eventsvc.cfp.models import Call, Proposal, Review, Reviewer, ReviewPhase, ScoreCategory
from eventsvc.cfp.rules.phases import call_of
from eventsvc.core.errors import NotFound
from eventsvc.events.models import Event, Membership
from tests.make import make_call
from tests.people import person

_number = itertools.count(1)


async def the_call(event: Event) -> Call:
    """The event's call, made where there is none."""
    try:
        return await call_of(event)
    except NotFound:
        return await make_call(event)


async def make_phase(event: Event, **values: Any) -> ReviewPhase:
    """A blind phase that is always open."""
    return await ReviewPhase.create(**{"call": await the_call(event), "name": "First round", **values})


async def make_category(event: Event, **values: Any) -> ScoreCategory:
    """A scale from 1 to 5 that every review needs."""
    return await ScoreCategory.create(**{"call": await the_call(event), "name": f"Fit {next(_number)}", **values})


async def make_reviewer(event: Event, name: str = "", **values: Any) -> Reviewer:
    """Somebody with the role of a reviewer only; `name` as for `people.person`."""
    number = next(_number)
    user: User = await person(name or f"reviewer{number}")
    await Membership.get_or_create(user=user, event=event, defaults={"role": Role.REVIEWER})
    call = await the_call(event)
    reviewer = await Reviewer.create(**{"call": call, "user": user, **values})
    reviewer.user, reviewer.call = user, call
    return reviewer


async def make_review(proposal: Proposal, reviewer: Reviewer, **scores: int) -> Review:
    """A review with these scores by category id (`_7=4`); none: abstained."""
    given = {key.strip("_"): value for key, value in scores.items()}
    return await Review.create(proposal=proposal, reviewer=reviewer, scores=given, abstained=not given)
