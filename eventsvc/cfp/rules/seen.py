"""The one place that decides what a reviewer is shown of a proposal.

Pages, letters and files for reviewers are made from a `Seen`, never from a `Proposal`. In a blind phase it holds no author at all: the
redacted words stand instead of the written ones, what may tell who wrote it is left out, and names, addresses and links that slipped into
the text are covered. Nothing hints at authors either: not their number, not an order, not a code of theirs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eventsvc.cfp.models import Field, FieldKind, FieldTarget, Proposal, ReviewPhase, SpeakerAnswers
from eventsvc.cfp.render.words import language
from eventsvc.core.text import fold

HIDDEN = "[hidden]"


@dataclass(frozen=True)
class SeenAuthor:
    """Only ever made outside blind phases."""

    name: str
    organisation: str
    job_title: str
    biography: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seen:
    """A proposal as a reviewer sees it. `answers` are (label, words)."""

    code: str
    title: str
    abstract: str
    description: str
    language: str
    type: str
    minutes: int
    track: str
    hue: int | None
    blind: bool
    answers: tuple[tuple[str, str], ...] = ()
    authors: tuple[SeenAuthor, ...] = ()


async def seen(proposals: Sequence[Proposal], phase: ReviewPhase, *, brief: bool = False) -> dict[int, Seen]:
    """What the reviewers of this phase are shown, by proposal; `brief`: in a list, without the long texts.

    Load proposals with type, track and `authors__speaker`.
    """
    if brief:
        return {one.id: show(one, [], {}, blind=phase.blind, brief=True) for one in proposals}
    fields = await Field.filter(call_id=phase.call_id).exclude(target=FieldTarget.REVIEWER)
    about = {}
    if not phase.blind:
        people = {author.speaker_id for proposal in proposals for author in proposal.authors}
        about = {one.speaker_id: one.answers for one in await SpeakerAnswers.filter(speaker_id__in=people)} if people else {}
    return {proposal.id: show(proposal, fields, about, blind=phase.blind) for proposal in proposals}


def show(proposal: Proposal, fields: Sequence[Field], about: dict[int, dict[str, Any]], *, blind: bool, brief: bool = False) -> Seen:
    """`about`: speakers' own answers, by speaker; not looked at in a blind phase."""
    track = proposal.track
    facts: dict[str, Any] = {
        "code": proposal.code,
        "language": language(proposal.language),
        "type": proposal.type.name,
        "minutes": proposal.type.minutes,
        "track": track.name if track else "",
        "hue": track.hue if track else None,
        "blind": blind,
    }
    cover = Cover.of(proposal) if blind else str
    title = (cover(proposal.redacted.get("title") or proposal.title) or HIDDEN) if blind else proposal.title
    if brief:
        return Seen(**facts, title=title, abstract="", description="")
    if not blind:
        return Seen(
            **facts,
            title=title,
            abstract=proposal.abstract,
            description=proposal.description,
            answers=_answers(fields, FieldTarget.SESSION, proposal.answers),
            authors=tuple(
                SeenAuthor(
                    one.speaker.name,
                    one.speaker.organisation,
                    one.speaker.job_title,
                    one.speaker.biography,
                    _answers(fields, FieldTarget.SPEAKER, about.get(one.speaker_id, {})),
                )
                for one in proposal.authors
            ),
        )
    harmless = [field for field in fields if not field.names_author and field.kind != FieldKind.URL]
    answers = {**proposal.answers, **proposal.redacted}
    return Seen(
        **facts,
        title=title,
        abstract=cover(proposal.redacted.get("abstract", proposal.abstract)),
        description=cover(proposal.redacted.get("description", proposal.description)),
        answers=tuple((label, cover(words)) for label, words in _answers(harmless, FieldTarget.SESSION, answers)),
    )


