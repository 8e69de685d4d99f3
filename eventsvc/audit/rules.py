"""record(): the one way into the journal."""

from __future__ import annotations

from typing import Any, Protocol

from eventsvc.audit.models import Entry


class Subject(Protocol):
    """Anything with a name in the journal: `journal_name()` gives (event id or None, kind, code)."""

    def journal_name(self) -> tuple[int | None, str, str]: ...


async def record(action: str, subject: Subject, *, by: str = "", **facts: Any) -> None:
    """Write one entry in the running transaction. `by` says who acted, as a person would ('Olga Organiser', 'token cli')."""
    event_id, kind, code = subject.journal_name()
    await Entry.create(event_id=event_id, action=action, subject_kind=kind, subject=code, actor=by[:120], facts=facts)
