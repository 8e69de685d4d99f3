"""Publishing, as the page and the API send it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import Blank, FormModel, Line, Prose


class PublishForm(FormModel):
    """`number` and `seen` come from the preview; without them whatever the draft holds is published."""

    name: Annotated[Line, Field(max_length=60)] = ""
    note: Annotated[Prose, Field(max_length=4000)] = ""
    tell_speakers: bool = False
    tell_attendees: bool = False
    number: Annotated[int | None, Field(ge=1, le=1_000_000), Blank] = None
    seen: Annotated[Line, Field(max_length=32)] = ""
