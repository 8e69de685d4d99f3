"""Questions as organisers make them, and judging what attendees answer: which questions are asked of a ticket, and is each answer one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from eventsvc.core import asked
from eventsvc.core.forms import FormModel, Line, Name, Prose
from eventsvc.core.text import clean
from eventsvc.ticketing.models import AskedWhen, QuestionKind, TicketQuestion

LONGEST = {QuestionKind.LINE: 300, QuestionKind.TEXT: 2000}
"""Characters in an answer."""
Given = Mapping[str, Any]
"""Answers by the code of their question: texts, lists of texts, or JSON values."""


class QuestionForm(FormModel):
    """A question as its page sends it: choices one a line, conditions as `code=answer`."""

    label: Annotated[Name, Field(max_length=300)]
    hint: Annotated[Line, Field(max_length=500)] = ""
    kind: QuestionKind = QuestionKind.LINE
    choices: Annotated[Prose, Field(max_length=5000)] = ""
    required: bool = False
    ticket_types: list[Annotated[Line, Field(max_length=40)]] = []
    asked: AskedWhen = AskedWhen.NOW
    sensitive: bool = False
    joined: Annotated[str, Field(pattern="^(all|any)$")] = "all"
    conditions: list[Annotated[Line, Field(max_length=400)]] = []

    @model_validator(mode="after")
    def _choices(self) -> QuestionForm:
        lines = self.lines
        if self.kind == QuestionKind.FILE and self.sensitive:
            raise ValueError("A file cannot be a sensitive answer. Ask for words instead, or take the tick off.")
        if self.kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF):
            if not 2 <= len(lines) <= 60:
                raise ValueError("Write between two and sixty answers to choose from, one a line.")
            if any(len(line) > 200 for line in lines):
                raise ValueError("Use at most 200 characters for an answer to choose from.")
        return self

    @property
    def lines(self) -> list[str]:
        return list(dict.fromkeys(" ".join(line.split()) for line in self.choices.splitlines() if line.strip()))

    def columns(self) -> dict[str, Any]:
        """As TicketQuestion has it."""
        values = self.model_dump(exclude={"joined", "conditions", "choices"})
        parts = [one.partition("=") for one in dict.fromkeys(self.conditions) if one]
        rows = [{"question": code, "is": answer} for code, _, answer in parts]
        if self.kind == QuestionKind.FILE:
            values["asked"] = AskedWhen.LATER  # a registration that has to be corrected would lose the file
        choices = self.lines if self.kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF) else []
        return {**values, "choices": choices, "shown_if": {self.joined: rows} if rows else {}}


def holds(condition: Mapping[str, list[dict[str, str]]], answers: Given) -> bool:
    """Is a question with this `shown_if` asked, given clean answers to those before it?"""
    said = {"all": all, "any": any}
    return all(said[join]([_is(answers.get(one["question"]), one["is"]) for one in rows]) for join, rows in condition.items() if rows)


def _is(answer: Any, wanted: str) -> bool:
    if isinstance(answer, list):
        return wanted in answer
    if isinstance(answer, bool):
        return wanted == ("yes" if answer else "no")
    return answer is not None and str(answer) == wanted


def judge(
    questions: Iterable[TicketQuestion], ticket_type: str, given: Given, *, complete: bool = True, later: bool = False
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """(clean answers by code, what is wrong as (code, sentence)) of one ticket; questions in their order.

    Answers to questions not asked of it are left out, and files.

    `complete`: what is required has to be there. `later`: also what is asked later.
    """
    answers: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for one in questions:
        raw = given.get(one.code)
        if one.kind == QuestionKind.FILE or not one.is_for(ticket_type) or not holds(one.shown_if, answers):
            continue  # a file comes by itself: rules/files.py
        try:
            value = asked.read(one.kind, one.choices, raw)
            if value in (None, "", []):
                if one.required and complete and (later or one.asked == AskedWhen.NOW):
                    raise asked.WrongAnswer(f"“{one.label}” needs an answer.")
                continue
            if (most := LONGEST.get(one.kind)) and len(value) > most:
                raise asked.WrongAnswer(f"Use at most {most} characters; it has {len(value)}.")
            answers[one.code] = value
        except asked.WrongAnswer as wrong:
            errors.append((one.code, str(wrong)))
    return answers, errors


_TYPED = re.compile(r"(.*)q_(\w{1,40})")


def typed(pairs: Iterable[tuple[str, str]], prefix: str = "") -> dict[str, Any]:
    """Answers of a posted form: the fields called `prefix` + `q_` + code; a list where there are several."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if (match := _TYPED.fullmatch(name)) and match[1] == prefix:
            found.setdefault(match[2], []).append(value)
    return {code: values if len(values) > 1 else values[0] for code, values in found.items()}


def lists(questions: Iterable[TicketQuestion], pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What a page shows again of questions with several answers: all of them, by field."""
    several = {one.code for one in questions if one.kind == QuestionKind.MANY_OF}
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if (match := _TYPED.fullmatch(name)) and match[2] in several:
            found.setdefault(name, []).append(value)
    return found


def sent(value: Any) -> Any:
    """One answer of an order as the API takes it. Raises ValueError for what no question can mean."""
    if isinstance(value, str):
        if len(value) > 2000:
            raise ValueError("Use at most 2000 characters.")
        return clean(value)
    if isinstance(value, list):
        if len(value) > 60 or not all(isinstance(one, str) and len(one) <= 300 for one in value):
            raise ValueError("Send a list of at most sixty texts.")
        return [clean(one) for one in value]
    if value is None or isinstance(value, bool) or (isinstance(value, (int, float)) and abs(value) < 1e12):
        return value
    raise ValueError("Send a text, a number, true, false or a list of texts.")


def words(kind: str, value: Any) -> str:
    """An answer as a person reads it."""
    if isinstance(value, bool):
        return ("Agreed" if kind == "consent" else "Yes") if value else "No"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return asked.countries().get(value, value) if kind == "country" else str(value)
