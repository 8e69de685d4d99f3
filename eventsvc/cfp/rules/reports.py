"""Proposals as a list that can be searched and filtered, as numbers, and as CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from eventsvc.cfp.models import Call, Field, FieldTarget, Proposal, ProposalState, SpeakerAnswers
from eventsvc.cfp.render.words import language
from eventsvc.cfp.rules.seen import words
from eventsvc.core.text import as_csv, fold
from eventsvc.events.models import Event

FILTERS = ("state", "type", "track", "language")


async def listing(call: Call, asked: Mapping[str, str]) -> list[Proposal]:
    """Newest first, with type, track and authors. `asked` may hold `search` (titles, codes, people; accents ignored) and FILTERS."""
    found = Proposal.filter(call=call)
    if asked.get("state") in set(ProposalState):
        found = found.filter(state=asked["state"])
    if asked.get("type"):
        found = found.filter(type__code=asked["type"])
    if asked.get("track"):
        found = found.filter(track__code=asked["track"])
    if asked.get("language"):
        found = found.filter(language=asked["language"])
    rows = await found.select_related("type", "track").prefetch_related("authors__speaker").order_by("-created_at", "-id")
    sought = fold(asked.get("search", "")).split()
    return [one for one in rows if all(word in _folded(one) for word in sought)] if sought else rows


def _folded(proposal: Proposal) -> str:
    people = [part for one in proposal.authors for part in (one.speaker.name, one.speaker.organisation, one.speaker.email)]
    return fold(proposal.title, proposal.code, *people)


@dataclass
class Numbers:
    """How many came in. `days`: (day, how many) without gaps; the rest: (label, how many), most first."""

    total: int = 0
    drafts: int = 0
    people: int = 0
    days: list[tuple[date, int]] = field(default_factory=list)
    states: list[tuple[str, int]] = field(default_factory=list)
    types: list[tuple[str, int]] = field(default_factory=list)
    tracks: list[tuple[str, int]] = field(default_factory=list)
    languages: list[tuple[str, int]] = field(default_factory=list)


def numbers(event: Event, proposals: Iterable[Proposal]) -> Numbers:
    """Drafts count as drafts only: nobody has submitted them."""
    rows = list(proposals)
    sent = [one for one in rows if one.state != ProposalState.DRAFT]
    per_day = Counter(event.local(one.submitted_at).date() for one in sent if one.submitted_at)
    first, last = (min(per_day), max(per_day)) if per_day else (event.start, event.start - timedelta(days=1))
    return Numbers(
        total=len(sent),
        drafts=len(rows) - len(sent),
        people=len({author.speaker_id for one in sent for author in one.authors}),
        days=[(day, per_day[day]) for n in range((last - first).days + 1) for day in [first + timedelta(days=n)]],
        states=_most(one.state.capitalize() for one in rows),
        types=_most(one.type.name for one in sent),
        tracks=_most(one.track.name if one.track else "No track" for one in sent),
        languages=_most(language(one.language) if one.language else "Not said" for one in sent),
    )


def _most(labels: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(labels).most_common()


async def proposals_csv(event: Event, call: Call, proposals: Iterable[Proposal]) -> str:
    """One row for each proposal; answers in columns by their question, those about people joined with the names before them."""
    fields = await Field.filter(call=call).exclude(target=FieldTarget.REVIEWER)
    asked = [one for one in fields if one.target == FieldTarget.SESSION]
    person = [one for one in fields if one.target == FieldTarget.SPEAKER]
    about = {row.speaker_id: row.answers for row in await SpeakerAnswers.filter(speaker__event=event)}
    head = ["code", "title", "state", "decision_not_released", "type", "minutes", "track", "language", "speakers", "emails", "abstract"]
    return as_csv(
        [*head, "description", "notes", "submitted", *(one.label for one in [*asked, *person])],
        (
            [
                *(one.code, one.title, one.state, one.pending or "", one.type.name, one.type.minutes, one.track.name if one.track else ""),
                *(one.language, ", ".join(author.speaker.name for author in one.authors)),
                *(", ".join(author.speaker.email for author in one.authors), one.abstract, one.description, one.notes),
                f"{event.local(one.submitted_at):%Y-%m-%d %H:%M}" if one.submitted_at else "",
                *(words(one.answers.get(ask.key)) for ask in asked),
                *("; ".join(_said(one, ask.key, about)) for ask in person),
            ]
            for one in proposals
        ),
    )


def _said(proposal: Proposal, key: str, about: Mapping[int, Mapping[str, object]]) -> list[str]:
    given = [(author.speaker.name, about.get(author.speaker_id, {}).get(key)) for author in proposal.authors]
    return [f"{name}: {words(answer)}" for name, answer in given if answer is not None]
