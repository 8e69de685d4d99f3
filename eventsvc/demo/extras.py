"""What goes with a ticket: a dinner, one of two workshops, a gift."""

from __future__ import annotations

import random
from typing import Any

from eventsvc.agenda.models import Session
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.add_ons import AddOnWanted
from eventsvc.ticketing.rules import add_ons

ADD_ONS: list[dict[str, Any]] = [
    {
        "name": "Dinner at the Assay Office",
        "description": "Three courses, from 19:30, five minutes on foot.",
        "price": 4800,
        "places": 60,
        "hand_out": "dinner token",
        "included_in": ["speaker"],
    },
    {
        "name": "Workshop: UKCA marking without tears",
        "description": "Bring your technical file. With a regulator at each table.",
        "price": 2500,
        "places": 24,
        "group": "Afternoon workshop",
        "hand_out": "workshop folder",
    },
    {
        "name": "Workshop: first steps with patient data",
        "description": "For people who have never written a protocol.",
        "places": 18,
        "group": "Afternoon workshop",
    },
    {
        "name": "Gift to the early-career travel fund",
        "description": "It brings students and nurses here who could not pay the train.",
        "open_amount": True,
        "once": True,
        "suggested": 1000,
        "vat_rate": 0,
    },
]
DINNER, WORKSHOPS = "dinner-at-the-assay-office", ["workshop-ukca-marking-without-tear", "workshop-first-steps-with-patient"]


async def make(event: Event) -> None:
    for wanted in ADD_ONS:
        session = await Session.get_or_none(event=event, title=wanted["name"])
        values = {**wanted, "session": session.code if session else ""}
        await add_ons.add(event, values.pop("name"), by="demo", **values)


def taken(chance: random.Random) -> list[AddOnWanted]:
    """What one attendee adds."""
    codes = [DINNER] if chance.random() < 0.12 else []
    codes += [chance.choice(WORKSHOPS)] if chance.random() < 0.15 else []
    return [AddOnWanted(code=code) for code in codes]
