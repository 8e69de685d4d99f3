"""The suggester on plain values: nothing ever clashes, everything that fits is placed, and the rest says why."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from eventsvc.agenda.rules.suggest_board import Hall, Person, Problem, Taken, Talk, Window, runs, steps
from eventsvc.agenda.rules.suggest_search import Suggestion, suggest
from tests.benchmarks.bench_suggest import problem as conference

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2027, 1, 12, tzinfo=UTC)
ADA, BOB = Person(1, "Ada Lovelace"), Person(2, "Bob Moran")


def at(hour: float, day: int = 0) -> datetime:
    return TUESDAY + timedelta(days=day, hours=hour)


def problem(*talks: Talk, halls: tuple[Hall, ...] = (Hall(1, "Hall"),), **values: object) -> Problem:
    """One room, one day from nine to five."""
    people = values.pop("people", (ADA, BOB))
    defaults = {
        "halls": halls,
        "talks": talks,
        "taken": (),
        "people": {person.id: person for person in people},  # type: ignore[attr-defined]
        "opening": ((at(9), at(17)),),
        "zone": LONDON,
    }
    return Problem(**{**defaults, **values})  # type: ignore[arg-type]


def talk(number: int, *people: int, minutes: int = 60, **values: object) -> Talk:
    return Talk(number, f"Talk {number}", minutes, frozenset(people), **values)  # type: ignore[arg-type]


def places(found: Suggestion) -> dict[int, tuple[int, float]]:
    """Talk → room and hour."""
    return {one.talk: (one.room, (one.start - TUESDAY).total_seconds() / 3600) for one in found.placed}


def clashes(asked: Problem, found: Suggestion) -> list[str]:
    """Everything wrong with an answer, found the slow way: pair by pair, moment by moment."""
    talks = {one.id: one for one in asked.talks}
    rows = [(p.start, p.end, p.room, talks[p.talk]) for p in found.placed]
    taken = [(one.start, one.end, one.room, one) for one in asked.taken]
    wrong = []
    for start, end, room, one in rows:
        if not any(opens <= start and end <= closes for opens, closes in asked.opening):
            wrong.append(f"{one.title} outside the opening hours")
        hall = next(hall for hall in asked.halls if hall.id == room)
        if hall.seats is not None and hall.seats < one.wanted:
            wrong.append(f"{one.title} in a room too small")
        for person in one.people:
            windows = asked.people[person].windows
            if windows and not any(opens <= start and end <= closes for opens, closes in windows):
                wrong.append(f"{one.title} while {person} is away")
    pairs = [*combinations(rows, 2), *((row, other) for row in rows for other in taken)]
    for (start, end, room, one), (begin, until, where, other) in pairs:
        if start < until and begin < end and (where is None or where == room or one.people & other.people):
            wrong.append(f"{one.title} beside {other.title}")
        if where == room:
            first, second = ((end, begin, other), (until, start, one)) if start < begin else ((until, start, one), (end, begin, other))
            del second
            rest = timedelta(minutes=max(asked.gap, first[2].setup))  # type: ignore[attr-defined]
            if first[1] - first[0] < rest and not (start < until and begin < end):
                wrong.append(f"{one.title} too close to {other.title}")
    return wrong


@pytest.mark.parametrize("seed", range(4))
def test_two_hundred_sessions_find_places_without_a_clash(seed: int) -> None:
    asked = conference(200, 8, 2, seed=seed)

    found = suggest(asked)

    assert clashes(asked, found) == []
    print(f"200 sessions placed in {found.seconds:.1f} s")
    assert len(found.placed) >= 196
    assert all(said.endswith(".") for said in found.left.values())


def test_the_same_question_gets_the_same_answer() -> None:
    asked = conference(120, 6, 2)

    assert suggest(asked).placed == suggest(asked).placed


@pytest.mark.parametrize("seed", range(30))
def test_small_problems_never_clash(seed: int) -> None:
    rand = random.Random(seed)
    people = tuple(
        Person(n, f"P{n}", ((at(rand.randint(9, 12), d), at(rand.randint(13, 17), d)),) if rand.random() < 0.4 else ())
        for n in range(6)
        for d in [rand.randrange(2)]
    )
    halls = tuple(Hall(n, f"H{n}", rand.choice([None, 30, 80])) for n in range(rand.randint(1, 3)))
    taken = (
        Taken("Lunch", at(12.5), at(13.25)),
        Taken("There", at(9 + 1 / 12), at(10 + 7 / 60), halls[0].id, frozenset({0}), setup=10),
    )
    talks = tuple(
        talk(
            n,
            *rand.sample(range(6), rand.randint(0, 2)),
            minutes=rand.choice([10, 25, 45, 90, 170]),
            setup=rand.choice([0, 0, 20]),
            wanted=rand.choice([0, 20, 60, 100]),
        )
        for n in range(100, 118)
    )
    asked = problem(
        *talks, halls=halls, people=people, taken=taken, opening=((at(9), at(17)), (at(9, 1), at(12, 1))), gap=rand.choice([0, 5])
    )

    found = suggest(asked)

    assert clashes(asked, found) == []
    assert len(found.placed) + len(found.left) == len(talks)


def test_a_break_is_for_everybody() -> None:
    found = suggest(problem(talk(1), talk(2), taken=(Taken("Coffee", at(10), at(16)),)))

    assert sorted(places(found).values()) == [(1, 9.0), (1, 16.0)]


def test_a_speaker_is_in_one_place_at_a_time() -> None:
    halls = (Hall(1, "A"), Hall(2, "B"))

    found = suggest(problem(talk(1, 1), talk(2, 1), halls=halls, opening=((at(9), at(11)),)))

    assert {hour for _, hour in places(found).values()} == {9.0, 10.0}


def test_a_room_is_empty_while_it_is_set_up() -> None:
    found = suggest(problem(talk(1), talk(2, setup=30), opening=((at(9), at(11.5)),)))

    assert (found.left, len(found.placed)) == ({}, 2)
    assert clashes(problem(talk(1), talk(2, setup=30), opening=((at(9), at(11.5)),)), found) == []


def test_what_many_want_to_see_gets_the_large_room() -> None:
    halls = (Hall(1, "Small", 40), Hall(2, "Large", 300))

    found = suggest(problem(talk(1, wanted=10), talk(2, wanted=200), halls=halls, opening=((at(9), at(10)),)))

    assert places(found) == {1: (1, 9.0), 2: (2, 9.0)}


def test_one_track_and_popular_sessions_do_not_compete_when_there_is_time() -> None:
    halls = (Hall(1, "A", 100), Hall(2, "B", 100))
    talks = [talk(n, track=1 if n < 3 else None, wanted=90 if n > 2 else 0) for n in range(1, 5)]

    found = places(suggest(problem(*talks, halls=halls, opening=((at(9), at(11)),))))

    assert found[1][1] != found[2][1]
    assert found[3][1] != found[4][1]


def test_others_make_room_for_what_is_left() -> None:
    """Ada comes only for the last hour; two long talks could fill the day in a way that leaves no hour there."""
    late = Person(1, "Ada Lovelace", ((at(11), at(12)),))

    found = suggest(problem(talk(1, minutes=120), talk(2, 1), people=(late,), opening=((at(9), at(12)),)))

    assert places(found) == {1: (1, 9.0), 2: (1, 11.0)}


def left(asked: Problem) -> list[str]:
    return list(suggest(asked).left.values())


def test_it_says_why_a_speaker_cannot() -> None:
    ada = Person(1, "Ada Lovelace", ((at(9), at(12)),))
    already = Taken("Engines", at(9), at(12), 2, frozenset({1}))
    halls = (Hall(1, "A"), Hall(2, "B"))

    assert left(problem(talk(1, 1), halls=halls, people=(ada,), taken=(already,))) == [
        "Ada Lovelace is only available Tuesday 09:00–12:00, when they already have “Engines”."
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (problem(talk(1), halls=()), "There is no room yet. Add one first."),
        (problem(talk(1), opening=()), "There are no opening hours on any day."),
        (
            problem(talk(1, minutes=300), taken=(Taken("Lunch", at(13), at(14)),)),
            "It lasts 300 minutes, and the longest stretch without a break is 240.",
        ),
        (problem(talk(1), taken=(Taken("Full", at(8), at(18), 1),)), "No room is free for 60 minutes. Add a room, a day or longer hours."),
        (
            problem(talk(1, wanted=90), halls=(Hall(1, "A", 10), Hall(2, "B", 80))),
            "90 people want to see it, and the largest room, B, has 80 seats.",
        ),
        (
            problem(talk(1, wanted=90), halls=(Hall(1, "A", 10), Hall(2, "B", 100)), taken=(Taken("Full", at(8), at(18), 2),)),
            "90 people want to see it, and B is taken.",
        ),
        (
            problem(talk(1, 1, 2), people=(Person(1, "Ada", ((at(9), at(12)),)), Person(2, "Bob", ((at(13), at(17)),)))),
            "Ada and Bob are never free at the same time for 60 minutes.",
        ),
        (
            problem(talk(1, 1), people=(Person(1, "Ada", ((at(18), at(20)),)),)),
            "Ada is only available Tuesday 18:00–20:00, and 60 minutes do not fit between the breaks then.",
        ),
        (
            problem(talk(1, 1), people=(Person(1, "Ada", ((at(9), at(11)),)),), taken=(Taken("Full", at(8), at(18), 1),)),
            "Every room is taken whenever Ada could come.",
        ),
    ],
)
def test_it_says_why_there_is_no_place(asked: Problem, said: str) -> None:
    assert left(asked) == [said]


def test_runs_are_where_so_many_bits_are_set_in_a_row() -> None:
    free = 0b1110_1111_0011_1111_1111

    for length in range(1, 14):
        slow = [n for n in range(24) if all(free >> n + k & 1 for k in range(length))]
        assert list(steps(runs(free, length))) == slow


def test_in_winter_and_summer_a_place_is_on_the_local_half_hour() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    window: Window = (datetime(2027, 7, 1, 9, tzinfo=kolkata), datetime(2027, 7, 1, 17, tzinfo=kolkata))

    found = suggest(problem(talk(1), talk(2), opening=(window,), zone=kolkata))

    assert [one.start.astimezone(kolkata).minute for one in found.placed] == [0, 0]
