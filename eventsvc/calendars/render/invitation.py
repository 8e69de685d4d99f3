"""An invitation that mail programs put into the calendar (iTIP over mail: RFC 5546 §3.2, RFC 6047)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText, vUri

from eventsvc.calendars.render.ical import END, PRODUCT
from eventsvc.calendars.render.zone import timezone as zone_of
from eventsvc.core.clock import now
from eventsvc.core.text import clean, one_line


def invitation(
    method: str,
    *,
    uid: str,
    sequence: int,
    summary: str,
    start: datetime,
    end: datetime,
    zone: str,
    location: str,
    description: str,
    url: str,
    organiser_name: str,
    organiser_email: str,
    attendee_name: str,
    attendee_email: str,
) -> bytes:
    """`method` is REQUEST or CANCEL. The attendee has accepted already: they registered. SEQUENCE must rise with each change."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now().replace(microsecond=0))
    event.add("sequence", sequence)
    event.add("dtstart", start.astimezone(ZoneInfo(zone)))
    event.add("dtend", end.astimezone(ZoneInfo(zone)))
    event.add("summary", one_line(summary))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("location", one_line(location))
    event.add("description", clean(description))
    event.add("url", vUri(url))
    organiser = vCalAddress(f"mailto:{organiser_email}")
    organiser.params["CN"] = vText(one_line(organiser_name).replace('"', "'"))
    event.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{attendee_email}")
    attendee.params.update(
        {"CN": vText(one_line(attendee_name).replace('"', "'")), "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    )
    event.add("attendee", attendee)
    head = bytes(calendar.to_ical()).removesuffix(END)
    return head + zone_of(zone, start.date(), end.date()) + bytes(event.to_ical()) + END
