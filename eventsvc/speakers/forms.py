"""What a speaker may say about themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from eventsvc.core.forms import FormModel, Line, Name, Prose


class SpeakerForm(FormModel):
    name: Name
    organisation: Line = ""
    job_title: Line = ""
    biography: Annotated[Prose, Field(max_length=4000)] = ""
