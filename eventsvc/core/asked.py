"""Reading answers to questions that organisers make up: what was typed, by the kind of the question, as a clean value or a sentence."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import date
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from eventsvc.core import text

YES = {"true", "yes", "on", "1"}
_NAMES = {"GB": "United Kingdom", "US": "United States", "KR": "South Korea", "KP": "North Korea"}


class WrongAnswer(Exception):
    """The text says what to do about it."""


def read(kind: str, choices: Sequence[str], raw: Any) -> Any:
    """The answer to a question of this kind: text, number, ISO date, true or false, a list of choices; None, "" or [] when there is none.

    `raw` is a text, a list of texts or a JSON value. Raises WrongAnswer.
    """
    if kind == "many_of":
        picked = [text.one_line(str(one)) for one in (raw if isinstance(raw, list) else [raw]) if one]
        if any(one not in choices for one in picked):
            raise WrongAnswer("Choose among the answers.")
        return [one for one in choices if one in picked]
    if isinstance(raw, list):
        raw = raw[-1] if raw else None
    if kind == "yes_no":
        return None if raw is None or raw == "" else str(raw).lower() in YES
    if kind == "consent":
        return True if str(raw).lower() in YES else None
    words = text.clean(str(raw)) if raw is not None else ""
    if kind != "text":
        words = text.one_line(words)
    if not words:
        return None
    if kind == "one_of":
        if words not in choices:
            raise WrongAnswer("Choose one of the answers.")
        return words
    return _KINDS.get(kind, _as_it_is)(words)


def _as_it_is(words: str) -> str:
    return words


def _number(words: str) -> int | float:
    try:
        number = float(words.replace(",", "."))
    except ValueError:
        raise WrongAnswer("Enter a number.") from None
    if not abs(number) < 1e12:
        raise WrongAnswer("Enter a smaller number.")
    return int(number) if number.is_integer() else number


def _date(words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise WrongAnswer("Enter a date, such as 2027-05-14.") from None


def _url(words: str) -> str:
    try:
        parts = urlsplit(words)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or " " in words:
        raise WrongAnswer("Enter a web address that begins with https://.")
    return words


@functools.cache
def countries() -> dict[str, str]:
    """Names of countries by their ISO 3166 code, in the order of the names, from the time-zone database."""
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    found = dict(line.split("\t")[:2] for line in table.splitlines() if line and not line.startswith("#"))
    return dict(sorted({**found, **_NAMES}.items(), key=lambda pair: text.fold(pair[1])))


def _country(words: str) -> str:
    if words.upper() not in countries():
        raise WrongAnswer("Choose a country.")
    return words.upper()


_KINDS: dict[str, Callable[[str], Any]] = {"number": _number, "date": _date, "url": _url, "country": _country}
