"""Sharing out the work: fair, without conflicts, as much as was asked for or a word why not, and the same each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from eventsvc.cfp.rules.assignment import Wanted, share_out
from eventsvc.cfp.rules.conflicts import AUTHOR, DECLARED, DOMAIN, ORGANISATION, Known, between

people = some.integers(1, 7)


@some.composite
def tasks(draw: some.DrawFn) -> tuple[list[Wanted], dict[int, int], int]:
    reviewers = sorted(draw(some.sets(people, max_size=7)))
    rows = []
    for number in range(draw(some.integers(0, 25))):
        barred = dict.fromkeys(draw(some.sets(some.sampled_from(reviewers), max_size=4)), AUTHOR) if reviewers else {}
        taken = {who for who in draw(some.sets(people, max_size=2)) if who not in barred}
        rows.append(Wanted(number, taken, barred))
    return rows, {who: draw(some.integers(0, 4)) for who in reviewers}, draw(some.integers(1, 4))


@given(tasks())
def test_nobody_gets_a_conflict_and_everybody_gets_enough_or_a_reason(task: tuple[list[Wanted], dict[int, int], int]) -> None:
    rows, loads, each = task
    shared = share_out(rows, loads, each)

    short = {number: lacking for number, lacking, why in shared.short if why}
    for row in rows:
        new = [who for number, who in shared.added if number == row.id]
        assert not set(new) & (row.barred.keys() | row.taken)
        assert len(new) == len(set(new))
        assert len(row.taken) + len(new) + short.get(row.id, 0) == max(each, len(row.taken))
        if row.id in short:
            assert set(new) == loads.keys() - row.barred.keys() - row.taken


@given(tasks())
def test_no_piece_of_work_could_move_to_somebody_with_two_less(task: tuple[list[Wanted], dict[int, int], int]) -> None:
    rows, loads, each = task
    shared = share_out(rows, loads, each)

    load = {who: before + sum(one == who for _, one in shared.added) for who, before in loads.items()}
    found = {row.id: row for row in rows}
    for number, who in shared.added:
        row = found[number]
        others = loads.keys() - row.barred.keys() - row.taken - {one for at, one in shared.added if at == number}
        assert all(load[who] - load[other] < 2 for other in others)


@given(some.integers(0, 40), some.integers(1, 8), some.integers(1, 8))
def test_without_conflicts_all_have_the_same_within_one(proposals: int, reviewers: int, each: int) -> None:
    shared = share_out([Wanted(n) for n in range(proposals)], dict.fromkeys(range(reviewers), 0), each)

    counts = [sum(who == one for _, one in shared.added) for who in range(reviewers)]
    assert max(counts) - min(counts) <= 1
    assert len(shared.added) == proposals * min(each, reviewers)


@given(tasks(), some.randoms())
def test_the_order_in_which_things_come_changes_nothing_and_again_adds_nothing(
    task: tuple[list[Wanted], dict[int, int], int], chance: object
) -> None:
    rows, loads, each = task
    first = share_out(rows, loads, each)
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert share_out(mixed, dict(reversed(loads.items())), each) == first
    for number, who in first.added:
        next(row for row in rows if row.id == number).taken.add(who)
    assert share_out(rows, loads, each).added == []


def test_work_goes_round_a_conflict_along_a_chain() -> None:
    """1 may only do A; 2 may do A or B; 3 is free but barred from A: A goes to 1, so that B is not all 2's."""
    rows = [Wanted(1, barred={3: AUTHOR}), Wanted(2, barred={1: AUTHOR}), Wanted(3, barred={1: AUTHOR, 2: AUTHOR})]

    shared = share_out(rows, {1: 0, 2: 0, 3: 0}, 1)

    assert sorted(who for _, who in shared.added) == [1, 2, 3]


def test_what_could_not_be_done_says_why() -> None:
    shared = share_out([Wanted(1, barred={1: AUTHOR, 2: "tracks"})], {1: 0, 2: 0, 3: 0}, 2)

    assert shared.added == [(1, 3)]
    assert shared.short == [(1, 1, "1 × is an author of it; 1 × looks after other tracks")]
    assert share_out([Wanted(1)], {}, 2).short == [(1, 2, "there are no reviewers yet")]


@pytest.mark.parametrize(
    ("reviewer", "author", "expected"),
    [
        (Known("a@x.test", ""), Known("A@X.test", ""), AUTHOR),
        (Known("a@x.test", "Árden Trust"), Known("b@y.test", "arden trust"), ORGANISATION),
        (Known("a@x.test", ""), Known("b@x.test", ""), DOMAIN),
        (Known("a@cs.mercia.ac.uk", ""), Known("b@mercia.ac.uk", ""), DOMAIN),
        (Known("a@gmail.com", ""), Known("b@gmail.com", ""), None),
        (Known("a@nhs.net", "One"), Known("b@nhs.net", "Other"), None),
        (Known("a@notmercia.ac.uk", ""), Known("b@mercia.ac.uk", ""), None),
        (Known("a@x.test", ""), Known("", ""), None),
    ],
)
def test_what_is_a_conflict(reviewer: Known, author: Known, expected: str | None) -> None:
    assert between(reviewer, [Known("c@z.test", "Z"), author]) == expected
    assert between(reviewer, [author], declared=True) == DECLARED
