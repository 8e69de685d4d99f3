"""Tables of sessions and speakers: what their columns are called, and what is in each row."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from eventsvc.agenda.forms import moments
from eventsvc.agenda.forms.offer import Frame, Offer, OfferedSession, OfferedSpeaker, Who, Wrong
from eventsvc.agenda.models import SessionState
from eventsvc.core.forms import Email, FormModel, Line, Name, errors_of
from eventsvc.core.sheet import Cell, Sheet, cells
from eventsvc.core.text import clean, fold, one_line

SESSION_COLUMNS = {
    "code": "code, session code, session id, proposal code, id",
    "title": "title, session title, session name, session, talk, talk title, proposal title",
    "subtitle": "subtitle, sub title",
    "abstract": "abstract, summary, short description, teaser",
    "description": "description, long description, details",
    "kind": "kind, type, format, session type, session format, submission type, proposal type, session kind",
    "track": "track, theme, stream, topic, assigned track, track name",
    "room": "room, hall, location, venue, stage, room name",
    "language": "language, lang, locale",
    "date": "date, day, session date",
    "start": "start, starts, start time, begin, begins, from, starts at, scheduled at, start date, time",
    "end": "end, ends, end time, until, to, ends at, finish, end date",
    "minutes": "minutes, length, duration, mins, duration minutes, length minutes, scheduled duration, minutes long",
    "state": "state, status",
    "speakers": "speakers, speaker, presenters, presenter, speaker names, speaker name, by, presented by, owner",
    "speaker_codes": "speaker codes, speaker code, speaker ids, speaker id",
    "speaker_emails": "speaker emails, speaker email, emails, email, owner email",
    "chair": "chair, moderator, session chair, host",
    "chair_code": "chair code",
    "setup_minutes": "setup minutes, set up minutes, setup, set up",
    "do_not_record": "do not record, no recording",
}
SPEAKER_COLUMNS = {
    "code": "code, speaker code, id, speaker id",
    "name": "name, full name, speaker, speaker name, display name",
    "first": "first name, firstname, given name, forename",
    "last": "last name, lastname, surname, family name",
    "organisation": "organisation, organization, company, affiliation, institution, employer",
    "job_title": "job title, title, role, position, tagline, tag line",
    "biography": "biography, bio, about, about me, profile",
    "email": "email, email address, mail, e mail",
    "listed": "listed, public",
}
STATES = {
    SessionState.DRAFT: "draft, accepted, nominated, planned, new",
    SessionState.CONFIRMED: "confirmed, published, public, yes",
    SessionState.CANCELLED: "cancelled, canceled, withdrawn, no",
}
LEFT_OUT = {"submitted", "rejected", "declined", "waitlisted", "waitlist", "in evaluation", "accept queue", "decline queue", "deleted"}
"""States of proposals that are no sessions (yet)."""
PAUSES = {"break", "pause", "lunch", "coffee", "coffee break", "tea break", "service session", "lunch break", "interval"}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,19}")
_TELLING = {"abstract", "description", "start", "room", "track", "kind", "minutes", "speakers", "date", "subtitle", "speaker_codes"}
"""Columns that only a table of sessions has."""


Words = Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=400)]
"""One line of the length that a title may have."""
Long = Annotated[str, BeforeValidator(clean), Field(max_length=100_000)]
"""Several lines; as long as a schedule from elsewhere may have brought."""


class SessionRow(FormModel):
    """The texts of a session, when they are given."""

    model_config = ConfigDict(str_max_length=100_000)

    title: Words | None = None
    subtitle: Words | None = None
    abstract: Long | None = None
    description: Long | None = None
    kind: Annotated[Name, Field(max_length=80)] | None = None
    language: Annotated[Line, Field(max_length=20)] | None = None
    track: Annotated[Line, Field(max_length=200)] | None = None
    room: Annotated[Line, Field(max_length=200)] | None = None


class SpeakerRow(FormModel):
    model_config = ConfigDict(str_max_length=100_000)

    name: Name | None = None
    organisation: Line | None = None
    job_title: Line | None = None
    biography: Long | None = None
    email: Email | None = None


def _lookup(columns: dict[str, str]) -> dict[str, str]:
    return {word.strip(): name for name, words in columns.items() for word in (*words.split(","), name.replace("_", " "))}


_SESSION, _SPEAKER = _lookup(SESSION_COLUMNS), _lookup(SPEAKER_COLUMNS)
_STATE = {word.strip(): state for state, words in STATES.items() for word in words.split(",")}


def heading(cell: Cell) -> str:
    """What a column is called, without case, brackets and the like: 'Duration (min.)' → 'duration'."""
    return re.sub(r"[^a-z0-9]+", " ", fold(re.sub(r"\(.*?\)|\[.*?\]|\*", "", str(cell)))).strip()


def read(sheet: Sheet, offer: Offer, frame: Frame) -> bool:
    """Put what is in a table into the offer; False for a table of something else."""
    best: tuple[int, int, str, list[str]] = (0, 0, "", [])
    for index, (_, row) in enumerate(sheet.rows[:8]):
        for what, lookup in (("sessions", _SESSION), ("speakers", _SPEAKER)):
            columns = _named(row, lookup)
            if (said := _score(what, set(columns))) > best[0]:
                best = (said, index + 1, what, columns)
    score, first, what, columns = best
    if not score:
        return False
    take = _session if what == "sessions" else _speaker
    for number, row_cells in cells(sheet, columns, first):
        where = f"{sheet.name}, row {number}" if sheet.name else f"line {number}"
        try:
            take(row_cells, where, offer, frame)
        except Wrong as wrong:
            offer.wrong.append((where, str(wrong)))
    return True


def _named(row: list[Cell], lookup: dict[str, str]) -> list[str]:
    """Each column's name, the first of a name only."""
    found: list[str] = []
    for cell in row:
        name = lookup.get(heading(cell), "")
        found.append(name if name not in found else "")
    return found


