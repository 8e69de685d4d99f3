"""The invitation to review. It says nothing about any proposal."""

from __future__ import annotations

from datetime import timedelta

from eventsvc.accounts import rules as accounts
from eventsvc.cfp.models import Reviewer
from eventsvc.core.config import settings
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


letters: dict[str, Composer] = {"cfp/reviewer_invitation": invitation}
