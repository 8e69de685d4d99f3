"""A badge with a back: the holder's own programme and the Wi-Fi. Speakers get it."""

from __future__ import annotations

from eventsvc.badges import rules
from eventsvc.badges.forms import DesignForm, TypeDesignsForm
from eventsvc.badges.render.layouts import PRESETS, Part, dumped
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType

NAME = "Speaker, two sides"
BACK = (
    Part("text", 8, 8, 89, 9, 18, "back", "left", bold=True, text="Your day"),
    Part("agenda", 8, 19, 89, 88, 12, "back", "left"),
    Part("wifi", 8, 112, 89, 28, 12, "back", "left", text="Exchange Guest", more="together"),
)


async def fill(event: Event) -> None:
    parts = [*dumped(PRESETS["a6"].parts), *dumped(BACK)]
    await rules.save_design(event, None, DesignForm.model_validate({"name": NAME, "width": 105, "height": 148, "parts": parts}), by="demo")
    speaker = await TicketType.filter(event=event, name="Speaker").first()
    if speaker:
        chosen = {"designs": [{"ticket_type": speaker.code, "design": NAME}]}
        await rules.choose_designs(event, TypeDesignsForm.model_validate(chosen), by="demo")
