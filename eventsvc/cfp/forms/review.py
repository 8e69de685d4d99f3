"""Phases, scores, reviewers, and a review itself, whose form is made of the event's own scales and fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from eventsvc.cfp.forms.answers import judge as judge_answers
from eventsvc.cfp.models import Answers, ProposalState, ScoreCategory, SeeOthers
from eventsvc.cfp.models import Field as Asked
from eventsvc.core import text
from eventsvc.core.forms import Blank, Email, Form, FormModel, Line, LocalMoment, Name, Prose, backwards

MAX_TEXT = 10_000
_LABEL = re.compile(r"^\s*(-?\d{1,4})\s*[=:–-]\s*(\S.*)$")


class PhaseForm(FormModel):
    """Times are the event's local time; empty means always."""

    name: Annotated[Name, Field(max_length=120)]
    opens_at: Annotated[LocalMoment | None, Blank] = None
    closes_at: Annotated[LocalMoment | None, Blank] = None
    blind: bool = False
    can_score: bool = False
    can_comment: bool = False
    see_others: SeeOthers = SeeOthers.AFTER_OWN
    assigned_only: bool = False
    per_proposal: Annotated[int, Field(ge=1, le=20)] = 3

    @model_validator(mode="after")
    def _window(self) -> PhaseForm:
        if backwards(self.opens_at, self.closes_at):
            raise ValueError("This phase closes before it opens. Check both times.")
        return self


class CategoryForm(FormModel):
    """`labels` is typed as lines such as `1 = Not for us`."""

    name: Annotated[Name, Field(max_length=120)]
    hint: Annotated[Line, Field(max_length=500)] = ""
    weight: Annotated[int, Field(ge=0, le=100)] = 1
    low: Annotated[int, Field(ge=-10, le=100)] = 1
    high: Annotated[int, Field(ge=-10, le=100)] = 5
    labels: Annotated[Prose, Field(max_length=2000)] = ""
    required: bool = False
    tracks: list[Annotated[Line, Field(max_length=60)]] = []

    @model_validator(mode="after")
    def _scale(self) -> CategoryForm:
        if self.high <= self.low:
            raise ValueError("The highest score must be above the lowest.")
        if self.high - self.low > 10:
            raise ValueError("Use a scale of at most eleven steps: nobody can tell 40 from 41.")
        self.named()
        return self

    def named(self) -> dict[str, str]:
        """The labels by number. Raises ValueError for a line that is none."""
        found = {}
        for line in filter(None, map(str.strip, self.labels.splitlines())):
            match = _LABEL.match(line)
            if not match or not self.low <= int(match[1]) <= self.high:
                raise ValueError(f"Write each label as a number of the scale and a word, such as “{self.low} = Not for us”.")
            found[str(int(match[1]))] = text.one_line(match[2])[:80]
        return found

    def columns(self) -> dict[str, Any]:
        return {**self.model_dump(), "labels": self.named()}


class ReviewerForm(FormModel):
    email: Email
    name: Line = ""
    organisation: Line = ""
    tracks: list[Annotated[Line, Field(max_length=60)]] = []


class ReviewerChange(FormModel):
    organisation: Line = ""
    tracks: list[Annotated[Line, Field(max_length=60)]] = []


class AssignForm(FormModel):
    each: Annotated[int, Field(ge=1, le=20)]


class BulkForm(FormModel):
    """What to do with many at once: `codes` that are ticked, the best `count`, or those at or below `percent`. No state: take back."""

    do: Literal["ticked", "best", "above", "below"] = "ticked"
    decision: Annotated[str, Field(pattern="^(accepted|waitlisted|rejected|none)$")]
    codes: list[Annotated[Line, Field(max_length=20)]] = []
    count: Annotated[int | None, Field(ge=1, le=5000), Blank] = None
    percent: Annotated[float | None, Field(ge=0, le=100), Blank] = None

    @model_validator(mode="after")
    def _number(self) -> BulkForm:
        if self.do == "best" and self.count is None:
            raise ValueError("Say how many.")
        if self.do in ("above", "below") and self.percent is None:
            raise ValueError("Say from which score, 0 to 100.")
        return self

    @property
    def state(self) -> ProposalState | None:
        return None if self.decision == "none" else ProposalState(self.decision)


class CommentForm(FormModel):
    text: Annotated[Prose, Field(min_length=1, max_length=4000)]


class DecisionIn(FormModel):
    """A decision, pending until it is released; null takes a pending one back."""

    decision: ProposalState | None

    @model_validator(mode="after")
    def _is_one(self) -> DecisionIn:
        if self.decision not in (None, ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.REJECTED):
            raise ValueError("Choose one of: accepted, waitlisted, rejected, or null.")
        return self


@dataclass(frozen=True)
class Opinion:
    """What a review says, ready to be kept. Scores by category id as text, answers by `Field.key`."""

    scores: dict[str, int]
    answers: Answers
    text: str
    abstained: bool


def judge(
    categories: Iterable[ScoreCategory], asked: Iterable[Asked], given: Mapping[str, Any], *, abstained: bool
) -> tuple[Form[Any], Opinion]:
    """A review as a page sends it: `score_<id>`, `field_<id>`, `text`. Who abstains owes no scores and no answers.

    The form holds what was typed and what is wrong; the opinion is whole only when nothing is.
    """
    form: Form[Any] = Form(given)
    said = text.clean(str(given.get("text", "")))
    if len(said) > MAX_TEXT:
        form.errors["text"] = f"Use at most {MAX_TEXT} characters."
    if abstained:
        return form, Opinion({}, {}, said, abstained)
    scores = {}
    for category in categories:
        name, raw = f"score_{category.id}", str(given.get(f"score_{category.id}", ""))
        if not raw:
            if category.required:
                form.errors[name] = f"Choose a score for “{category.name}”, or abstain."
        elif not re.fullmatch(r"-?[0-9]{1,4}", raw) or not category.low <= int(raw) <= category.high:
            form.errors[name] = f"Choose a score from {category.low} to {category.high}."
        else:
            scores[str(category.id)] = int(raw)
    answers, wrong = judge_answers(asked, given)
    form.errors.update(wrong)
    return form, Opinion(scores, answers, said, abstained)
