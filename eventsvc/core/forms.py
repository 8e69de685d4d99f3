"""One pydantic model serves the HTML form and the JSON body. This turns a posted form into that model, or into sentences.

A list of things in a form is written `tickets-0-name`, `tickets-1-name`; the model has `tickets: list[…]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, ValidationError

from eventsvc.core import text
from eventsvc.core.errors import Refused

T = TypeVar("T", bound="FormModel")
T_date = TypeVar("T_date", bound=date)


class FormModel(BaseModel):
    """Base of every input. Unknown names are ignored: a page may carry a field the API does not know."""

    model_config = ConfigDict(extra="ignore", str_max_length=20_000)


def _line(value: Any) -> Any:
    return text.one_line(value) if isinstance(value, str) else value


def _prose(value: Any) -> Any:
    return text.clean(value) if isinstance(value, str) else value


def _blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Line = Annotated[str, BeforeValidator(_line), Field(max_length=200)]
"""One line of text, cleaned; may be empty."""
Name = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=200)]
"""One line that must not be empty."""
Prose = Annotated[str, BeforeValidator(_prose), Field(max_length=20_000)]
"""Several lines; may be empty."""


def _plausible(value: T_date) -> T_date:
    """Years that calendars and both databases can hold, whatever the zone."""
    if not 1970 <= value.year <= 2200:
        raise ValueError("Enter a date between 1970 and 2200.")
    return value


Day = Annotated[date, AfterValidator(_plausible)]
Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""A moment that says its zone."""
LocalMoment = Annotated[datetime, AfterValidator(_plausible)]
"""A moment as a page types it: without a zone it is the event's."""


def backwards(start: datetime | None, end: datetime | None) -> bool:
    """Is the end not after the start? Neither is it where only one of them says its zone: those two cannot be compared."""
    if start is None or end is None:
        return False
    return (start.tzinfo is None) != (end.tzinfo is None) or end <= start


Email = Annotated[EmailStr, BeforeValidator(_line), Field(max_length=254), AfterValidator(str.lower)]
Blank = BeforeValidator(_blank)
"""For optional values: an empty box means None."""

_SENTENCES = {
    "missing": "Fill this in.",
    "string_too_short": "Fill this in.",
    "string_type": "Fill this in.",
    "int_parsing": "Enter a whole number.",
    "int_type": "Enter a whole number.",
    "int_from_float": "Enter a whole number.",
    "date_from_datetime_parsing": "Enter a date, such as 2027-05-14.",
    "date_parsing": "Enter a date, such as 2027-05-14.",
    "datetime_from_date_parsing": "Enter a date and a time, such as 2027-05-14T09:30.",
    "datetime_parsing": "Enter a date and a time, such as 2027-05-14T09:30.",
    "timezone_aware": "Say the time zone too, such as 2027-05-14T09:30:00Z.",
    "bool_parsing": "Choose yes or no.",
    "list_type": "Send a list.",
    "json_invalid": "The body is not valid JSON.",
    "uuid_parsing": "This must be a UUID.",
}
_EMAIL = "Check the email address. It should look like name@example.org."


def sentence(error: Mapping[str, Any]) -> str:
    """What one pydantic error means, as a person would say it."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "string_too_long":
        return f"Use at most {context['max_length']} characters."
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        bound = {"greater_than_equal": "at least", "greater_than": "more than", "less_than_equal": "at most", "less_than": "less than"}[
            kind
        ]
        limit = next(iter(context.values()))
        return f"Enter a number that is {bound} {limit}."
    if kind in ("too_short", "too_long") and isinstance(error.get("input"), str):
        return "Fill this in." if kind == "too_short" else f"Use at most {context['max_length']} characters."
    if kind in ("too_short", "too_long"):
        return f"Choose at least {context['min_length']}." if kind == "too_short" else f"Send at most {context['max_length']} at once."
    if kind in ("enum", "literal_error"):
        return f"Choose one of: {context['expected']}."
    if kind == "value_error":
        return _EMAIL if "reason" in context else str(context.get("error", "")) or "Check this."  # only pydantic's e-mail has a reason
    return "Check this."


def errors_of(exc: ValidationError) -> list[tuple[str, str]]:
    """(field, sentence) for each thing wrong; nested fields as `tickets-0-name`."""
    return [("-".join(str(part) for part in error["loc"]), sentence(error)) for error in exc.errors()]


class Form(Generic[T]):
    """What was typed, what it means, and what is wrong with it. `data` is there only when `errors` is empty."""

    def __init__(self, values: Mapping[str, Any], data: T | None = None, errors: Iterable[tuple[str, str]] = ()) -> None:
        self.values = dict(values)
        self._data = data
        self.errors: dict[str, str] = {}
        for field, text_ in errors:
            self.errors.setdefault(field, text_)

    @property
    def data(self) -> T:
        assert self._data is not None, "look at `errors` first"
        return self._data

    def value(self, field: str, default: Any = "") -> Any:
        return self.values.get(field, default)

    def refuse(self, refusal: Refused, field: str = "") -> None:
        """Show a rule's refusal beside the field it is about (or at the top)."""
        self.errors.setdefault(refusal.field or field, refusal.sentence)


_INDEXED = re.compile(r"(\w+)-(\d{1,3})-(\w+)")


def nested(pairs: Iterable[tuple[str, Any]], lists: Iterable[str] = ()) -> dict[str, Any]:
    """Form pairs as nested data: `tickets-0-name` becomes tickets[0]['name']; names in `lists` gather all their values."""
    flat: dict[str, Any] = {name: [] for name in lists}
    groups: dict[str, dict[int, dict[str, Any]]] = {}
    for key, value in pairs:
        if match := _INDEXED.fullmatch(key):
            groups.setdefault(match[1], {}).setdefault(int(match[2]), {})[match[3]] = value
        elif key in flat and isinstance(flat[key], list):
            flat[key].append(value)
        else:
            flat[key] = value
    for name, rows in groups.items():
        flat[name] = [rows[index] for index in sorted(rows)]
    return flat


def check(model: type[T], pairs: Iterable[tuple[str, Any]]) -> Form[T]:
    """Judge a posted form by its model."""
    pairs = [(k, v) for k, v in pairs if isinstance(v, str)]
    lists = [name for name, info in model.model_fields.items() if "list" in str(info.annotation)]
    data = nested(pairs, lists)
    try:
        return Form(dict(pairs), model.model_validate(data))
    except ValidationError as exc:
        return Form(dict(pairs), errors=errors_of(exc))


def start(model: type[T], **values: Any) -> Form[T]:
    """An untouched form with these values in it."""
    return Form(values)
