"""pretalx: pages of its API (submissions, talks, speakers, slots, rooms, tracks, submission types) as an offer.

Both shapes are read: the one until 2025 (names spelled out, one `slot`) and the one since (numbers, or objects with `?expand=`; `slots`).
Several pages together explain each other's numbers.
"""

from __future__ import annotations

from typing import Any

from eventsvc.agenda.forms import moments
from eventsvc.agenda.forms.columns import CODE, kind_of
from eventsvc.agenda.forms.offer import Frame, Offer, OfferedPlace, OfferedSession, OfferedSpeaker, Who, Wrong, each, text_of
from eventsvc.agenda.models import BREAK, SessionState
from eventsvc.core.text import clean, one_line

STATES = {"confirmed": SessionState.CONFIRMED, "accepted": SessionState.DRAFT, "canceled": SessionState.CANCELLED}
EXPAND = "?expand=speakers,track,submission_type,slots,slots.room"


def knows(document: Any) -> bool:
    return any(_kind(row) for row in _rows(document))


def _rows(document: Any) -> list[Any]:
    """The things of one page, of a list of pages, or of a plain list."""
    if isinstance(document, dict):
        results = document.get("results")
        return results if isinstance(results, list) else [document] if _kind(document) else []
    if isinstance(document, list):
        return [row for part in document for row in (_rows(part) if isinstance(part, dict) and "results" in part else [part])]
    return []


def _kind(row: Any) -> str:
    """What a row is, told by the fields that only such a thing has."""
    if not isinstance(row, dict):
        return ""
    if "title" in row and "code" in row:
        return "submission"
    if "name" in row and "code" in row:
        return "speaker"
    if "start" in row and ("submission" in row or "room" in row):
        return "slot"
    if "default_duration" in row:
        return "type"
    if "capacity" in row and "name" in row:
        return "room"
    return "track" if "color" in row and "name" in row else ""


