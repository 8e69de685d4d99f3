"""The demo's speakers at work: some have done their part, two want a word changed, the first has one more session to confirm."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import time, timedelta

from eventsvc.agenda.models import BREAK, Session, SessionSpeaker, SessionState
from eventsvc.agenda.rules import amendments, availability, confirming, sessions, slides
from eventsvc.core.clock import now, travel
from eventsvc.core.text import fold
from eventsvc.demo.deck import pdf
from eventsvc.events.models import Event
from eventsvc.speakers import rules as speakers
from eventsvc.speakers.forms import AssistantForm, AvailabilityForm, DayForm, PreparationForm, SpeakerForm
from eventsvc.speakers.models import Speaker
from eventsvc.surveys.rules import feedback

NEEDS = ["", "Sound for one short video.", "My own laptop, USB-C.", "", "A lectern: I read from paper.", ""]
TRAVEL = ["Train to New Street at 08:40.", "", "I drive; one parking space, please.", "Staying at the Grand the night before."]
WORDS = [
    "Clear, honest, and on time.",
    "I will try this next week.",
    "More numbers on cost, please.",
    "The best question time of the day.",
    "Slides hard to read from the back.",
    "Could have been twice as long.",
    "Thank you for saying what did not work.",
    "The sound was low on the left side.",
    "Good pictures, few words.",
    *[""] * 7,
]
DECKS = [
    "Tests that survive a winter",
    "Troponin at the front door",
    "Six diagnostic centres in eighteen months",
    "Genomes for fourteen million people",
]


async def fill(event: Event) -> None:
    """Everything speakers did since they were asked."""
    chance = random.Random(11)
    people = await Speaker.filter(event=event).order_by("id")
    with travel(now() - timedelta(days=9)):
        for number, speaker in enumerate(people):
            await speaker.change(email=f"{fold(speaker.name.split('. ')[-1].removeprefix('Dr ')).replace(' ', '.')}@example.org")
            if number and chance.random() < 0.7:
                wanted = PreparationForm(
                    av_needs=chance.choice(NEEDS), travel=chance.choice(TRAVEL), recording_consent=chance.random() < 0.8
                )
                await speakers.prepare(speaker, wanted, by=speaker.name)
                if chance.random() < 0.6:
                    await speakers.say_all_is_right(speaker, True, by=speaker.name)
    first = people[0]
    await _one_more(event, first)
    await _slides(event)
    panel = await Session.get(event=event, title="Panel: nothing about us without us")
    await slides.bring_none(panel, True, by="Samuel Osei")
    await _changes(event)
    await speakers.add_assistant(event, first, AssistantForm(name="Joy Okafor", email="joy.okafor@example.org"), by=first.name)
    late = AvailabilityForm(days=[DayForm(start=time(9), end=time(15, 30))])
    await availability.set_availability(event, people[2], late, by=people[2].name)
    await _ratings(event, chance)


async def _one_more(event: Event, speaker: Speaker) -> None:
    """A draft that waits for a yes."""
    with travel(now() - timedelta(days=2)):
        values = {
            "title": "Ask a pathologist anything",
            "abstract": "Half an hour at the round table in the Glasshouse: bring the question you never dared to ask.",
            "kind": "talk",
            "language": "en",
            "speakers": [speaker.code],
            "state": SessionState.DRAFT,
            "extra": {"minutes": 30},
        }
        session = await sessions.add_session(event, values, by="demo")
        await confirming.ask(event, session, by="Olivia Organiser")


async def _slides(event: Event) -> None:
    for number, title in enumerate(DECKS):
        session = await Session.get(event=event, title=title)
        bill = await SessionSpeaker.filter(session=session).select_related("speaker").order_by("position").first()
        assert bill is not None
        raw = pdf([title, bill.speaker.name, event.name])
        file = await slides.begin(event, session, bill.speaker, f"{title}.pdf", len(raw))
        await slides.append(file, 0, _whole(raw), by=bill.speaker.name)
        if number % 2 == 0:
            await slides.offer(file, event, True, by=bill.speaker.name)


async def _whole(raw: bytes) -> AsyncIterator[bytes]:
    yield raw


async def _changes(event: Event) -> None:
    """Two changes that an organiser decides."""
    session = await Session.get(event=event, title="Reading chest films with a machine beside you")
    speaker = await Speaker.get(event=event, name="Dr Kwame Mensah")
    abstract = session.abstract.replace("60,000", "74,000").replace("what got missed", "what was missed and by whom")
    await amendments.change_session_texts(event, session, speaker, {"title": session.title, "abstract": abstract}, by=speaker.name)
    patel = await Speaker.get(event=event, name="Rajesh Patel")
    texts = {name: getattr(patel, name) for name in SpeakerForm.model_fields}
    texts["biography"] = patel.biography.replace("two million", "three million")
    await amendments.change_speaker_texts(event, patel, SpeakerForm(**texts), by=patel.name)


async def _ratings(event: Event, chance: random.Random) -> None:
    """What people say of each session once it begins; the pages show it from then on."""
    talks = await Session.filter(event=event, state=SessionState.CONFIRMED).exclude(kind=BREAK).exclude(start=None).order_by("start")
    for session in talks[:9]:
        assert session.end is not None
        with travel(session.end):
            said = iter(chance.sample(WORDS, len(WORDS)))
            for number in range(chance.randint(2, 9)):
                stars = chance.choices([5, 4, 3, 2], [5, 6, 2, 1])[0]
                await feedback.give(event, session, f"device:demo-{session.id}-{number}", stars, next(said))
