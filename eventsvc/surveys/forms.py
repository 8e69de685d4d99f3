"""Judging a reply: its questions are rows, so the form is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from eventsvc.core import text
from eventsvc.core.forms import Blank, Form, FormModel, LocalMoment, Name, Prose, backwards
from eventsvc.surveys.models import Question, QuestionKind

MAX_TEXT = 4000


class ReplyIn(FormModel):
    """A reply sent by another system. `answers` maps a question's id to a number, a text or a session's code."""

    ticket: Annotated[Name, Field(max_length=40)]
    answers: dict[Annotated[str, Field(max_length=20)], str | int | None] = {}


class SurveyForm(FormModel):
    """The survey's own settings; times are the event's local time."""

    title: Name
    intro: Annotated[Prose, Field(max_length=2000)] = ""
    opens_at: LocalMoment
    closes_at: Annotated[LocalMoment | None, Blank] = None

    @model_validator(mode="after")
    def _window(self) -> SurveyForm:
        if backwards(self.opens_at, self.closes_at):
            raise ValueError("The survey closes before it opens. Check both times.")
        return self


class FeedbackForm(FormModel):
    """One to five, and a word for the speakers."""

    stars: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[Prose, Field(max_length=1000)] = ""


def judge(questions: Iterable[Question], given: Mapping[str, Any], sessions: Iterable[str]) -> Form[Any]:
    """`given` holds `q<id>` (page) or `<id>` (API). The form's values are the clean answers; errors are by `q<id>`."""
    form: Form[Any] = Form({})
    codes = set(sessions)
    for question in questions:
        name = f"q{question.id}"
        raw = given.get(name, given.get(str(question.id)))
        value = text.clean(str(raw)) if raw is not None else ""
        form.values[name] = value
        if not value:
            if question.required:
                form.errors[name] = "Choose a number." if question.kind == QuestionKind.SCALE else "Please answer this one."
        elif said := _wrong(question, value, codes):
            form.errors[name] = said
    return form


def _wrong(question: Question, value: str, codes: set[str]) -> str:
    match question.kind:
        case QuestionKind.SCALE if not (text.is_number(value) and int(value) <= 10):
            return "Choose a number from 0 to 10."
        case QuestionKind.SESSION if value not in codes:
            return "Choose one of the sessions."
        case QuestionKind.CHOICE if value not in question.choices:
            return "Choose one of the answers."
        case QuestionKind.TEXT if len(value) > MAX_TEXT:
            return f"Use at most {MAX_TEXT} characters."
    return ""