class _Reader:
    def __init__(self, offer: Offer, frame: Frame) -> None:
        self.offer, self.frame = offer, frame
        self.names: dict[tuple[str, str], str] = {}
        self.slots: dict[str, dict[str, Any]] = {}
        self.unknown: set[str] = set()
        self.people: dict[str, str] = {}

    def room(self, row: dict[str, Any], where: str) -> None:
        name = self._named("room", row)
        capacity = row.get("capacity")
        fits = isinstance(capacity, int) and not isinstance(capacity, bool) and 0 < capacity <= 200_000
        self.offer.rooms.append(OfferedPlace(name, {"capacity": capacity} if fits else {}))

    def track(self, row: dict[str, Any], where: str) -> None:
        self.offer.tracks.append(OfferedPlace(self._named("track", row)))

    def type(self, row: dict[str, Any], where: str) -> None:
        self._named("submission_type", row)

    def _named(self, what: str, row: dict[str, Any]) -> str:
        name = _line(row.get("name"))
        if not name:
            raise Wrong(f"This {what} has no name.")
        self.names[what, str(row.get("id"))] = name
        return name

    def speaker(self, row: dict[str, Any], where: str) -> None:
        who = self._who(row)
        if not who.name:
            raise Wrong("This speaker has no name.")
        values = {"name": who.name, "biography": clean(text_of(row.get("biography")))[:20_000], "email": who.email}
        known = next((one for one in self.offer.speakers if one.who.code == who.code and who.code), None)
        if known is None:
            self.offer.speakers.append(OfferedSpeaker(where, who, {name: text for name, text in values.items() if text}))
        else:
            known.values |= {name: text for name, text in values.items() if text}

    def _who(self, row: Any) -> Who:
        """A speaker as an object, or only their code."""
        if isinstance(row, str):
            code = one_line(row)[:20]
            return Who(self.people.get(code, ""), code)
        code, email = _line(row.get("code"))[:20], _line(row.get("email")).lower()
        name = _line(row.get("name"))
        self.people[code] = name or self.people.get(code, "")
        return Who(self.people[code], code if CODE.fullmatch(code) else "", email if "@" in email else "")

    def slot(self, row: dict[str, Any], where: str) -> None:
        submission = row.get("submission")
        code = _line(submission.get("code") if isinstance(submission, dict) else submission)
        self.slots[str(row.get("id"))] = row
        if isinstance(submission, dict) and submission.get("title"):
            self.submission({**submission, "slots": [{**row, "submission": None}]}, where)
        elif code:
            start, end, room = self._place(row)
            if start:
                self.offer.sessions.append(OfferedSession(where, code=code, room=room, start=start, end=end, only_known=True))
        elif (title := _line(row.get("description"))) and (place := self._place(row))[0]:
            start, end, _ = place
            values = {"kind": BREAK, "state": SessionState.CONFIRMED}
            self.offer.sessions.append(OfferedSession(where, title=title, values=values, start=start, end=end))

    def submission(self, row: dict[str, Any], where: str) -> None:
        code, title = _line(row.get("code")), _line(row.get("title"), 400)
        state = _line(row.get("state")) or "confirmed"
        if state not in STATES:
            raise Wrong(f"Left out: it is {state[:30]}, so it is no session.")
        if not title or not CODE.fullmatch(code):
            raise Wrong("This submission has no title or no code.")
        given = row.get("speakers")
        speakers = [self._who(one) for one in given if isinstance(one, str | dict)] if isinstance(given, list) else None
        for one in given if isinstance(given, list) else []:
            if isinstance(one, dict) and _line(one.get("name")):
                self.speaker(one, where)
        start, end, room = self._place(self._first_slot(row))
        values: dict[str, Any] = {name: clean(text_of(row.get(name))) for name in ("abstract", "description") if row.get(name)}
        values["state"] = STATES[state]
        if kind := self._name_of("submission_type", row.get("submission_type")):
            values["kind"] = kind_of(kind)[:80]
        if language := _line(row.get("content_locale")):
            values["language"] = language[:20]
        if isinstance(row.get("do_not_record"), bool):
            values["do_not_record"] = row["do_not_record"]
        duration = row.get("duration")
        self.offer.sessions.append(
            OfferedSession(
                where,
                title=title,
                code=code,
                values=values,
                track=self._name_of("track", row.get("track")) or None,
                room=room,
                start=start,
                end=end,
                minutes=moments.minutes(duration) if isinstance(duration, int) and duration > 0 else None,
                speakers=speakers,
            )
        )

    def _first_slot(self, row: dict[str, Any]) -> dict[str, Any]:
        slots = [self.slots.get(str(one), {}) if not isinstance(one, dict) else one for one in row.get("slots") or []]
        old = row.get("slot")
        return next((one for one in slots if one.get("start")), old if isinstance(old, dict) else {})

    def _place(self, slot: dict[str, Any]) -> tuple[Any, Any, str | None]:
        start = moments.moment(text_of(slot.get("start")), None, self.frame)
        end = moments.moment(text_of(slot.get("end")), None, self.frame)
        moments.within(start, self.frame)
        return start, moments.ends(start, end) if start else None, self._name_of("room", slot.get("room")) or None

    def _name_of(self, what: str, value: Any) -> str:
        """A name as such, as an object, in several languages, or as a number that another page explains."""
        if isinstance(value, dict):
            return _line(value["name"]) if "name" in value else _line(value)
        if isinstance(value, int) and not isinstance(value, bool):
            name = self.names.get((what, str(value)), "")
            if not name:
                self.unknown.add(what)
            return name
        return _line(value)


def read(documents: list[Any], offer: Offer, frame: Frame) -> None:
    """Pages in any order: rooms, tracks and types explain the numbers of the others, so they come first."""
    rows: dict[str, list[Any]] = {}
    for document in documents:
        for row in _rows(document):
            rows.setdefault(_kind(row), []).append(row)
    reader = _Reader(offer, frame)
    for one in rows.get("speaker", []):
        reader.people[_line(one.get("code"))[:20]] = _line(one.get("name"))
    for one in rows.get("slot", []):
        reader.slots[str(one.get("id"))] = one
    together = "submission" in rows
    for what in ("room", "track", "type", "speaker", "submission", *(() if together else ("slot",))):
        each(rows.get(what), offer, what, getattr(reader, what))
    if together:
        pauses = [one for one in rows.get("slot", []) if not one.get("submission")]
        each(pauses, offer, "slot", reader.slot)
    if reader.unknown:
        words = " and ".join(sorted(word.replace("submission_type", "type") + "s" for word in reader.unknown))
        offer.notes.append(
            f"This page has only numbers for {words}, so they stay as they are. Fetch it with {EXPAND}, or choose those pages too."
        )


def _line(value: Any, limit: int = 200) -> str:
    return one_line(text_of(value))[:limit]
