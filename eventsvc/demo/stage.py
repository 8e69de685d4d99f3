"""What happens on the stage: chairs, questions with votes, one session that runs late, headcounts of what is over."""

from __future__ import annotations

import random
from datetime import timedelta

from eventsvc.agenda.models import BREAK, Session
from eventsvc.core.clock import travel
from eventsvc.core.signing import hashed
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker
from eventsvc.stage.forms import QuestionForm
from eventsvc.stage.models import QuestionState
from eventsvc.stage.rules import count_heads, run_late
from eventsvc.stage.rules import questions as rules

CHAIRS = {"Assembly Hall": "Dr Catherine Moreau", "Foundry": "Rajesh Patel", "Canal Room": "Priya Raghunathan", "": "Jonathan Reeve"}
ASKED = [
    ("How long did it take until the night shift trusted it?", "Niamh", 14, QuestionState.SHOWN),
    ("What does it cost a year when nobody counts the training?", "", 11, QuestionState.SHOWN),
    ("Could a trust of our size start with one ward only?", "Omar, Arden Hospitals", 6, QuestionState.SHOWN),
    ("Which number would you show a finance director first?", "", 3, QuestionState.ANSWERED),
    ("Will the protocol be published, and may we copy it?", "Hannah", 0, QuestionState.WAITING),
    ("Is there a loan device to try?", "", 0, QuestionState.WAITING),
]


async def fill(event: Event) -> None:
    """Chairs for everything; questions for every talk; headcounts in the morning; the last session of the Foundry a little late."""
    choose = random.Random(11)
    chairs = {one.name: one for one in await Speaker.filter(event=event, name__in=CHAIRS.values())}
    sessions = await Session.filter(event=event).exclude(kind=BREAK).exclude(start=None).order_by("start", "id").select_related("room")
    for session in sessions:
        chair = chairs.get(CHAIRS.get(session.room.name if session.room else "", ""))
        if chair:
            await session.change(chair_id=chair.id)
    talks = [one for one in sessions if one.room and one.minutes <= 60]
    for number, session in enumerate(talks):
        await _ask(event, session, choose, number)
    for session in talks[:4]:
        assert session.start is not None
        with travel(session.start + timedelta(minutes=5)):
            await count_heads(event, session, choose.randrange(24, 88), "Jonathan Reeve")
    foundry = [one for one in talks if one.room and one.room.name == "Foundry"]
    if foundry:
        assert foundry[-1].start is not None
        with travel(foundry[-1].start - timedelta(minutes=20)):
            await run_late(event, foundry[-1], 10, "Rajesh Patel")


async def _ask(event: Event, session: Session, choose: random.Random, number: int) -> None:
    assert session.start is not None
    with travel(session.start):
        for place, (text, name, votes, state) in enumerate(ASKED[number % 2 :]):
            holder = f"device:{hashed(f'demo{number}-{place}')[:40]}"
            question = await rules.ask(event, session, holder, QuestionForm(text=text, name=name))
            if state != QuestionState.WAITING:
                await rules.moderate(session, question.code, QuestionState.SHOWN, by="Demo chair")
            for voter in range(max(0, votes - choose.randrange(6))):
                await rules.vote(event, session, f"device:{hashed(f'voter{voter}')[:40]}", question.code)
            if state == QuestionState.ANSWERED:
                await rules.moderate(session, question.code, state, by="Demo chair")
