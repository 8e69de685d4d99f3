"""Sensitive answers (what people eat, what access they need): sealed, counted for those who cater, deleted after the event."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core import sealed
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.events.models import Event
from eventsvc.ticketing.forms.questions import words
from eventsvc.ticketing.models import HOLDING, SensitiveAnswer, Ticket, TicketQuestion

KEPT_FOR = timedelta(days=14)
"""After the event."""
UNREADABLE = "Cannot be read: the key of this installation has changed"


async def keep(ticket: Ticket, apart: Iterable[tuple[TicketQuestion, Any]]) -> None:
    """Seal these answers of a ticket, inside a transaction."""
    for question, value in apart:
        ciphertext = sealed.seal(json.dumps(value, ensure_ascii=False), _place(ticket.id, question.id))
        await SensitiveAnswer.create(ticket=ticket, question=question, version=question.version, ciphertext=ciphertext)


def _place(ticket_id: int, question_id: int) -> str:
    return f"answer:{ticket_id}:{question_id}"


def _open(row: SensitiveAnswer) -> Any:
    try:
        return json.loads(sealed.unseal(row.ciphertext, _place(row.ticket_id, row.question_id)))
    except sealed.Unreadable:
        return UNREADABLE


async def of(ticket: Ticket) -> dict[str, Any]:
    """A ticket's own sensitive answers by code."""
    return {row.question.code: _open(row) for row in await SensitiveAnswer.filter(ticket=ticket).select_related("question")}


async def own(ticket: Ticket) -> list[dict[str, Any]]:
    """The same for the person: what was asked, and what they said."""
    rows = await SensitiveAnswer.filter(ticket=ticket).order_by("id").select_related("question")
    return [{"question": row.question.as_it_was(row.version)["label"], "answer": _open(row)} for row in rows]


@dataclass(frozen=True)
class Need:
    """One sensitive question: how often each answer was given, by people who come."""

    question: TicketQuestion
    count: int
    rows: list[tuple[str, int]]


async def counted(event: Event) -> list[Need]:
    """All sensitive questions that are asked, or were and have answers."""
    found = []
    rows = await SensitiveAnswer.filter(question__event_id=event.id, ticket__state__in=HOLDING)
    for question in await TicketQuestion.filter(event=event, sensitive=True):
        mine = [row for row in rows if row.question_id == question.id]
        if mine or not question.retired_at:
            said = Counter(one for row in mine for one in _said(question, row))
            found.append(Need(question, len(mine), said.most_common()))
    return found


def _said(question: TicketQuestion, row: SensitiveAnswer) -> list[str]:
    value = _open(row)
    return [words(question.as_it_was(row.version)["kind"], one) for one in (value if isinstance(value, list) else [value])]


async def named(event: Event, question: TicketQuestion, *, by: str) -> list[tuple[Ticket, str]]:
    """Who answered what, by name. That somebody looked is in the journal."""
    async with transaction():
        await record("needs.read", event, by=by, question=question.code)
    rows = await SensitiveAnswer.filter(question=question, ticket__state__in=HOLDING).select_related("ticket__ticket_type")
    people = [(row.ticket, ", ".join(_said(question, row))) for row in rows]
    return sorted(people, key=lambda pair: pair[0].folded)


async def sweep() -> None:
    """Delete them two weeks after the event."""
    day = (now() - KEPT_FOR).date()
    for event in await Event.filter(end__lte=day, ticket_questions__sensitive=True).distinct():
        numbers = await SensitiveAnswer.filter(question__event_id=event.id).values_list("id", flat=True)
        if numbers and event.ends_at + KEPT_FOR <= now():
            async with transaction():
                questions = await TicketQuestion.filter(event=event, sensitive=True).values_list("id", flat=True)
                gone = await SensitiveAnswer.filter(question_id__in=list(questions)).delete()
                await record("needs.forgotten", event, by="", answers=gone)
