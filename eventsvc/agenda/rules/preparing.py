"""What a speaker still has to do: one list, for them and for the organisers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eventsvc.agenda.models import Session, SessionState, SlideFile
from eventsvc.speakers.models import Preparation, Speaker

MISSING = {
    "confirmation": "Confirmation",
    "biography": "Biography",
    "portrait": "Picture",
    "slides": "Slides",
    "recording": "Recording: yes or no",
    "check": "Last check",
}
"""What can be missing, as organisers read it, in the order in which speakers do it."""


@dataclass(frozen=True)
class Step:
    """One thing to do. `key` is one of MISSING."""

    key: str
    done: bool


def steps(speaker: Speaker, preparation: Preparation | None, sessions: Iterable[Session], with_slides: set[int]) -> list[Step]:
    """What there is to do for these sessions (offered or confirmed), done or not. Nothing for somebody without a session."""
    talks = [session for session in sessions if session.state != SessionState.CANCELLED]
    if not talks:
        return []
    return [
        Step("confirmation", all(session.state == SessionState.CONFIRMED for session in talks)),
        Step("biography", bool(speaker.biography.strip())),
        Step("portrait", bool(speaker.portrait_version)),
        Step("slides", all(session.id in with_slides or session.extra.get("no_slides") for session in talks)),
        Step("recording", preparation is not None and preparation.recording_consent is not None),
        Step("check", preparation is not None and preparation.confirmed_details_at is not None),
    ]


async def with_slides(sessions: Iterable[Session]) -> set[int]:
    """Numbers of the sessions that have at least one whole file."""
    numbers = [session.id for session in sessions]
    found = await SlideFile.filter(session_id__in=numbers).exclude(complete_at=None).values_list("session_id", flat=True)
    return {int(str(number)) for number in found}
