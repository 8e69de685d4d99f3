"""Scores added up: pure functions over plain values, so that they can be checked by hand.

A score counts as how far up its scale it is, from 0 % to 100 %, so that a 4 of 5 and an 8 of 10 compare. A review is the mean of its
scores by weight; a proposal is the mean of its reviews. Categories of weight 0 are asked and shown, and count for nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ENOUGH = 3
"""Reviews from which on a reviewer's own mean and spread say something."""


class Scale(NamedTuple):
    """What a category needs to be counted."""

    key: str
    weight: int
    low: int
    high: int


class Given(NamedTuple):
    """One review: of what, by whom, and how good (0 to 100; None: abstained or without a score that counts)."""

    proposal: int
    reviewer: int
    percent: float | None


def percent(scales: Iterable[Scale], scores: Mapping[str, int]) -> float | None:
    """One review's scores as 0 to 100. None when nothing that counts was scored.

    >>> percent([Scale("1", 2, 1, 5), Scale("2", 1, 0, 10)], {"1": 4, "2": 10})
    83.33333333333333
    """
    total = weights = 0.0
    for scale in scales:
        if scale.weight and scale.key in scores:
            score = min(max(scores[scale.key], scale.low), scale.high)
            total += scale.weight * (score - scale.low) / (scale.high - scale.low)
            weights += scale.weight
    return 100 * total / weights if weights else None


@dataclass
class Tally:
    """What the reviews of one proposal add up to. `mean`, `spread` (standard deviation) and `adjusted` are 0 to 100."""

    points: list[float] = field(default_factory=list)
    abstained: int = 0
    mean: float | None = None
    spread: float | None = None
    adjusted: float | None = None

    @property
    def count(self) -> int:
        return len(self.points)


@dataclass
class Leaning:
    """How a reviewer scores beside the others: `offset` is by how many points of 100 they are kinder (+) or harsher (-)."""

    count: int
    mean: float
    spread: float
    offset: float | None


def tallies(reviews: Sequence[Given]) -> dict[int, Tally]:
    """All reviews added up, by proposal."""
    found: dict[int, Tally] = {}
    adjusted = _adjusted(reviews)
    levelled: dict[int, list[float]] = {}
    for number, one in enumerate(reviews):
        tally = found.setdefault(one.proposal, Tally())
        if one.percent is None:
            tally.abstained += 1
            continue
        tally.points.append(one.percent)
        levelled.setdefault(one.proposal, []).append(adjusted[number])
    for proposal, tally in found.items():
        if tally.points:
            tally.mean = statistics.fmean(tally.points)
            tally.adjusted = statistics.fmean(levelled[proposal])
        if len(tally.points) > 1:
            tally.spread = statistics.pstdev(tally.points)
        tally.points.sort()
    return found


def _adjusted(reviews: Sequence[Given]) -> dict[int, float]:
    """Each score as if all reviewers used the scale alike: so many of the reviewer's own deviations from their own mean.

    A reviewer with fewer than ENOUGH reviews, or who gives everything the same, is taken at their word.
    """
    by_reviewer: dict[int, list[float]] = {}
    for one in reviews:
        if one.percent is not None:
            by_reviewer.setdefault(one.reviewer, []).append(one.percent)
    everything = [value for values in by_reviewer.values() for value in values]
    if not everything:
        return {}
    middle, width = statistics.fmean(everything), statistics.pstdev(everything)
    own = {who: (statistics.fmean(values), statistics.pstdev(values)) for who, values in by_reviewer.items() if len(values) >= ENOUGH}
    levelled = {}
    for number, one in enumerate(reviews):
        if one.percent is None:
            continue
        mean, spread = own.get(one.reviewer, (0.0, 0.0))
        value = middle + width * (one.percent - mean) / spread if spread else one.percent
        levelled[number] = min(100.0, max(0.0, value))
    return levelled


def leanings(reviews: Sequence[Given]) -> dict[int, Leaning]:
    """Each reviewer beside those who scored the same proposals. `offset` is None where nobody else did."""
    by_proposal: dict[int, dict[int, float]] = {}
    for one in reviews:
        if one.percent is not None:
            by_proposal.setdefault(one.proposal, {})[one.reviewer] = one.percent
    own: dict[int, list[float]] = {}
    apart: dict[int, list[float]] = {}
    for given in by_proposal.values():
        total = sum(given.values())
        for who, value in given.items():
            own.setdefault(who, []).append(value)
            if len(given) > 1:
                apart.setdefault(who, []).append(value - (total - value) / (len(given) - 1))
    return {
        who: Leaning(
            len(values), statistics.fmean(values), statistics.pstdev(values), statistics.fmean(apart[who]) if who in apart else None
        )
        for who, values in own.items()
    }
