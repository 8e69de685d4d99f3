"""Scores added up, against tables worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from eventsvc.cfp.rules.scores import Given, Scale, leanings, percent, tallies

FIT, DEPTH, EXTRA = Scale("fit", 2, 1, 5), Scale("depth", 1, 0, 10), Scale("extra", 0, 1, 3)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"fit": 5, "depth": 10}, 100.0),
        ({"fit": 1, "depth": 0}, 0.0),
        ({"fit": 3, "depth": 5}, 50.0),
        ({"fit": 4, "depth": 10}, (2 * 75 + 100) / 3),
        ({"fit": 2}, 25.0),
        ({"depth": 8, "extra": 1}, 80.0),
        ({"extra": 3}, None),
        ({}, None),
        ({"gone": 3}, None),
        ({"fit": 9}, 100.0),
    ],
)
def test_a_review_is_its_scores_by_weight_each_as_far_up_its_scale_as_it_is(scores: dict[str, int], expected: float | None) -> None:
    assert percent([FIT, DEPTH, EXTRA], scores) == pytest.approx(expected)


def test_a_proposal_is_the_mean_of_its_reviews_with_their_spread_and_without_abstentions() -> None:
    tally = tallies([Given(1, 10, 40.0), Given(1, 11, 80.0), Given(1, 12, None)])[1]

    assert (tally.count, tally.abstained, tally.mean, tally.spread, tally.points) == (2, 1, 60.0, 20.0, [40.0, 80.0])


def test_one_review_has_no_spread_and_none_has_no_mean() -> None:
    found = tallies([Given(1, 10, 70.0), Given(2, 10, None)])

    assert (found[1].mean, found[1].spread) == (70.0, None)
    assert (found[2].mean, found[2].adjusted, found[2].abstained) == (None, None, 1)


def test_a_harsh_and_a_kind_reviewer_are_told_apart_by_what_both_scored() -> None:
    found = leanings([Given(n, 10, 30.0 + n) for n in range(3)] + [Given(n, 11, 50.0 + n) for n in range(3)] + [Given(9, 12, 99.0)])

    assert (found[10].offset, found[11].offset, found[12].offset) == (-20.0, 20.0, None)
    assert (found[10].count, found[10].mean) == (3, 31.0)


def test_adjusting_makes_a_harsh_reviewer_and_a_kind_one_agree_where_they_ranked_alike() -> None:
    harsh = [Given(n, 10, value) for n, value in enumerate([10.0, 20.0, 30.0])]
    kind = [Given(n, 11, value) for n, value in enumerate([60.0, 80.0, 100.0])]

    alone = tallies(harsh[:1] + kind[1:] + harsh[1:] + kind[:1])

    # The values of all: 10 20 30 60 80 100; mean 50, deviation √(6000/6 + …) = 32.66. z of each reviewer: -1.2247, 0, 1.2247.
    width = (sum((v - 50) ** 2 for v in (10, 20, 30, 60, 80, 100)) / 6) ** 0.5
    assert alone[1].adjusted == pytest.approx(50.0)
    assert alone[0].adjusted == pytest.approx(50 - 1.5**0.5 * width)
    assert alone[2].adjusted == pytest.approx(50 + 1.5**0.5 * width)


def test_who_has_said_little_is_taken_at_their_word() -> None:
    found = tallies([Given(1, 10, 25.0), Given(2, 10, 75.0)])

    assert (found[1].adjusted, found[2].adjusted) == (25.0, 75.0)


@given(some.lists(some.tuples(some.integers(1, 6), some.integers(1, 5), some.none() | some.floats(0, 100)), max_size=40))
def test_every_number_stays_between_0_and_100(rows: list[tuple[int, int, float | None]]) -> None:
    found = tallies([Given(*row) for row in rows]).values()

    numbers = [value for tally in found for value in (tally.mean, tally.adjusted, tally.spread) if value is not None]
    assert all(-1e-9 <= value <= 100 + 1e-9 for value in numbers)
    assert sum(tally.count + tally.abstained for tally in found) == len(rows)