def _score(what: str, columns: set[str]) -> int:
    """How much a row looks like the head of such a table."""
    if what == "sessions":
        if "title" in columns or ("code" in columns and len(columns & _TELLING) > 0):
            # A title beside a speaker is a session's, beside a name a person's.
            return 2 * len(columns & _TELLING) + (100 if {"title", "speakers"} <= columns else 1)
        return 0
    return 2 * len(columns - {""}) if columns & {"name", "first", "email"} else 0


def _texts(row: dict[str, Cell], model: type[FormModel]) -> dict[str, Any]:
    """The cells that have something in them, judged by their model. Raises Wrong."""
    given = {name: _text(cell) for name, cell in row.items() if name in model.model_fields and _text(cell).strip()}
    try:
        return model.model_validate(given).model_dump(exclude_none=True)
    except ValidationError as exc:
        raise Wrong(" ".join(f"{name.replace('_', ' ').capitalize()}: {said}" for name, said in errors_of(exc))) from None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def _session(row: dict[str, Cell], where: str, offer: Offer, frame: Frame) -> None:
    if (state := state_of(row.get("state", ""))) == "out":
        offer.wrong.append((where, f"Left out: its state is “{one_line(_text(row['state']))[:30]}”, so it is no session."))
        return
    texts = _texts(row, SessionRow)
    on = moments.day(row.get("date", ""), frame)
    start = moments.moment(row.get("start", ""), on, frame)
    end = moments.moment(row.get("end", ""), start.date() if start else on, frame)
    if end and not start:
        raise Wrong("It has an end and no start.")
    moments.within(start, frame)
    values = {name: value for name, value in texts.items() if name not in ("title", "track", "room")}
    if isinstance(state, SessionState):
        values["state"] = state
    if (said := one_line(_text(row.get("do_not_record", "")))) != "":
        values["do_not_record"] = yes(said)
    if (setup := one_line(_text(row.get("setup_minutes", "")))) != "":
        values["setup_minutes"] = 0 if setup in ("0", "-") else moments.minutes(setup)
    offer.sessions.append(
        OfferedSession(
            where,
            title=texts.get("title", ""),
            code=code_of(row.get("code", "")),
            values=values,
            track=texts.get("track"),
            room=texts.get("room"),
            start=start,
            end=moments.ends(start, end),
            minutes=moments.minutes(row.get("minutes", "")),
            speakers=_bill(row),
            chair=next(iter(people(_text(row.get("chair", "")), _text(row.get("chair_code", "")), "")), None),
        )
    )


