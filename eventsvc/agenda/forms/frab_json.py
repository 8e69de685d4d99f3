"""frab JSON (c3voc schema, pretalx's export) → Schedule."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

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
        data = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as exc:
        raise BadSchedule(f"This is not well-formed JSON: line {exc.lineno}, column {exc.colno}. Perhaps the file is cut off.") from None
    conference = _dig(data, "schedule", "conference")
    if not isinstance(conference, dict) or not isinstance(conference.get("days"), list):
        raise BadSchedule("This JSON is not a schedule: it has no schedule → conference → days.")
    schedule = _frame(conference)
    for day in conference["days"]:
        on = day_of(_str(day, "date"), "The date of a day")
        rooms = day.get("rooms") if isinstance(day, dict) else None
        for name, talks in (rooms if isinstance(rooms, dict) else {}).items():
            room = limited(str(name), 200, "The name of a room")
            if not room:
                raise BadSchedule("A room has no name. Give every room a name.")
            schedule.rooms.setdefault(room, {})
            schedule.talks += [_talk(schedule, talk, room, on) for talk in talks if isinstance(talk, dict)]
    return schedule


def _frame(conference: dict[str, Any]) -> Schedule:
    marks = [found for day in conference["days"] if (found := day_of(_str(day, "date"), "The date of a day"))]
    start = day_of(_str(conference, "start"), "The start of the conference") or (min(marks) if marks else None)
    end = day_of(_str(conference, "end"), "The end of the conference") or (max(marks) if marks else start)
    if start is None or end is None or end < start:
        raise BadSchedule("The conference has no start and end, or ends before it starts.")
    rooms = {name: room for room in _list(conference, "rooms") if (name := one_line(_str(room, "name")))}
    return Schedule(
        acronym=one_line(_str(conference, "acronym")),
        title=limited(_str(conference, "title"), 200, "The title of the conference") or "Conference",
        start=start,
        end=end,
        zone=zone_of(_str(conference, "time_zone_name")),
        rooms={name: {"guid": _str(room, "guid"), "capacity": room.get("capacity")} for name, room in rooms.items()},
        tracks={
            name: _str(track, "color")
            for track in _list(conference, "tracks")
            if (name := limited(_str(track, "name"), 200, "The name of a track"))
        },
    )


def _talk(schedule: Schedule, talk: dict[str, Any], room: str, on: date | None) -> Talk:
    external_id = limited(_str(talk, "id"), 80, "The id of a session") or None
    what = called(_str(talk, "title"), external_id)
    title = limited(_str(talk, "title"), 400, f"The title of session {external_id}")
    if not title:
        raise BadSchedule(f"{what} has no title.")
    start = moment_of(_str(talk, "date"), _str(talk, "start"), on, schedule.zone, what)
    extra = {name: value for name in KEPT if (value := one_line(_str(talk, name)))}
    extra.setdefault("origin_url", address_of(_str(talk, "url")))
    if licence := one_line(_str(talk, "recording_license")):
        extra["license"] = licence
    return Talk(
        guid=guid_of(_str(talk, "guid"), schedule.acronym, external_id, title),
        external_id=external_id,
        title=title,
        start=start,
        end=start + duration_of(_str(talk, "duration"), what),
        room=room,
        track=limited(_str(talk, "track"), 200, f"The track of session {external_id}"),
        subtitle=limited(_str(talk, "subtitle"), 400, f"The subtitle of session {external_id}"),
        abstract=clean(_str(talk, "abstract")),
        description=clean(_str(talk, "description")),
        kind=one_line(_str(talk, "type"))[:80] or "talk",
        language=one_line(_str(talk, "language"))[:20],
        do_not_record=talk.get("do_not_record") is True,
        links=links_of([(_str(link, "url") or _str(link, "href"), _str(link, "title")) for link in _list(talk, "links")]),
        attachments=links_of([(_str(link, "url") or _str(link, "href"), _str(link, "title")) for link in _list(talk, "attachments")]),
        persons=[person for one in _list(talk, "persons") if (person := _person(one)).name],
        extra={name: value for name, value in extra.items() if value},
    )


def _person(person: dict[str, Any]) -> Person:
    return Person(
        limited(_str(person, "public_name") or _str(person, "name") or _str(person, "full_public_name"), 200, "The name of a person"),
        limited(_str(person, "id") or _str(person, "code"), 80, "The id of a person") or None,
        _str(person, "guid"),
        clean(_str(person, "biography")),
        one_line(_str(person, "organisation"))[:200],
        one_line(_str(person, "job_title"))[:200],
    )


def _dig(data: Any, *names: str) -> Any:
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _str(data: Any, name: str) -> str:
    """A member as text; a text in several languages gives the English one, else the first."""
    value = data.get(name) if isinstance(data, dict) else None
    if isinstance(value, dict):
        value = value.get("en") or next(iter(value.values()), "")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = data.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
