"""The letter with the link of an organisation's own page."""

from __future__ import annotations

from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.members.models import Allowance
from eventsvc.members.rules import links


async def company(letter: Letter) -> Message | None:
    """None when the link was taken back before the letter went out."""
    one = await Allowance.get_or_none(id=letter.facts["allowance"]).select_related("organisation", "event__organiser")
    if one is None or not one.secret:
        return None
    return compose(
        "members/company",
        f"{one.event.name}: the places of {one.organisation.name}",
        from_name=one.event.name,
        reply_to=one.event.contact_email,
        event=one.event,
        organisation=one.organisation,
        allowance=one,
        link=links.address(one.event, one.secret),
    )


letters: dict[str, Composer] = {"members/company": company}
