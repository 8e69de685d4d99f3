"""Judging answers to the call's own fields: they are rows, so the judge is made of them. Used for proposals, speakers and reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from eventsvc.cfp.models import Answers, Field, FieldKind
from eventsvc.core import text

LONGEST = {FieldKind.LINE: 300, FieldKind.TEXT: 5000, FieldKind.URL: 500}
"""Characters where the field sets no limit of its own; also the most it can set."""
YES = {"true", "yes", "on", "1"}


class _Wrong(Exception):
    pass


def judge(fields: Iterable[Field], given: Mapping[str, Any], *, complete: bool = True) -> tuple[Answers, list[tuple[str, str]]]:
    """(clean answers, what is wrong as (key, sentence)). `given` holds texts, lists of texts, or JSON values, by `Field.key`.

    Not `complete`: a draft. What is missing or still too short is not wrong then.
    """
    answers: Answers = {}
    errors: list[tuple[str, str]] = []
    for field in fields:
        try:
            value = _read(field, given.get(field.key))
            if value is None or value == "" or value == []:
                if field.required and complete:
                    raise _Wrong("Choose yes or no." if field.kind == FieldKind.YES_NO else "Please answer this one.")
                continue
            _measure(field, value, complete)
            answers[field.key] = value
        except _Wrong as wrong:
            errors.append((field.key, str(wrong)))
    return answers, errors


def _read(field: Field, raw: Any) -> Any:
    if field.kind == FieldKind.MANY_OF:
        picked = [text.one_line(str(one)) for one in (raw if isinstance(raw, list) else [raw]) if one]
        if any(one not in field.choices for one in picked):
            raise _Wrong("Choose among the answers.")
        return [one for one in field.choices if one in picked]
    if isinstance(raw, list):
        raw = raw[-1] if raw else None
    if field.kind == FieldKind.YES_NO:
        return None if raw is None or raw == "" else str(raw).lower() in YES
    words = text.clean(str(raw)) if raw is not None else ""
    if field.kind != FieldKind.TEXT:
        words = text.one_line(words)
    return _KINDS[field.kind](field, words) if words else None


def _number(field: Field, words: str) -> int | float:
    try:
        number = float(words.replace(",", "."))
    except ValueError:
        raise _Wrong("Enter a number.") from None
    if not abs(number) < 1e12:
        raise _Wrong("Enter a smaller number.")
    return int(number) if number.is_integer() else number


def _date(field: Field, words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise _Wrong("Enter a date, such as 2027-05-14.") from None


def _url(field: Field, words: str) -> str:
    try:
        parts = urlsplit(words)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or " " in words:
        raise _Wrong("Enter a web address that begins with https://.")
    return words


def _one_of(field: Field, words: str) -> str:
    if words not in field.choices:
        raise _Wrong("Choose one of the answers.")
    return words


_KINDS: dict[FieldKind, Any] = {
    FieldKind.LINE: lambda field, words: words,
    FieldKind.TEXT: lambda field, words: words,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.URL: _url,
    FieldKind.ONE_OF: _one_of,
}


def _measure(field: Field, value: Any, complete: bool) -> None:
    if field.kind not in LONGEST:
        return
    most = longest(field)
    if len(value) > most:
        raise _Wrong(f"Use at most {most} characters; it has {len(value)}.")
    if complete and field.min_length and len(value) < field.min_length:
        raise _Wrong(f"Use at least {field.min_length} characters; it has {len(value)}.")


def longest(field: Field) -> int:
    """How many characters an answer may have."""
    return min(field.max_length or LONGEST[field.kind], LONGEST[field.kind])
