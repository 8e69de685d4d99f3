"""Structured data about an event, and an attendee's own data as a document."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from eventsvc.agenda.render.structured import as_script
from eventsvc.core.clock import utc
from eventsvc.events.models import Event, EventState
from eventsvc.ticketing.models import Ticket


def json_ld(event: Event, base: str) -> Markup:
    """The event as schema.org Event."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name,
        "description": event.tagline,
        "startDate": event.start.isoformat(),
        "endDate": event.end.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": event.place, "address": event.address},
        "organizer": {"@type": "Organization", "name": event.organiser.name},
        "url": f"{base}/{event.slug}/",
    }
    if event.state == EventState.PUBLISHED:
        data["offers"] = {"@type": "Offer", "url": f"{base}/{event.slug}/tickets"}
    return as_script(data)


def own_data(
    event: Event,
    ticket: Ticket,
    scans: list[dict[str, Any]],
    letters: list[dict[str, Any]],
    sessions: list[dict[str, Any]],
    needs: list[dict[str, Any]],
    add_ons: list[str],
    *,
    calendar_by_mail: bool,
) -> bytes:
    """Everything kept about one attendee, as JSON (UK GDPR, Articles 15 and 20)."""
    data = {
        "event": event.name,
        "organiser": event.organiser.name,
        "ticket": {
            "name": ticket.name,
            "email": ticket.email,
            "organisation": ticket.organisation,
            "job_title": ticket.job_title,
            "answers": ticket.answers,
            "ticket_type": ticket.ticket_type.name,
            "add_ons": add_ons,
            "state": ticket.state,
            "code": ticket.code,
            "registered": utc(ticket.created_at),
        },
        "order": {
            "code": ticket.order.code,
            "email": ticket.order.email,
            "invoice_to": ticket.order.invoice_to,
            "state": ticket.order.state,
        },
        "sensitive_answers": needs,
        "check_ins": scans,
        "letters": letters,
        "sessions": sessions,
        "calendar_by_mail": calendar_by_mail,
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode()
