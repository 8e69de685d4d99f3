"""Versions of the agenda, and a draft in the making: a few moves, two clashes, three sessions that look for a place."""

from __future__ import annotations

from datetime import time, timedelta

from eventsvc.agenda.models import Room, Session, SessionState
from eventsvc.agenda.rules import releases
from eventsvc.agenda.rules.draft import move, public_place
from eventsvc.agenda.rules.draft_steps import place_at
from eventsvc.agenda.rules.sessions import add_session
from eventsvc.core.clock import now, travel
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker

BY = "Olivia Organiser"

# title, minutes, track, speaker
WAITING = [
    ("Six devices in thirty minutes", 30, "point-of-care", "Grace Adeyemi"),
    ("Ask the regulator anything", 45, "data-and-rules", "Charlotte Pell"),
    ("Poster prize: the five finalists", 20, "everyone", "Dr Amara Okonkwo"),
]


async def fill(event: Event) -> None:
    """Three versions over the last weeks, then the draft."""
    await _versions(event)
    for title, minutes, track, name in WAITING:
        speaker = await Speaker.get(event=event, name=name)
        values = {"title": title, "track": track, "speakers": [speaker.code], "state": SessionState.DRAFT, "extra": {"minutes": minutes}}
        await add_session(event, values, by=BY)
    # The first of these meets another session in its room, and its chair sits in another.
    await _move(event, "Sensors from paper, carbon and a bus ticket", time(13, 35), "Foundry")
    await _move(event, "Panel: nothing about us without us", time(16, 40), None)
    await _move(event, "Troponin at the front door", time(10, 45), "Canal Room", 35)
    await _move(event, "Workshop: UKCA marking without tears", time(10, 45), "Assembly Hall", 40)
    await _move(event, "Genomes for fourteen million people", time(15, 55), "Foundry")


async def _versions(event: Event) -> None:
    """What people plan by today took two corrections."""
    blood, sensors = "From blood culture to the right antibiotic in a day", "Sensors from paper, carbon and a bus ticket"
    here = {title: public_place(await Session.get(event=event, title=title)) for title in (blood, sensors)}
    with travel(now() - timedelta(days=45)):
        await _move(event, blood, time(15, 50), "Canal Room")
        await _move(event, sensors, time(14, 0), "Canal Room")
        await releases.publish(event, by=BY, name="First agenda", note="Here it is. Times may still move a little; rooms rarely.")
    with travel(now() - timedelta(days=20)):
        await move(event, await Session.get(event=event, title=blood), here[blood], by=BY)
        note = "The laboratory team has to catch the 17:10 train, so they speak before tea time ends."
        await releases.publish(event, by=BY, name="Blood cultures earlier", note=note)
    with travel(now() - timedelta(days=6)):
        await move(event, await Session.get(event=event, title=sensors), here[sensors], by="Rosa Programme")
        await releases.publish(event, by="Rosa Programme", name="A larger room for the sensors")


async def _move(event: Event, title: str, at: time, room: str | None, minutes: int = 0) -> None:
    session = await Session.get(event=event, title=title)
    hall = await Room.get(event=event, name=room) if room else None
    await move(event, session, place_at(event, event.start, at, minutes or session.minutes, hall), by=BY)
