"""Answers of tickets: judged, kept with the version of the question they were given for, the sensitive ones apart; counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventsvc.audit.rules import record
from eventsvc.core import briefly
from eventsvc.core.db import transaction
from eventsvc.core.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm
from eventsvc.ticketing.forms.questions import Given, holds, judge, words
from eventsvc.ticketing.models import CHOSEN, HOLDING, AnswerFile, QuestionKind, SensitiveAnswer, Ticket, TicketQuestion
from eventsvc.ticketing.rules import needs


@dataclass
class Said:
    """One ticket's answers: `kept` as Ticket.answers has them, `apart` the sensitive ones with their questions."""

    kept: dict[str, Any] = field(default_factory=dict)
    apart: list[tuple[TicketQuestion, Any]] = field(default_factory=list)


async def judged(event: Event, wanted: OrderForm, *, complete: bool) -> list[Said]:
    """The answers of each ticket of an order. Raises Invalid with all that is wrong.

    `complete`: somebody sits at the page. What a system leaves out is asked in My day; codes only it knows are kept as it sent them.
    """
    everything = await briefly.keep(("questions", event.id, event.version), lambda: _everything(event))
    live, known = [one for one in everything if not one.retired_at], {one.code for one in everything}
    said, errors = [], []
    for index, ticket in enumerate(wanted.tickets):
        clean, wrong = judge(live, ticket.ticket_type, ticket.answers, complete=complete)
        errors += [(f"tickets-{index}-answers-{code}", sentence) for code, sentence in wrong]
        others = {} if complete else {code: value for code, value in ticket.answers.items() if code not in known}
        said.append(_split(live, clean, others))
    if errors:
        raise Invalid(errors)
    return said


async def _everything(event: Event) -> list[TicketQuestion]:
    """What was ever asked. Whoever changes a question raises the event's version, so what is kept is that of another version."""
    return list(await TicketQuestion.filter(event=event))


def _split(questions: Iterable[TicketQuestion], clean: Mapping[str, Any], others: Mapping[str, Any]) -> Said:
    said = Said(kept=dict(others))
    for one in questions:
        if one.code in clean and one.sensitive:
            said.apart.append((one, clean[one.code]))
        elif one.code in clean:
            said.kept[one.code] = {"answer": clean[one.code], "version": one.version}
    return said


async def keep_apart(apart: Mapping[str, list[tuple[TicketQuestion, Any]]]) -> None:
    """Seal the sensitive answers of new tickets, by ticket code."""
    if not any(apart.values()):
        return
    for ticket in await Ticket.filter(code__in=[code for code, rows in apart.items() if rows]):
        await needs.keep(ticket, apart[ticket.code])


async def forget(tickets: Iterable[Ticket]) -> None:
    """Somebody who does not come needs nothing: their sensitive answers go, and their files."""
    numbers = [one.id for one in tickets]
    await SensitiveAnswer.filter(ticket_id__in=numbers).delete()
    await AnswerFile.filter(ticket_id__in=numbers).delete()


def plain(ticket: Ticket) -> dict[str, Any]:
    """A ticket's answers to questions of ours, by code, without their versions."""
    return {code: one["answer"] for code, one in ticket.answers.items() if isinstance(one, dict) and "answer" in one}


def asked_of(ticket: Ticket, questions: Iterable[TicketQuestion]) -> list[TicketQuestion]:
    """The questions for this ticket's type, whatever they depend on. The ticket comes with its type."""
    return [one for one in questions if one.is_for(ticket.ticket_type.code)]


async def missing(ticket: Ticket, questions: Iterable[TicketQuestion]) -> list[TicketQuestion]:
    """Questions that this ticket has to answer, now or later, and has not."""
    given = {**plain(ticket), **await needs.of(ticket)}
    asked = [one for one in asked_of(ticket, questions) if holds(one.shown_if, given)]
    return [one for one in asked if one.required and one.code not in given]