def _answers(fields: Iterable[Field], target: FieldTarget, answers: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((field.label, words(answers[field.key])) for field in fields if field.target == target and field.key in answers)


def words(answer: Any) -> str:
    """An answer as a person reads it."""
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if isinstance(answer, list):
        return ", ".join(map(str, answer))
    return "" if answer is None else str(answer)


_RUN = re.compile(rf"{re.escape(HIDDEN)}(?:[ \t-]+{re.escape(HIDDEN)})+")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f]")
"""Soft hyphens, joiners and the like, by which a name could be written past us and still be read."""
_TIES = [
    (re.compile(r"</?a\b[^>]*>?", re.IGNORECASE), ""),
    (re.compile(r"!?\[([^\[\]]*+)\]\([^)]{0,2000}+\)"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?:https?:|ftp:|mailto:|www\.)[^\s)\]>\"']+", re.IGNORECASE), HIDDEN),
    (re.compile(r"(?<![^\s@<>()\[\]\"',;:])[^\s@<>()\[\]\"',;:]++@[^\s@<>()\[\]\"',;:]+\.\w+"), HIDDEN),
    (re.compile(r"(?<![\w@])@\w[\w.]*\w"), HIDDEN),
    (re.compile(r"(?<![a-z0-9.-])\.*(?:[a-z0-9-]++\.)+(?:com|org|edu|uk|eu|info)\b(?:/[^\s)\]>\"']*)?", re.IGNORECASE), HIDDEN),
]
"""Links, mail addresses, handles and sites: whoever follows one knows the author. Each begins only where a word does and never goes back
over what it took, so that no text makes them slow: strangers write the texts."""


class Cover:
    """Covers what names an author in a text. Names are found whatever their accents; a single word only where it is written as a name."""

    def __init__(self, names: Iterable[str], houses: Iterable[str]) -> None:
        names, houses = list(names), list(houses)
        words = {name: [part for part in _WORD.findall(name) if fold(part) not in _TITLES] for name in names}
        whole = {one.strip() for one in [*names, *houses, *map(" ".join, words.values())] if len(one.strip()) > 1}
        parts = {part for found in words.values() for part in found if len(part) > 2 and fold(part) not in _COMMON}
        self.phrases: dict[str, list[tuple[list[str], bool]]] = {}
        for phrase in sorted(whole | parts, key=len, reverse=True):
            folded = [_folded(one) for one in _WORD.findall(phrase)]
            if folded and folded[0]:
                self.phrases.setdefault(folded[0], []).append((folded, len(folded) == 1))
        self.unspaced = sorted((one for one in whole if len(one) > 1 and not one.isascii()), key=len, reverse=True)

    @classmethod
    def of(cls, proposal: Proposal) -> Cover:
        """Everything by which the authors of this proposal could be known. Load it with `authors__speaker`."""
        people = [author.speaker for author in proposal.authors]
        return cls([one.name for one in people], [one.organisation for one in people])

    def __call__(self, text: str) -> str:
        if not text:
            return text
        text = _INVISIBLE.sub("", html.unescape(text))
        for pattern, instead in _TIES:
            text = pattern.sub(instead, text)
        for name in self.unspaced:
            text = text.replace(name, HIDDEN)
        found = list(_WORD.finditer(text))
        said = [_folded(match[0]) for match in found]
        out, at, number = [], 0, 0
        while number < len(found):
            length = self._named(found, said, number)
            if length:
                out += [text[at : found[number].start()], HIDDEN]
                at = found[number + length - 1].end()
            number += max(length, 1)
        return _RUN.sub(HIDDEN, "".join([*out, text[at:]]))

    def _named(self, found: list[re.Match[str]], said: list[str], number: int) -> int:
        """How many words from this one on are a name; 0 when they are none."""
        for phrase, single in self.phrases.get(said[number], ()):
            if said[number : number + len(phrase)] == phrase and not (single and found[number][0][0].islower()):
                return len(phrase)
        return 0


_TITLES = {"dr", "prof", "professor", "doctor", "mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "frau", "herr"}
_COMMON = {"may", "art", "van", "von", "der", "den", "del", "dos", "das", "the", "and", "for", "san", "ten", "phd", "msc", "mbe", "obe"}
"""Short parts of names that are words or prepositions too: covered within the whole name only."""


def _folded(word: str) -> str:
    """Without accents and case, and without the 's of a possessive."""
    return fold(re.sub(r"['’]s$", "", word))
