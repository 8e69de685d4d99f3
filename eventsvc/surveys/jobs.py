"""The invitation to a survey."""

from __future__ import annotations

from eventsvc.core.clock import now
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.surveys import rules
from eventsvc.surveys.models import Survey
from eventsvc.ticketing.models import Ticket

invite_due = rules.invite_due


async def invitation(letter: Letter) -> Message | None:
    """None when the survey has closed or the ticket is gone meanwhile."""
    survey = await Survey.get_or_none(id=letter.facts["survey"]).select_related("event")
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"])
    if survey is None or ticket is None or not survey.is_open(now()):
        return None
    event = survey.event
    return compose(
        "surveys/invitation",
        f"{event.name}: how was it?",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        ticket=ticket,
        survey=survey,
        link=rules.link(event, survey, ticket),
    )


letters: dict[str, Composer] = {"surveys/invitation": invitation}
