"""Organisations from a file or a paste. A name that is there already is changed, so that sending it again doubles nobody."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ValidationError

from eventsvc.accounts.models import User
from eventsvc.audit.rules import record
from eventsvc.core import sheet
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.core.forms import errors_of
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.members.forms import AllowanceForm, OrganisationRow
from eventsvc.members.models import Organisation
from eventsvc.members.rules import allowances, organisations

COLUMNS = {
    **dict.fromkeys(("name", "organisation", "organization", "company", "member"), "name"),
    **dict.fromkeys(("domains", "domain", "email domains", "e mail domains", "mail domains", "website"), "domains"),
    **dict.fromkeys(("code", "member code", "membercode"), "code"),
    **dict.fromkeys(("email", "e mail", "contact", "contact email", "contact e mail"), "email"),
    **dict.fromkeys(("kind", "level", "type"), "kind"),
    **dict.fromkeys(("free", "free places", "allowance", "places"), "free"),
}
KINDS = {"partner": "partner", "partner organisation": "partner", "public": "public", "public body": "public"}


@dataclass
class Brought:
    """What came of a file: how many are new, how many changed, and what is wrong by line number; with that, nothing was kept."""

    added: int = 0
    changed: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)


async def bring(user: User, event: Event, raw: bytes) -> Brought:
    """All lines or none. Raises Forbidden, sheet.BadFile when there is no column with names."""
    await organisations.may_change(user, event.organiser)
    result = Brought()
    rows = _rows(raw, result)
    try:
        async with transaction():
            for line, row in rows:
                await _one(user, event, line, row, result)
            if result.wrong:
                raise _Undo
            await record("organisations.imported", event, by=user.label, added=result.added, changed=result.changed)
    except _Undo:
        result.added = result.changed = 0
    return result


class _Undo(Exception):
    """Leaves the transaction without keeping anything."""


async def _one(user: User, event: Event, line: int, row: OrganisationRow, result: Brought) -> None:
    known = await Organisation.get_or_none(organiser_id=event.organiser_id, name=row.name).prefetch_related("domains")
    if known:
        row.domains = list(dict.fromkeys([*(one.domain for one in known.domains), *row.domains]))
        row.email = row.email or known.email or None
    try:
        one = await organisations.write(event.organiser, known, row, by=user.label)
        if row.free is not None:
            await allowances.change(event, one, AllowanceForm(free=row.free), by=user.label)
    except Refused as refusal:
        result.wrong.append((line, refusal.sentence))
    result.added, result.changed = result.added + (known is None), result.changed + (known is not None)


def _rows(raw: bytes, result: Brought) -> list[tuple[int, OrganisationRow]]:
    """The good lines; the bad ones go into the result."""
    page = next((one for one in sheet.sheets(raw) if one.rows), sheet.Sheet())
    heads = [COLUMNS.get(fold(str(cell)).replace("_", " "), "") for cell in page.rows[0][1]] if page.rows else []
    if "name" not in heads:
        raise sheet.BadFile("The first line must name the columns; there is none called name. Others: domains, code, email, kind, free.")
    found, seen = [], set[str]()
    for line, cells in sheet.cells(page, heads, 1):
        values = {name: str(cell).strip() for name, cell in cells.items()}
        values["kind"] = KINDS.get(fold(values.get("kind", "")), "member")
        try:
            row = OrganisationRow.model_validate(values)
        except ValidationError as exc:
            result.wrong += [(line, f"{name.partition('-')[0]}: {said}") for name, said in errors_of(exc)]
            continue
        if row.name in seen:
            result.wrong.append((line, f"“{row.name}” is there twice."))
        seen.add(row.name)
        found.append((line, row))
    return found
