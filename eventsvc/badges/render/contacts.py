"""Speakers as the contact sheet's template takes them."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from eventsvc.agenda.models import Session, SessionState
from eventsvc.badges.render.lettering import broken, tidy
from eventsvc.badges.render.sheets import when
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker

SIDE = 150
"""Pixels of a picture: 18 mm at about 210 dpi."""


def contacts_data(
    event: Event, speakers: Sequence[Speaker], sessions: Mapping[int, Sequence[Session]], pictures: Mapping[int, bytes], made: datetime
) -> dict[str, Any]:
    """`sessions` and `pictures` (WebP) by the speaker's number; sessions need their room loaded; `made` is local."""
    return {
        "event": {
            "title": tidy(event.name),
            "when": when(event),
            "place": tidy(event.place),
            "hue": event.hue,
            "made": f"{made.day} {made:%B %Y, %H:%M}",
        },
        "people": [
            {
                "name": _text(one.name),
                "about": _text(", ".join(filter(None, [one.job_title, one.organisation]))),
                "email": [tidy(one.email)],
                "initials": tidy(one.initials),
                "picture": _picture(pictures.get(one.id)),
                "sessions": [_session(event, session) for session in sessions.get(one.id, [])],
            }
            for one in speakers
        ],
    }


def _text(value: str) -> list[str]:
    """The text, and the text with places where a long word may break."""
    text = tidy(value)
    return [text, broken(text)]


def _session(event: Event, session: Session) -> dict[str, Any]:
    if session.start and session.end:
        start, end = event.local(session.start), event.local(session.end)
        said = f"{start:%a} {start.day} {start:%b}, {start:%H:%M}–{end:%H:%M}"
    else:
        said = "No time yet"
    draft = " (draft)" if session.state == SessionState.DRAFT else ""
    return {"when": said + draft, "room": _text(session.room.name if session.room else ""), "title": _text(session.title)}


def _picture(webp: bytes | None) -> str | None:
    """The portrait as a small JPEG in base64; None where there is none that can be read."""
    from PIL import Image, UnidentifiedImageError

    if not webp:
        return None
    try:
        with Image.open(io.BytesIO(webp), formats=("WEBP",)) as picture:
            small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    out = io.BytesIO()
    small.save(out, "JPEG", quality=80)
    return base64.b64encode(out.getvalue()).decode()
