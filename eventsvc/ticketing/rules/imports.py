"""Attendees from a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import ValidationError

from eventsvc.core.db import savepoint, transaction
from eventsvc.core.errors import Refused
from eventsvc.core.forms import errors_of
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import AttendeeRow, OrderForm, TicketWanted
from eventsvc.ticketing.models import HOLDING, Ticket, TicketType
from eventsvc.ticketing.rules.placing import place_order

MAX_ROWS = 50_000
_ALIASES = {
    **dict.fromkeys(("name", "full name", "attendee name"), "name"),
    **dict.fromkeys(("email", "e-mail", "email address"), "email"),
    **dict.fromkeys(("organisation", "organization", "company"), "organisation"),
    **dict.fromkeys(("job title", "title", "role"), "job_title"),
}


class BadFile(Refused):
    status = 422
    kind = "bad-file"
    title = "That file cannot be read"


@dataclass
class Imported:
    """What came of a file: how many were added, how many were there already, and what is wrong by line number."""

    added: int = 0
    known: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


async def import_attendees(
    event: Event,
    raw: bytes,
    ticket_type: TicketType,
    *,
    partial: bool = False,
    letters: bool = False,
    by: str = "",
    progress: Callable[[int, int], None] = lambda done, all_: None,
) -> Imported:
    """One order with one ticket for each line. With bad lines nothing is kept, unless `partial`. Sending it again adds nobody twice.

    Raises BadFile when it is not a CSV file with the columns name and email.
    """
    rows, result = _rows(raw)
    if result.wrong and not partial:
        return result
    known = {
        (str(name), str(email))
        for name, email in await Ticket.filter(event=event, ticket_type=ticket_type, state__in=HOLDING).values_list("name", "email")
    }
    try:
        async with transaction():
            await _place(event, rows, ticket_type, known, result, letters, by, progress)
            if result.wrong and not partial:
                raise _Undo
    except _Undo:
        result.added = 0
    return result


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


async def _place(
    event: Event,
    rows: list[tuple[int, AttendeeRow]],
    ticket_type: TicketType,
    known: set[tuple[str, str]],
    result: Imported,
    letters: bool,
    by: str,
    progress: Callable[[int, int], None],
) -> None:
    for index, (line, row) in enumerate(rows):
        progress(index + 1, len(rows))
        if (row.name, row.email) in known:
            result.known += 1
            continue
        wanted = OrderForm(
            email=row.email,
            tickets=[TicketWanted(ticket_type=ticket_type.code, name=row.name, organisation=row.organisation, job_title=row.job_title)],
        )
        try:
            async with savepoint():
                await place_order(event, wanted, source="import", letter=letters, by=by)
        except Refused as refusal:
            result.wrong.append((line, refusal.sentence))
            continue
        known.add((row.name, row.email))
        result.added += 1


def _rows(raw: bytes) -> tuple[list[tuple[int, AttendeeRow]], Imported]:
    """The good lines, and a result that lists the bad ones."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # what Excel writes in the UK
    if "\x00" in text:
        raise BadFile("That is not a CSV file. Save the sheet as CSV (UTF-8) and try again.")
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else "\t" if "\t" in first else ",")
    columns = {name: _ALIASES.get(fold(name).replace("_", " "), "") for name in reader.fieldnames or []}
    missing = {"name", "email"} - set(columns.values())
    if missing:
        raise BadFile(f"The first line must name the columns; there is none called {' or '.join(sorted(missing))}.")
    rows: list[tuple[int, AttendeeRow]] = []
    result = Imported()
    for raw_row in reader:
        values = {columns[name]: value or "" for name, value in raw_row.items() if name and isinstance(value, str) and columns.get(name)}
        if not any(values.values()):
            continue
        try:
            rows.append((reader.line_num, AttendeeRow.model_validate(values)))
        except ValidationError as exc:
            result.wrong += [(reader.line_num, f"{name}: {said}") for name, said in errors_of(exc)]
        if len(rows) > MAX_ROWS:
            raise BadFile(f"At most {MAX_ROWS} lines at once.")
    return rows, result
