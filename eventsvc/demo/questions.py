"""What the demo asks at registration, and what its people answered."""

from __future__ import annotations

import random
from typing import Any

from eventsvc.events.models import Event
from eventsvc.ticketing.forms.questions import QuestionForm
from eventsvc.ticketing.rules import questions

HEARD = {"A colleague": 9, "Health Cluster newsletter": 7, "My trust or university": 6, "LinkedIn": 4, "Somewhere else": 2}
DIETS = {"Vegetarian": 8, "Vegan": 4, "Halal": 5, "Gluten free": 3, "Nut allergy": 2}
ALLERGIC = "What should the kitchen know about it?"
ASKED: list[dict[str, Any]] = [
    {"label": "Dietary needs", "kind": "many_of", "choices": "\n".join(DIETS), "sensitive": True},
    {
        "label": ALLERGIC,
        "kind": "line",
        "sensitive": True,
        "joined": "any",
        "conditions": ["dietary_needs=Gluten free", "dietary_needs=Nut allergy"],
    },
    {"label": "How did you hear of us?", "kind": "one_of", "choices": "\n".join(HEARD)},
    {"label": "I agree that photos of the day may show me.", "kind": "consent"},
    {"label": "A poster you would like to show", "kind": "file", "hint": "We print it in A1 and hang it in the foyer."},
]


async def ask(event: Event) -> None:
    for one in ASKED:
        await questions.save(event, None, QuestionForm.model_validate(one), by="demo")


def said(choose: random.Random) -> dict[str, Any]:
    """One person's answers: most say where they heard of it, some what they eat."""
    given: dict[str, Any] = {}
    if choose.random() < 0.8:
        given["how_did_you_hear_of_us"] = choose.choices(list(HEARD), list(HEARD.values()))[0]
    if choose.random() < 0.35:
        given["dietary_needs"] = choose.choices(list(DIETS), list(DIETS.values()))
    if "Nut allergy" in given.get("dietary_needs", []):
        given["what_should_the_kitchen_know_about"] = "Severe: no traces, please"
    if choose.random() < 0.6:
        given["i_agree_that_photos_of_the_day_may"] = True
    return given
