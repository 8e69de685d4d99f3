"""schema.org data about a session, safe inside a <script>."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from markupsafe import Markup

from eventsvc.agenda.models import Session, SessionState
from eventsvc.core.text import plain
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker


def session_json_ld(event: Event, session: Session, speakers: list[Speaker], base: str) -> Markup:
    """A session as schema.org Event. `<`, `>` and `&` become escapes: a title cannot close the element."""
    state = "EventCancelled" if session.state == SessionState.CANCELLED else "EventScheduled"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": session.title,
        "description": plain(session.abstract)[:500],
        "url": f"{base}/{event.slug}/sessions/{session.code}",
        "eventStatus": f"https://schema.org/{state}",
        "location": {
            "@type": "Place",
            "name": ", ".join(filter(None, [session.room.name if session.room else "", event.place])),
            "address": event.address,
        },
        "performer": [{"@type": "Person", "name": one.name} for one in speakers],
        "superEvent": {"@type": "Event", "name": event.name, "url": f"{base}/{event.slug}/", "startDate": event.start.isoformat()},
        "organizer": {"@type": "Organization", "name": event.organiser.name},
    }
    if session.start and session.end:
        data |= {"startDate": _iso(event, session.start), "endDate": _iso(event, session.end)}
    return as_script(data)


def as_script(data: dict[str, Any]) -> Markup:
    """JSON for a data block in HTML (WHATWG HTML §4.12.1.3)."""
    text = json.dumps(data, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _iso(event: Event, moment: datetime) -> str:
    return event.local(moment).isoformat()