def _bill(row: dict[str, Cell]) -> list[Who] | None:
    said = [_text(row.get(name, "")) for name in ("speakers", "speaker_codes", "speaker_emails")]
    return people(*said) or None


def people(names: str, codes: str, emails: str) -> list[Who]:
    """Who is named in a cell: cut at semicolons, new lines and bars; at commas only where each part is a name of several words."""
    parts = _parts(names)
    if len(parts) == 1 and "," in parts[0]:
        cut = [part.strip() for part in re.split(r",| and | & ", parts[0]) if part.strip()]
        parts = cut if all(" " in part for part in cut) else parts
    given_codes, given_emails = _parts(codes), [email.lower() for email in _parts(emails)]
    if given_codes and len(given_codes) != len(parts):
        parts = [""] * len(given_codes)  # the codes say who it is
    count = max(len(parts), len(given_codes), len(given_emails) if not parts else 0)
    found = []
    for index in range(count):
        name = parts[index] if index < len(parts) else ""
        if len(name) > 200:
            raise Wrong("The name of a speaker is longer than 200 characters. Put semicolons between the names.")
        email = given_emails[index] if len(given_emails) in (count, 1) and index < len(given_emails) else ""
        found.append(Who(name, given_codes[index] if given_codes else "", email if re.fullmatch(r"[^@\s]+@[^@\s]+", email) else ""))
    return found


def _parts(text: str) -> list[str]:
    return [part for part in map(one_line, re.split(r"[;\n\r|]", text)) if part]


def _speaker(row: dict[str, Cell], where: str, offer: Offer, frame: Frame) -> None:
    names = {name: row[name] for name in ("first", "last") if _text(row.get(name, "")).strip()}
    if not _text(row.get("name", "")).strip() and names:
        row = {**row, "name": " ".join(_text(cell) for cell in names.values())}
    texts = _texts(row, SpeakerRow)
    code = code_of(row.get("code", ""))
    if not (texts.get("name") or code or texts.get("email")):
        raise Wrong("Name: fill this in.")
    if (said := one_line(_text(row.get("listed", "")))) != "":
        texts["listed"] = yes(said)
    who = Who(texts.get("name", ""), code, texts.get("email", ""))
    offer.speakers.append(OfferedSpeaker(where, who, texts, listed=True))


def code_of(cell: Cell) -> str:
    """A code as addresses have it. Raises Wrong."""
    code = one_line(_text(cell))
    if code and (not CODE.fullmatch(code) or code in ("new", "import")):
        raise Wrong(f"The code “{code[:30]}” cannot be used: 2 to 20 letters and digits.")
    return code


def state_of(cell: Cell) -> SessionState | str:
    """A state by any of its names; "" for none, "out" for that of a proposal which is no session. Raises Wrong."""
    said = heading(cell)
    if said in LEFT_OUT:
        return "out"
    if said and said not in _STATE:
        raise Wrong(f"There is no state “{said[:30]}”. Use draft, confirmed or cancelled.")
    return _STATE.get(said, "")


def kind_of(text: str) -> str:
    """'Coffee break' is a break; anything else is called what it is called."""
    return "break" if fold(text) in PAUSES else text


def yes(text: str) -> bool:
    """Yes or no, in the words of a spreadsheet. Raises Wrong."""
    said = text.casefold()
    if said in ("yes", "y", "true", "1", "x", "on"):
        return True
    if said in ("no", "n", "false", "0", "-", "off"):
        return False
    raise Wrong(f"“{text[:20]}” is neither yes nor no.")