async def answer(event: Event, ticket: Ticket, given: Given, *, drop: Iterable[str] = (), by: str) -> list[tuple[str, str]]:
    """Take the answers of a ticket as My day shows them: all but the sensitive, of which an empty one stays unless it is in `drop`.

    Returns what is wrong as (code, sentence); then nothing is changed.
    """
    async with transaction():
        questions = asked_of(ticket, await TicketQuestion.filter(event=event, retired_at=None))
        row = await Ticket.select_for_update().get(id=ticket.id)
        stay = {code: value for code, value in (await needs.of(ticket)).items() if code not in set(drop)}
        everything = {**stay, **{code: value for code, value in given.items() if code not in stay or value not in ("", [], None)}}
        clean, wrong = judge(questions, ticket.ticket_type.code, everything, later=True)
        if wrong:
            return wrong
        codes = {one.code for one in questions if one.kind != QuestionKind.FILE}
        said = _split(questions, clean, {code: value for code, value in row.answers.items() if code not in codes})
        await row.change(answers=said.kept)
        await SensitiveAnswer.filter(ticket=row, question_id__in=[one.id for one in questions]).delete()
        await needs.keep(row, said.apart)
        await record("ticket.answered", row, by=by)
    return []


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it, under the wording it was given for."""

    label: str
    words: str
    earlier: bool
    file: str = ""
    """Code of the question, where the answer is a file."""


def shown(ticket: Ticket, questions: Iterable[TicketQuestion]) -> list[Shown]:
    """The answers of a ticket that are not sensitive, in the order of the questions."""
    rows = []
    for one in questions:
        given = ticket.answers.get(one.code)
        if not one.sensitive and isinstance(given, dict) and "answer" in given:
            was = one.as_it_was(given["version"])
            rows.append(Shown(was["label"], words(was["kind"], given["answer"]), given["version"] != one.version, _file(one, given)))
    return rows


def _file(question: TicketQuestion, given: dict[str, Any]) -> str:
    return question.code if question.as_it_was(given["version"])["kind"] == QuestionKind.FILE else ""


@dataclass(frozen=True)
class Count:
    """How one version of a question was answered: `bars` for what can be counted, else the `texts`."""

    id: str
    label: str
    earlier: bool
    count: int
    bars: list[tuple[str, int]]
    texts: list[str]


async def counts(event: Event) -> list[Count]:
    """For each question that is not sensitive, and each of its versions that was answered; of tickets that are not cancelled."""
    tickets = await Ticket.filter(event=event, state__in=HOLDING).select_related("ticket_type")
    found = []
    for question in await TicketQuestion.filter(event=event, sensitive=False):
        by_version: dict[int, list[Any]] = {} if question.retired_at else {question.version: []}
        silent = 0
        for ticket in tickets:
            given = ticket.answers.get(question.code)
            if isinstance(given, dict) and "answer" in given:
                by_version.setdefault(given["version"], []).append(given["answer"])
            elif question.is_for(ticket.ticket_type.code):
                silent += 1
        found += [_count(question, version, by_version[version], silent) for version in sorted(by_version, reverse=True)]
    return found


def _count(question: TicketQuestion, version: int, given: list[Any], silent: int) -> Count:
    was = question.as_it_was(version)
    kind = was["kind"]
    tally = Counter(words(kind, one) for value in given for one in (value if isinstance(value, list) else [value]))
    bars: list[tuple[str, int]] = []
    if kind == QuestionKind.CONSENT and given:
        bars = [("Agreed", len(given)), *([("Not ticked", silent)] if version == question.version else [])]
    elif kind in CHOSEN and given:
        bars = [(choice, tally.get(choice, 0)) for choice in (["Yes", "No"] if kind == QuestionKind.YES_NO else was["choices"])]
    elif kind in (QuestionKind.COUNTRY, QuestionKind.NUMBER, QuestionKind.DATE):
        bars = tally.most_common(20)
    texts = [] if bars or kind in CHOSEN else list(tally)[:200]
    return Count(f"{question.code}-{version}", was["label"], version != question.version, len(given), bars, texts)


async def columns(event: Event, tickets: Iterable[Ticket]) -> tuple[list[str], list[list[str]]]:
    """Heads and cells of the answers that are not sensitive, for a file: a column for each question, and one for each earlier version."""
    questions = await TicketQuestion.filter(event=event, sensitive=False)
    rows = list(tickets)
    there: dict[str, set[int]] = {one.code: set() if one.retired_at else {one.version} for one in questions}
    for ticket in rows:
        for code, given in ticket.answers.items():
            if code in there and isinstance(given, dict) and "version" in given:
                there[code].add(given["version"])
    wanted = [(one, version) for one in questions for version in sorted(there[one.code], reverse=True)]
    heads = [one.code if version == one.version else f"{one.code} (version {version})" for one, version in wanted]
    return heads, [[_cell(ticket, one, version) for one, version in wanted] for ticket in rows]


def _cell(ticket: Ticket, question: TicketQuestion, version: int) -> str:
    given = ticket.answers.get(question.code)
    if not isinstance(given, dict) or given.get("version") != version:
        return ""
    value = given["answer"]
    return "; ".join(value) if isinstance(value, list) else words(question.as_it_was(version)["kind"], value)
