"""A session that is on today, with a chair and a speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from eventsvc.agenda.models import Room, Session
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from tests.make import make_event, make_room, make_session, make_speaker


@dataclass
class OnStage:
    event: Event
    room: Room
    session: Session
    speaker: Speaker
    chair: Speaker

    @property
    def asking(self) -> str:
        return f"/{self.event.slug}/sessions/{self.session.code}/questions"


async def on_stage(**values: Any) -> OnStage:
    """A session in a room, all of today long."""
    event = await make_event(start=now().date(), timezone="UTC", **values)
    room = await make_room(event)
    speaker = await make_speaker(event, email="sam@example.org", name="Sam")
    chair = await make_speaker(event, email="chris@example.org", name="Chris")
    session = await make_session(event, at="00:00", minutes=1439, room=room, speakers=[speaker], chair_id=chair.id)
    return OnStage(event, room, session, speaker, chair)


@pytest.fixture
async def stage(rolled_back: None) -> OnStage:
    return await on_stage()
