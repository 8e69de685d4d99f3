"""What speakers send from their own area."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import FormModel, Line, Name, Prose


class SessionTexts(FormModel):
    """The public words of a session."""

    title: Annotated[Name, Field(max_length=400)]
    subtitle: Annotated[Line, Field(max_length=400)] = ""
    abstract: Annotated[Prose, Field(max_length=10_000)] = ""
    description: Annotated[Prose, Field(max_length=20_000)] = ""
