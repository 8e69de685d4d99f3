"""frab/pentabarf schedule XML (c3voc schema) → Schedule. Entities, DTDs and external references are refused (defusedxml)."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import fromstring

from eventsvc.agenda.forms.schedule import (
    KEPT,
    BadSchedule,
    Person,
    Schedule,
    Talk,
    address_of,
    called,
    day_of,
    duration_of,
    guid_of,
    limited,
    links_of,
    moment_of,
    zone_of,
)
from eventsvc.core.text import clean, one_line


def parse(raw: bytes) -> Schedule:
    try:
        root = fromstring(raw, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden):
        raise BadSchedule("This XML defines entities or a DTD, which a schedule does not need. Remove the DOCTYPE and try again.") from None
    except ParseError as exc:
        line, column = exc.position
        raise BadSchedule(f"This is not well-formed XML: line {line}, column {column}. Perhaps the file is cut off.") from None
    except (LookupError, ValueError):
        raise BadSchedule("The encoding that this XML names cannot be read. Save it as UTF-8.") from None
    if root.tag != "schedule" or root.find("conference") is None:
        raise BadSchedule(f"This XML is not a schedule: it starts with <{str(root.tag)[:40]}>, not <schedule> with a <conference>.")
    conference = root.find("conference")
    assert conference is not None
    zone = zone_of(_text(conference, "time_zone_name"))
    schedule = _frame(root, conference, zone)
    for day in root.iter("day"):
        on = day_of(day.get("date", ""), "The date of a day")
        for room in day.iter("room"):
            if "name" in room.attrib:
                _room(schedule, room, on)
    return schedule


def _frame(root: Element, conference: Element, zone: str) -> Schedule:
    marks = [found for day in root.iter("day") if (found := day_of(day.get("date", ""), "The date of a day"))]
    start = day_of(_text(conference, "start"), "The start of the conference") or (min(marks) if marks else None)
    end = day_of(_text(conference, "end"), "The end of the conference") or (max(marks) if marks else start)
    if start is None or end is None or end < start:
        raise BadSchedule("The conference has no start and end, or ends before it starts. Add <start> and <end> to <conference>.")
    return Schedule(
        acronym=one_line(_text(conference, "acronym")),
        title=limited(_text(conference, "title"), 200, "The title of the conference") or "Conference",
        start=start,
        end=end,
        zone=zone,
        place=limited(", ".join(filter(None, (_text(conference, "venue"), _text(conference, "city")))), 200, "The venue"),
        tracks={
            name: track.get("color", "") for track in conference.iter("track") if (name := one_line(track.get("name") or track.text or ""))
        },
    )


def _room(schedule: Schedule, room: Element, on: date | None) -> None:
    name = limited(room.get("name", ""), 200, "The name of a room")
    if not name:
        raise BadSchedule("A room has no name. Give every <room> a name.")
    schedule.rooms.setdefault(name, {"guid": room.get("guid", "")})
    for event in room.findall("event"):
        schedule.talks.append(_talk(schedule, event, name, on))


def _talk(schedule: Schedule, event: Element, room: str, on: date | None) -> Talk:
    external_id = limited(event.get("id", ""), 80, "The id of a session") or None
    what = called(_text(event, "title"), external_id)
    title = limited(_text(event, "title"), 400, f"The title of session {external_id}")
    if not title:
        raise BadSchedule(f"{what} has no title.")
    start = moment_of(_text(event, "date"), _text(event, "start"), on, schedule.zone, what)
    recording = event.find("recording")
    extra = {name: value for name in KEPT if (value := one_line(_text(event, name)))}
    extra.setdefault("origin_url", address_of(_text(event, "url")))
    if recording is not None and (licence := one_line(_text(recording, "license"))):
        extra["license"] = licence
    return Talk(
        guid=guid_of(event.get("guid", ""), schedule.acronym, external_id, title),
        external_id=external_id,
        title=title,
        start=start,
        end=start + duration_of(_text(event, "duration"), what),
        room=room,
        track=limited(_text(event, "track"), 200, f"The track of session {external_id}"),
        subtitle=limited(_text(event, "subtitle"), 400, f"The subtitle of session {external_id}"),
        abstract=clean(_text(event, "abstract")),
        description=clean(_text(event, "description")),
        kind=one_line(_text(event, "type"))[:80] or "talk",
        language=one_line(_text(event, "language"))[:20],
        do_not_record=recording is not None and _text(recording, "optout").strip().lower() in ("true", "1"),
        links=links_of([(link.get("href", ""), link.text or "") for link in event.iterfind("links/link")]),
        attachments=links_of([(link.get("href", ""), link.text or "") for link in event.iterfind("attachments/attachment")]),
        persons=[_person(person) for person in event.iterfind("persons/person") if one_line(person.text or "")],
        extra={name: value for name, value in extra.items() if value},
    )


def _person(person: Element) -> Person:
    return Person(
        limited(person.text or "", 200, "The name of a person"),
        limited(person.get("id", ""), 80, "The id of a person") or None,
        person.get("guid", ""),
    )


def _text(parent: Element, name: str) -> str:
    child = parent.find(name)
    return (child.text or "") if child is not None else ""
