"""What the organiser's pages of the call take."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from eventsvc.cfp.forms.answers import LONGEST
from eventsvc.cfp.models import FieldKind, FieldTarget
from eventsvc.cfp.render.words import unknown
from eventsvc.core.forms import Blank, Email, FormModel, Line, LocalMoment, Name, Prose, backwards

Code = Annotated[Line, Field(max_length=60)]
Later = Annotated[LocalMoment | None, Blank]
Count = Annotated[int | None, Field(ge=1, le=20_000), Blank]


def _lines(given: Any) -> list[str]:
    """A text with one thing a line, or a list of such texts."""
    texts = given if isinstance(given, list) else [given]
    return list(dict.fromkeys(line.strip() for one in texts for line in str(one).splitlines() if line.strip()))


class CallForm(FormModel):
    text: Annotated[Prose, Field(max_length=20_000)] = ""
    opens_at: Later = None
    closes_at: Later = None
    edits_until: Later = None
    published: bool = False
    languages: Annotated[list[Annotated[Line, Field(max_length=20)]], Field(max_length=30)] = []
    asks_track: bool = False
    max_per_person: Annotated[int | None, Field(ge=1, le=100), Blank] = None

    @field_validator("languages", mode="before")
    @classmethod
    def _split(cls, given: Any) -> list[str]:
        return [part for line in _lines(given) for part in line.replace(",", " ").split()]

    @model_validator(mode="after")
    def _order(self) -> CallForm:
        if backwards(self.opens_at, self.closes_at):
            raise ValueError("The call closes before it opens. Check both times.")
        return self


class TypeForm(FormModel):
    name: Name
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 30
    closes_at: Later = None
    by_code_only: bool = False
    position: Annotated[int, Field(ge=0, le=1000)] = 0


class FieldForm(FormModel):
    """One field of the form."""

    target: FieldTarget
    kind: FieldKind
    label: Annotated[Name, Field(max_length=300)]
    hint: Annotated[Line, Field(max_length=500)] = ""
    required: bool = False
    min_length: Count = None
    max_length: Count = None
    choices: Annotated[list[Annotated[Line, Field(max_length=200)]], Field(max_length=60)] = []
    types: list[Code] = []
    tracks: list[Code] = []
    names_author: bool = False
    public: bool = False

    @field_validator("choices", mode="before")
    @classmethod
    def _split(cls, given: Any) -> list[str]:
        return _lines(given)

    @model_validator(mode="after")
    def _fits(self) -> FieldForm:
        chosen = self.kind in (FieldKind.ONE_OF, FieldKind.MANY_OF)
        if chosen and len(self.choices) < 2:
            raise ValueError("Give at least two answers to choose from, one a line.")
        if not chosen:
            self.choices = []
        if self.kind not in LONGEST:
            self.min_length = self.max_length = None
        if self.min_length and self.max_length and self.min_length > self.max_length:
            raise ValueError("The least is more than the most. Check both lengths.")
        if self.target == FieldTarget.REVIEWER:
            self.public = self.names_author = False
        return self


class CodesForm(FormModel):
    """Codes to hand out, or one sent to each address."""

    emails: Annotated[list[Email], Field(max_length=200)] = []
    count: Annotated[int, Field(ge=1, le=500)] = 1
    uses: Annotated[int, Field(ge=1, le=10_000)] = 1
    type: Code = ""
    note: Line = ""
    expires_at: Later = None

    @field_validator("emails", mode="before")
    @classmethod
    def _split(cls, given: Any) -> list[str]:
        return list(dict.fromkeys(p.lower() for line in _lines(given) for p in line.replace(",", " ").replace(";", " ").split()))


Words = Annotated[Prose, Field(max_length=8000)]
Subject = Annotated[Line, Field(max_length=200)]


class LettersForm(FormModel):
    """The words of the four letters; empty: ours."""

    acknowledged_subject: Subject = ""
    acknowledged_text: Words = ""
    accepted_subject: Subject = ""
    accepted_text: Words = ""
    waitlisted_subject: Subject = ""
    waitlisted_text: Words = ""
    rejected_subject: Subject = ""
    rejected_text: Words = ""

    @field_validator("*")
    @classmethod
    def _known(cls, words: str) -> str:
        if wrong := unknown(words):
            raise ValueError(f"There is no {{{wrong[0]}}}. Use {{name}}, {{title}}, {{event}} or {{link}}.")
        return words

    def as_letters(self) -> dict[str, dict[str, str]]:
        letters: dict[str, dict[str, str]] = {}
        for name, words in self.model_dump().items():
            kind, _, part = name.partition("_")
            if words:
                letters.setdefault(kind, {})[part] = words
        return letters
