"""Letters to reviewers. They say nothing about any proposal."""

from __future__ import annotations

from datetime import timedelta

from eventsvc.accounts import rules as accounts
from eventsvc.cfp.models import Reviewer
from eventsvc.cfp.rules import phases, reviewers
from eventsvc.core.config import settings
from eventsvc.core.web import moment
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose

VALID = timedelta(days=7)


async def invitation(letter: Letter) -> Message | None:
    """None when they were taken off the list meanwhile. A new account gets a way in; whoever has one signs in as ever."""
    reviewer = await Reviewer.get_or_none(id=letter.facts["reviewer"]).select_related("call__event__organiser", "user")
    if reviewer is None:
        return None
    event = reviewer.call.event
    fresh = bool(letter.facts["fresh"])
    link = await accounts.make_link(reviewer.user, VALID) if fresh else f"{settings().base_url}/sign-in?next=/manage/{event.slug}/review"
    return compose(
        "cfp/reviewer_invitation",
        f"{event.name}: please review proposals",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        name=reviewer.user.name,
        fresh=fresh,
        days=VALID.days,
        link=link,
        sign_in=f"{settings().base_url}/sign-in",
    )


async def reminder(letter: Letter) -> Message | None:
    """None when they have answered everything meanwhile, or the phase is over."""
    reviewer = await Reviewer.get_or_none(id=letter.facts["reviewer"]).select_related("call__event__organiser", "user")
    phase = await phases.current(reviewer.call) if reviewer else None
    left = (await reviewers.left_to_do(reviewer.call)).get(reviewer.id, 0) if reviewer else 0
    if reviewer is None or phase is None or not phase.can_score or not left:
        return None
    event = reviewer.call.event
    return compose(
        "cfp/reviewer_reminder",
        f"{event.name}: {left} review{'s' if left > 1 else ''} to go",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        name=reviewer.user.name,
        left=left,
        until=moment(event.local(phase.closes_at)) if phase.closes_at else "",
        link=f"{settings().base_url}/sign-in?next=/manage/{event.slug}/review",
    )


letters: dict[str, Composer] = {"cfp/reviewer_invitation": invitation, "cfp/reviewer_reminder": reminder}
