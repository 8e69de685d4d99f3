"""The letter to a speaker's assistant."""

from __future__ import annotations

from eventsvc.core import text
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.speakers import rules
from eventsvc.speakers.models import Assistant


async def assistant(letter: Letter) -> Message | None:
    """None when the link was taken back before the letter went out."""
    found = await Assistant.get_or_none(id=letter.facts["assistant"], revoked_at=None).select_related("speaker__event__organiser")
    if found is None:
        return None
    event = found.speaker.event
    return compose(
        "speakers/assistant",
        f"{event.name}: you look after {text.unlinked(found.speaker.name)}'s page",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        name=text.unlinked(found.name),
        speaker=text.unlinked(found.speaker.name),
        link=rules.link(event, found.secret),
    )


letters: dict[str, Composer] = {"speakers/assistant": assistant}
