"""The whole programme as a file."""

from __future__ import annotations

from eventsvc.agenda.models import Room, SessionState
from eventsvc.calendars.render import frab_json, frab_xml
from eventsvc.calendars.rules import feeds
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event

KINDS = ("agenda.ics", "schedule.xml", "schedule.json")


async def export(kind: str, event: Event) -> bytes:
    """The programme as `agenda.ics`, `schedule.xml` or `schedule.json`. The schedules leave cancelled sessions out: they cannot say it."""
    base = settings().base_url
    if kind == "agenda.ics":
        return await feeds.whole(event)
    on = await feeds.shown(event).exclude(state=SessionState.CANCELLED)
    if kind == "schedule.xml":
        return frab_xml.schedule_xml(event, on, base)
    if kind == "schedule.json":
        return frab_json.schedule_json(event, on, await Room.filter(event=event), base)
    raise Refused(f"There is no export {kind}. Choose from: {', '.join(KINDS)}.")
