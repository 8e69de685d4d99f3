"""What the form of a call asks, and judging what was filled in: the fixed part, the person, and the call's own fields, at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from eventsvc.agenda.models import Track
from eventsvc.cfp.forms.answers import judge
from eventsvc.cfp.forms.proposal import ProposalForm, ProposalIn, ProposerForm
from eventsvc.cfp.models import Answers, Call, Field, FieldKind, FieldTarget, ProposalType
from eventsvc.core.errors import Invalid
from eventsvc.core.forms import Form, check
from eventsvc.core.forms import start as untouched
from eventsvc.speakers.forms import SpeakerForm


@dataclass
class Asked:
    """What can be chosen and what is asked, right now and of this person."""

    call: Call
    types: list[ProposalType]
    tracks: list[Track]
    fields: list[Field]

    @property
    def languages(self) -> list[str]:
        return self.call.languages

    def of(self, target: FieldTarget) -> list[Field]:
        return [one for one in self.fields if one.target == target]

    def fitting(self, target: FieldTarget, kind: str, track: str) -> list[Field]:
        """Those asked for this type and track; a field about the person is asked whatever is proposed."""
        return [
            one
            for one in self.of(target)
            if target == FieldTarget.SPEAKER or ((not one.types or kind in one.types) and (not one.tracks or track in one.tracks))
        ]


@dataclass
class Entry:
    """A filled-in form: what was typed with what is wrong, and what it means. `proposal` and `person` count only without errors."""

    form: Form[Any]
    proposal: ProposalForm | None = None
    person: ProposerForm | SpeakerForm | None = None
    answers: Answers = field(default_factory=dict)
    about: Answers = field(default_factory=dict)


def blank(asked: Asked, **values: Any) -> Entry:
    """The untouched form. Where there is nothing to choose, it is chosen."""
    first = {"type": asked.types[0].code if len(asked.types) == 1 else "", "language": asked.languages[0] if asked.languages else ""}
    return Entry(untouched(ProposalForm, **{**first, **values}))


def read(
    asked: Asked,
    pairs: Iterable[tuple[str, str]],
    *,
    complete: bool,
    person: type[ProposerForm] | type[SpeakerForm] | None,
    about: bool = True,
) -> Entry:
    """Judge it all, so that everything wrong is told at once. Not `complete`: a draft, which needs a title (and who it is).

    `person`: how who it is is asked, if at all; `about`: whether the call's fields about the person are asked.
    """
    pairs = list(pairs)
    session = check(ProposalForm, pairs)
    who = check(person, pairs) if person else None
    given: dict[str, Any] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    values: dict[str, Any] = dict(pairs)
    values.update({one.key: given.get(one.key, []) for one in asked.fields if one.kind == FieldKind.MANY_OF})
    form: Form[Any] = Form(values, errors=[*session.errors.items(), *_about_person(who)])
    kind, track = str(values.get("type", "")), str(values.get("track", ""))
    if not kind and not complete and asked.types:
        kind = asked.types[0].code
    for name, said in _choices(asked, kind, track, str(values.get("language", ""))):
        form.errors.setdefault(name, said)
    if complete and not str(values.get("abstract", "")).strip():
        form.errors.setdefault("abstract", "Fill this in.")
    answers, wrong = judge(asked.fitting(FieldTarget.SESSION, kind, track), given, complete=complete)
    told, also = judge(asked.of(FieldTarget.SPEAKER), given, complete=complete) if about else ({}, [])
    for name, said in [*wrong, *also]:
        form.errors.setdefault(name, said)
    if form.errors:
        return Entry(form)
    return Entry(form, session.data.model_copy(update={"type": kind}), who.data if who else None, answers, told)


def read_json(asked: Asked, wanted: ProposalIn) -> Entry:
    """A proposal as the API sends it, judged as the page's. Raises Invalid."""
    kind = wanted.type or (asked.types[0].code if asked.types else "")
    wrong = _choices(asked, kind, wanted.track, wanted.language)
    if wanted.submit and not wanted.abstract:
        wrong.append(("abstract", "Fill this in."))
    answers, also = judge(asked.fitting(FieldTarget.SESSION, kind, wanted.track), wanted.answers, complete=wanted.submit)
    if wrong or also:
        raise Invalid([*wrong, *((f"answers-{name}", said) for name, said in also)])
    return Entry(untouched(ProposalForm), wanted.model_copy(update={"type": kind}), None, answers)


def _about_person(who: Form[Any] | None) -> list[tuple[str, str]]:
    """One sentence for the box of addresses, whichever is wrong."""
    said = who.errors.items() if who else ()
    wrong = "Check these addresses: one a line, such as name@example.org."
    return [("co_speakers", wrong) if name.startswith("co_speakers-") else (name, sentence) for name, sentence in said]


def _choices(asked: Asked, kind: str, track: str, language: str) -> list[tuple[str, str]]:
    wrong = []
    if kind not in {one.code for one in asked.types}:
        wrong.append(("type", "Choose what you want to give."))
    if track and track not in {one.code for one in asked.tracks}:
        wrong.append(("track", "Choose one of the tracks."))
    if asked.languages and language and language not in asked.languages:
        wrong.append(("language", "Choose one of the languages."))
    return wrong
