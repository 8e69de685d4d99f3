"""What the stage takes: a question, minutes late, a number of people."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import FormModel, Line, Prose
from eventsvc.stage.models import QuestionState

MOST_LATE = 120


class QuestionForm(FormModel):
    text: Annotated[Prose, Field(min_length=1, max_length=280)]
    name: Annotated[Line, Field(max_length=80)] = ""


class LateForm(FormModel):
    minutes: Annotated[int, Field(ge=0, le=MOST_LATE)]


class HeadsForm(FormModel):
    headcount: Annotated[int, Field(ge=0, le=100_000)]


class StateForm(FormModel):
    """One tap of a moderator."""

    question: Annotated[Line, Field(max_length=12)]
    state: QuestionState
