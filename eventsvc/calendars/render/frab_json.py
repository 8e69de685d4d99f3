"""The programme as frab JSON (c3voc schedule schema, as pretalx and frab write it)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import orjson

from eventsvc import __version__
from eventsvc.agenda.models import Room, Session
from eventsvc.calendars.render import frab_xml as frab
from eventsvc.events.models import Event


def schedule_json(event: Event, sessions: Iterable[Session], rooms: Iterable[Room], base: str) -> bytes:
    """Sessions need a time, and their track, room and speakers loaded."""
    placed = [session for session in sessions if session.start and session.end]
    ids = frab.ids_of(placed)
    tracks = {session.track.id: session.track for session in placed if session.track}
    conference: dict[str, Any] = {
        "acronym": frab.acronym(event),
        "title": event.name,
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "daysCount": len(event.days),
        "timeslot_duration": "00:05",
        "time_zone_name": event.timezone,
        "url": f"{base}/{event.slug}/",
        "rooms": [{"name": room.name, "slug": room.code, "guid": room.guid or None, "capacity": room.capacity} for room in rooms],
        "tracks": [{"name": track.name, "slug": track.code, "color": frab.colour(track.hue)} for track in tracks.values()],
        "days": [_day(event, placed, index, ids, base) for index in range(len(event.days))],
    }
    document = {
        "schedule": {
            "url": f"{base}/{event.slug}/schedule.json",
            "version": str(event.version),
            "base_url": f"{base}/{event.slug}/",
            "conference": conference,
        },
        "generator": {"name": "eventsvc", "version": __version__},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _day(event: Event, sessions: list[Session], index: int, ids: dict[int, int], base: str) -> dict[str, Any]:
    day = event.days[index]
    begin = datetime.combine(day, time(0), event.zone)
    return {
        "index": index + 1,
        "date": day.isoformat(),
        "day_start": begin.isoformat(),
        "day_end": (begin + timedelta(days=1)).isoformat(),
        "rooms": {
            name: [_talk(event, talk, name, ids[talk.id], base) for talk in talks]
            for name, _, talks in frab.by_room(event, sessions, index)
        },
    }


def _talk(event: Event, session: Session, room: str, number: int, base: str) -> dict[str, Any]:
    return {
        "id": number,
        "guid": session.guid,
        "code": session.code,
        **frab.facts(event, session, room, number),
        "slug": session.extra.get("slug") or frab.slug(event, session, number),
        "url": f"{base}/{event.slug}/sessions/{session.code}",
        **frab.more(session),
        "language": session.language,
        "recording_license": session.extra.get("license", ""),
        "do_not_record": session.do_not_record,
        "persons": [_person(one.speaker, base, event) for one in session.speakers],
        "links": session.links,
        "attachments": session.attachments,
    }


def _person(speaker: Any, base: str, event: Event) -> dict[str, Any]:
    return {
        "id": int(frab.person_id(speaker.external_id, speaker.id)),
        "code": speaker.code,
        "guid": speaker.guid or None,
        "name": speaker.name,
        "public_name": speaker.name,
        "biography": speaker.biography,
        "organisation": speaker.organisation,
        "job_title": speaker.job_title,
        "url": f"{base}/{event.slug}/speakers/{speaker.code}",
        "avatar": f"{base}/{event.slug}/speakers/{speaker.code}/portrait.webp" if speaker.portrait_version else None,
    }
