"""A proposal as page and API send it. The call's own fields are judged beside it (`answers.judge`)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from eventsvc.core.forms import Email, FormModel, Line, Name, Prose
from eventsvc.speakers.forms import SpeakerForm

ABSTRACT, DESCRIPTION, NOTES, BIOGRAPHY = 2000, 8000, 2000, 4000
"""The most characters of each."""
MAX_CO_SPEAKERS = 8
Code = Annotated[Line, Field(max_length=60)]


class ProposalForm(FormModel):
    """What every proposal has. A draft may lack its abstract; submitting asks for it."""

    title: Annotated[Name, Field(max_length=300)]
    type: Code = ""
    track: Code = ""
    language: Annotated[Line, Field(max_length=20)] = ""
    abstract: Annotated[Prose, Field(max_length=ABSTRACT)] = ""
    description: Annotated[Prose, Field(max_length=DESCRIPTION)] = ""
    notes: Annotated[Prose, Field(max_length=NOTES)] = ""


class ProposerForm(SpeakerForm):
    """Who proposes, and with whom: one address a line."""

    email: Email
    co_speakers: Annotated[list[Email], Field(max_length=MAX_CO_SPEAKERS)] = []

    @field_validator("co_speakers", mode="before")
    @classmethod
    def _lines(cls, given: Any) -> Any:
        """A text with one address a line, or a list of such texts (a form) or of addresses (the API)."""
        texts = given if isinstance(given, list) else [given]
        return list(dict.fromkeys(part.lower() for one in texts for part in str(one).replace(",", " ").replace(";", " ").split()))


class CoSpeakerForm(FormModel):
    email: Email


class ProposalIn(ProposalForm):
    """A proposal made by another system, in the name of somebody: submitted, or a draft."""

    email: Email
    name: Name
    organisation: Line = ""
    job_title: Line = ""
    answers: dict[Annotated[str, Field(max_length=40)], Any] = {}
    submit: bool = True
