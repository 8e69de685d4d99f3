"""The programme as frab schedule XML, valid against the c3voc schema (voc/schedule, validator/xsd/schedule.xml.xsd)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from eventsvc import __version__
from eventsvc.agenda.models import Room, Session
from eventsvc.core.text import clean, fold
from eventsvc.events.models import Event

SLUG = re.compile(r"[a-z0-9_]{4,}-[a-z0-9\-_]{4,}")
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NOWHERE = "Everywhere"
"""The room of sessions that are for everybody; the format has no session without a room."""
OPTIONAL = ("feedback_url", "video_download_url")


def schedule_xml(event: Event, sessions: Iterable[Session], base: str) -> bytes:
    """Sessions need a time, and their track, room and speakers loaded."""
    placed = [session for session in sessions if session.start and session.end]
    root = Element("schedule")
    SubElement(root, "generator", name="eventsvc", version=__version__)
    _add(root, "url", f"{base}/{event.slug}/agenda")
    _add(root, "version", str(event.version))
    _conference(root, event, placed, base)
    ids = ids_of(placed)
    for number, day in enumerate(event.days, 1):
        begin = datetime.combine(day, time(0), event.zone)
        element = SubElement(
            root, "day", index=str(number), date=day.isoformat(), start=begin.isoformat(), end=(begin + timedelta(days=1)).isoformat()
        )
        for name, room, talks in by_room(event, placed, number - 1):
            attributes = {"name": name}
            if room and GUID.fullmatch(room.guid):
                attributes["guid"] = room.guid
            parent = SubElement(element, "room", attributes)
            for talk in talks:
                _talk(parent, event, talk, name, ids[talk.id], base)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def _conference(root: Element, event: Event, sessions: list[Session], base: str) -> None:
    conference = SubElement(root, "conference")
    _add(conference, "title", event.name)
    _add(conference, "acronym", acronym(event))
    _add(conference, "start", event.start.isoformat())
    _add(conference, "end", event.end.isoformat())
    _add(conference, "days", str(len(event.days)))
    _add(conference, "timeslot_duration", "00:05")
    _add(conference, "base_url", f"{base}/{event.slug}/")
    _add(conference, "url", f"{base}/{event.slug}/")
    _add(conference, "time_zone_name", event.timezone)
    tracks = {session.track.code: session.track for session in sessions if session.track}
    for track in sorted(tracks.values(), key=lambda track: (track.position, track.id)):
        attributes = {"name": track.name, "color": colour(track.hue)}
        if re.fullmatch(r"[a-z0-9-]{2,}", track.code):
            attributes["slug"] = track.code
        SubElement(conference, "track", attributes)


def _talk(parent: Element, event: Event, session: Session, room: str, number: int, base: str) -> None:
    assert session.start is not None
    element = SubElement(parent, "event", id=str(number), guid=session.guid)
    for name, value in facts(event, session, room, number).items():
        _add(element, name, value)
    _add(element, "url", f"{base}/{event.slug}/sessions/{session.code}")
    for name, value in more(session).items():
        _add(element, name, value)
    _add(element, "language", session.language)
    recording = SubElement(element, "recording")
    _add(recording, "license", session.extra.get("license", ""))
    _add(recording, "optout", "true" if session.do_not_record else "false")
    persons = SubElement(element, "persons")
    for one in session.speakers:
        speaker = one.speaker
        attributes = {"id": person_id(speaker.external_id, speaker.id)}
        if GUID.fullmatch(speaker.guid):
            attributes["guid"] = speaker.guid
        SubElement(persons, "person", attributes).text = clean(speaker.name)
    for kind, child, rows in (("links", "link", session.links), ("attachments", "attachment", session.attachments)):
        holder = SubElement(element, kind)
        for row in rows:
            SubElement(holder, child, href=row["url"]).text = clean(row["title"])


def facts(event: Event, session: Session, room: str, number: int) -> dict[str, str]:
    """What every session has in either format."""
    assert session.start is not None
    start = event.local(session.start)
    return {
        "room": room,
        "title": session.title,
        "subtitle": session.subtitle,
        "type": session.kind,
        "date": start.isoformat(),
        "start": f"{start:%H:%M}",
        "duration": duration(session.minutes),
        "abstract": session.abstract,
        "description": session.description,
        "slug": slug(event, session, number),
        "track": session.track.name if session.track else "",
    }


def more(session: Session) -> dict[str, str]:
    """Optional members with an address, kept from an import."""
    found = {name: session.extra[name] for name in OPTIONAL if str(session.extra.get(name, "")).startswith("http")}
    origin = session.extra.get("origin_url", "")
    logo = session.extra.get("logo", "")
    return {**found, **({"origin_url": origin} if origin else {}), **({"logo": logo} if str(logo).startswith("http") else {})}


def by_room(event: Event, sessions: list[Session], index: int) -> list[tuple[str, Room | None, list[Session]]]:
    """(name, room, sessions) of one day. What lies outside the event's days is told on the nearest one, so that nothing is lost."""
    days = event.days
    rooms: dict[int, tuple[str, Room | None, list[Session]]] = {}
    for session in sessions:
        assert session.start is not None
        on = min(max(event.local(session.start).date(), days[0]), days[-1])
        if (on - days[0]).days == index:
            key = session.room_id or 0
            rooms.setdefault(key, (session.room.name if session.room else NOWHERE, session.room, []))[2].append(session)
    order = sorted(rooms.values(), key=lambda one: (one[1].position, one[1].id) if one[1] else (-1, 0))
    return [(name, room, sorted(talks, key=lambda talk: (talk.start or talk.created_at, talk.id))) for name, room, talks in order]


def ids_of(sessions: Iterable[Session]) -> dict[int, int]:
    """A positive number for each session, the other system's own where that is one, and no number twice."""
    taken: set[int] = set()
    found = {}
    for session in sorted(sessions, key=lambda one: one.id):
        given = session.external_id or ""
        number = int(given) if given.isdecimal() and int(given) > 0 else session.id
        while number in taken:
            number += 1_000_000
        taken.add(number)
        found[session.id] = number
    return found


def person_id(external_id: str | None, number: int) -> str:
    """The other system's number for a person; ours, far above, where there is none."""
    return external_id if external_id and external_id.isdecimal() else str(10_000_000 + number)


def slug(event: Event, session: Session, number: int) -> str:
    """The imported slug when the schema allows it, else `acronym-number-title`."""
    given = str(session.extra.get("slug", ""))
    if SLUG.fullmatch(given):
        return given
    title = re.sub(r"[^a-z0-9]+", "-", fold(session.title)).strip("-")[:60]
    return f"{re.sub(r'[^a-z0-9_]', '_', acronym(event))}-{number}-{title or 'session'}"


def acronym(event: Event) -> str:
    return event.slug if len(event.slug) >= 4 else f"{event.slug}____"[:4]


def duration(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def colour(hue: int) -> str:
    """A track's hue as #rrggbb; reading it back gives the same hue."""
    import colorsys

    red, green, blue = colorsys.hsv_to_rgb((hue + 0.5) / 360, 0.65, 0.8)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _add(parent: Element, name: str, value: Any) -> None:
    SubElement(parent, name).text = clean(str(value))
