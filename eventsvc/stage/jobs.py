"""The word to a chair that something runs late; sweeping."""

from __future__ import annotations

from eventsvc.agenda.models import Session
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import link as speaker_link
from eventsvc.stage.rules import clear_late
from eventsvc.stage.rules.questions import forget


async def late(letter: Letter) -> Message | None:
    """None when it does not run that late any more, or is over."""
    session = await Session.get_or_none(id=letter.facts["session"]).select_related("event", "room")
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"])
    if session is None or speaker is None or session.late_minutes != letter.facts["minutes"]:
        return None
    event = session.event
    return compose(
        "stage/late",
        f"{session.title} runs about {session.late_minutes} minutes late",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        session=session,
        speaker=speaker,
        link=speaker_link(event, speaker.secret, "/stage"),
    )


letters: dict[str, Composer] = {"stage/late": late}
sweeps = [clear_late, forget]
