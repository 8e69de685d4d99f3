"""Questions at registration: added, changed, put in order, retired. What was answered keeps the meaning it had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import fetch, transaction
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.text import fold
from eventsvc.events.models import Event
from eventsvc.events.rules import touch
from eventsvc.ticketing.forms.questions import QuestionForm
from eventsvc.ticketing.models import CHOSEN, AskedWhen, QuestionKind, SensitiveAnswer, Ticket, TicketQuestion, TicketType

AT_MOST = 40
MEANING = ("kind", "label", "choices")


class Fixed(Refused):
    """What people answered under a promise keeps it."""

    status = 422
    kind = "invalid"
    title = "People have answered this already"


class BadQuestion(Refused):
    status = 422
    kind = "invalid"
    title = "That question cannot be asked"


async def questions_of(event: Event) -> list[TicketQuestion]:
    """The questions asked now, in order."""
    return await TicketQuestion.filter(event=event, retired_at=None)


async def question_of(event: Event, code: str) -> TicketQuestion:
    """Raises NotFound."""
    found = await TicketQuestion.get_or_none(event=event, code=code)
    if found is None:
        raise NotFound("There is no such question at this event.")
    return found


def options(one: TicketQuestion) -> list[str]:
    """Answers that another question can depend on."""
    return {QuestionKind.YES_NO: ["yes", "no"], QuestionKind.CONSENT: ["yes"]}.get(one.kind, one.choices if one.kind in CHOSEN else [])


def can_depend_on(questions: Iterable[TicketQuestion], known: TicketQuestion | None) -> list[TicketQuestion]:
    """Those before `known` (or all, for a new one) whose answers are among few."""
    return [one for one in questions if one.kind in CHOSEN and (known is None or (one.position, one.id) < (known.position, known.id))]


async def save(event: Event, known: TicketQuestion | None, wanted: QuestionForm, *, by: str) -> TicketQuestion:
    """A new question at the end, or a known one changed. Raises BadQuestion, Fixed when its privacy would change under answers."""
    async with transaction():
        await _hold(event)
        values, everything = wanted.columns(), list(await TicketQuestion.filter(event=event))
        types = set(await TicketType.filter(event=event).values_list("code", flat=True))
        values["ticket_types"] = [code for code in dict.fromkeys(values["ticket_types"]) if code in types]
        if known is None:
            if len(everything) >= AT_MOST:
                raise BadQuestion(f"{AT_MOST} questions are as many as anybody can answer. Retire one first.", field="label")
            _check_condition([one for one in everything if not one.retired_at], None, values)
            code, last = _free_code(wanted.label, {one.code for one in everything}), max((one.position for one in everything), default=-1)
            known = await TicketQuestion.create(event=event, code=code, position=last + 1, **values)
        else:
            known = next(one for one in everything if one.id == known.id)
            _check_condition([one for one in everything if not one.retired_at], known, values)
            if values["sensitive"] != known.sensitive and await answered(known):
                raise Fixed("People have answered this: whether it is sensitive stays. Retire it and ask another.", field="sensitive")
            _check_dependants(everything, known, values)
            before = known.as_it_was(known.version)
            if any(values[name] != getattr(known, name) for name in MEANING):
                values |= {"version": known.version + 1, "earlier": [*known.earlier, before]}
            await known.change(**values)
        await touch(event)
        await record("question.saved", event, by=by, question=known.code, version=known.version)
    return known


async def _hold(event: Event) -> None:
    """Those who change the questions of an event take turns."""
    await fetch("UPDATE event SET version = version WHERE id = $1 RETURNING id", event.id)


def _check_condition(everything: list[TicketQuestion], known: TicketQuestion | None, values: dict[str, Any]) -> None:
    before = {one.code: one for one in can_depend_on(everything, known)}
    for row in [row for rows in values["shown_if"].values() for row in rows]:
        other = before.get(row["question"])
        if other is None or row["is"] not in options(other):
            raise BadQuestion("It can only depend on an answer to a question before it.", field="conditions")
        if other.sensitive and not values["sensitive"]:
            raise BadQuestion(f"It would give away who answered “{other.label}”: make this one sensitive too.", field="conditions")
        if other.asked == AskedWhen.LATER and values["asked"] == AskedWhen.NOW:
            raise BadQuestion(f"“{other.label}” is asked later, so ask this one later too.", field="asked")


def _check_dependants(everything: list[TicketQuestion], known: TicketQuestion, values: dict[str, Any]) -> None:
    """Others that depend on an answer to this one keep an answer to depend on."""
    changed = TicketQuestion(**{"code": known.code, **{name: values[name] for name in ("kind", "choices", "sensitive", "asked", "label")}})
    for one in dependants(everything, known.code):
        rows = [row for rows in one.shown_if.values() for row in rows if row["question"] == known.code]
        if any(row["is"] not in options(changed) for row in rows):
            raise BadQuestion(f"“{one.label}” depends on an answer that would be gone. Change that question first.", field="choices")
        if (changed.sensitive and not one.sensitive) or (changed.asked == AskedWhen.LATER and one.asked == AskedWhen.NOW):
            raise BadQuestion(f"“{one.label}” depends on this. Change that question first.", field="label")


def dependants(everything: Iterable[TicketQuestion], code: str) -> list[TicketQuestion]:
    """Questions asked now that depend on this one."""
    return [
        one for one in everything if not one.retired_at and any(row["question"] == code for rows in one.shown_if.values() for row in rows)
    ]


def _free_code(label: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:34].strip("_") or "question"
    return next(code for code in [base, *(f"{base}_{n}" for n in range(2, 1000))] if code not in taken)


async def answered(question: TicketQuestion) -> bool:
    """Has anybody answered it? (JSON is compared here: the two databases do not ask it alike.)"""
    if await SensitiveAnswer.exists(question=question):
        return True
    kept = await Ticket.filter(event_id=question.event_id).values_list("answers", flat=True)
    return any(isinstance(one, dict) and isinstance(one.get(question.code), dict) for one in kept)


async def retire(event: Event, question: TicketQuestion, *, by: str) -> None:
    """Ask it no more. One that nobody has answered goes. Raises BadQuestion while another depends on it."""
    async with transaction():
        await _hold(event)
        for one in dependants(await questions_of(event), question.code):
            raise BadQuestion(f"“{one.label}” depends on this one. Change or retire that first.")
        if await answered(question):
            await question.change(retired_at=now())
        else:
            await question.delete()
        await touch(event)
        await record("question.retired", event, by=by, question=question.code)


async def restore(event: Event, question: TicketQuestion, *, by: str) -> None:
    """Ask a retired question again, as the last one and without a condition: what it depended on may be gone."""
    async with transaction():
        await _hold(event)
        last = await TicketQuestion.filter(event=event).order_by("-position").first()
        await question.change(retired_at=None, shown_if={}, position=last.position + 1 if last else 0)
        await touch(event)
        await record("question.restored", event, by=by, question=question.code)


async def move(event: Event, question: TicketQuestion, places: int, *, by: str) -> None:
    """So many places down (or up, below 0). Raises BadQuestion where it would come before what it depends on, or after what needs it."""
    async with transaction():
        await _hold(event)
        rows = await questions_of(event)
        here = next((n for n, one in enumerate(rows) if one.id == question.id), 0)
        rows.insert(max(0, min(len(rows) - 1, here + places)), rows.pop(here))
        seen: set[str] = set()
        for one in rows:
            if any(row["question"] not in seen for wanted in one.shown_if.values() for row in wanted):
                raise BadQuestion(f"“{one.label}” depends on another question, which has to come before it.")
            seen.add(one.code)
        for position, one in enumerate(rows):
            if one.position != position:
                await one.change(position=position)
        await touch(event)
        await record("question.moved", event, by=by, question=question.code)
