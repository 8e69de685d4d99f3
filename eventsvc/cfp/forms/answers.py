"""Judging answers to the call's own fields: they are rows, so the judge is made of them. Used for proposals, speakers and reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eventsvc.cfp.models import Answers, Field, FieldKind
from eventsvc.core import asked

LONGEST = {FieldKind.LINE: 300, FieldKind.TEXT: 5000, FieldKind.URL: 500}
"""Characters where the field sets no limit of its own; also the most it can set."""


def judge(fields: Iterable[Field], given: Mapping[str, Any], *, complete: bool = True) -> tuple[Answers, list[tuple[str, str]]]:
    """(clean answers, what is wrong as (key, sentence)). `given` holds texts, lists of texts, or JSON values, by `Field.key`.

    Not `complete`: a draft. What is missing or still too short is not wrong then.
    """
    answers: Answers = {}
    errors: list[tuple[str, str]] = []
    for field in fields:
        try:
            value = asked.read(field.kind, field.choices, given.get(field.key))
            if value is None or value == "" or value == []:
                if field.required and complete:
                    raise asked.WrongAnswer("Choose yes or no." if field.kind == FieldKind.YES_NO else "Please answer this one.")
                continue
            _measure(field, value, complete)
            answers[field.key] = value
        except asked.WrongAnswer as wrong:
            errors.append((field.key, str(wrong)))
    return answers, errors


def _measure(field: Field, value: Any, complete: bool) -> None:
    if field.kind not in LONGEST:
        return
    most = longest(field)
    if len(value) > most:
        raise asked.WrongAnswer(f"Use at most {most} characters; it has {len(value)}.")
    if complete and field.min_length and len(value) < field.min_length:
        raise asked.WrongAnswer(f"Use at least {field.min_length} characters; it has {len(value)}.")


def longest(field: Field) -> int:
    """How many characters an answer may have."""
    return min(field.max_length or LONGEST[field.kind], LONGEST[field.kind])
