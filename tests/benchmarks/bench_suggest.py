"""How long it takes to suggest a whole programme: 200 sessions in 8 rooms over two days, and 900 in 20 over four.

`bench()` needs no database; `python -m tests.benchmarks.bench_suggest` prints what it measured.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from eventsvc.agenda.rules.suggest_board import Hall, Person, Problem, Taken, Talk, Window
from eventsvc.agenda.rules.suggest_search import suggest

DAY = datetime(2027, 5, 14, tzinfo=UTC)


def at(day: int, hour: float) -> datetime:
    return DAY + timedelta(days=day, hours=hour)


def problem(sessions: int, rooms: int, days: int, *, seed: int = 7) -> Problem:
    """A believable conference, nearly full: plenary, breaks and lunch each day; speakers with several sessions,
    a fifth of them here only for half a day; tracks, popular sessions, rooms of many sizes, workshops that need setting up."""
    rand = random.Random(seed)
    halls = tuple(Hall(n, f"Room {n}", seats) for n, seats in enumerate([600, 400, 250, 200, 150, 120, 100, 80, *[60] * rooms][:rooms], 1))
    opening: list[Window] = [(at(day, 9), at(day, 19)) for day in range(days)]
    taken = []
    for day in range(days):
        taken.append(Taken("Keynote", at(day, 9), at(day, 9.75), people=frozenset({10_000 + day}), wanted=500))
        for title, start, end in (("Coffee", 10.75, 11.25), ("Lunch", 12.75, 13.75), ("Tea", 15.75, 16.25)):
            taken.append(Taken(title, at(day, start), at(day, end)))
    people: dict[int, Person] = {}
    for number in range(1, int(sessions * 0.8) + 1):
        windows: tuple[Window, ...] = ()
        if rand.random() < 0.2:
            day, half = rand.randrange(days), rand.choice([(9, 13), (13.5, 19)])
            windows = ((at(day, half[0]), at(day, half[1])),)
        people[number] = Person(number, f"Speaker {number}", windows)
    for day in range(days):
        people[10_000 + day] = Person(10_000 + day, f"Keynote speaker {day}")
    free = [person for person in people if person < 10_000]
    count: dict[int, int] = {}
    talks = []
    for number in range(1, sessions + 1):
        chosen: set[int] = set()
        for _ in range(rand.choice([1, 1, 1, 2, 2, 3])):
            person = rand.choice(free)
            limit = 2 if people[person].windows else 4
            if count.get(person, 0) < limit and not (people[person].windows and any(people[one].windows for one in chosen)):
                count[person] = count.get(person, 0) + 1
                chosen.add(person)
        minutes = rand.choices([20, 30, 45, 90], [4, 4, 0.6, 0.1])[0]
        popular = int(min(380, rand.paretovariate(1.1) * 18))
        talks.append(
            Talk(
                number,
                f"Session {number}",
                minutes,
                frozenset(chosen),
                track=rand.randrange(1, 9),
                setup=15 if minutes == 90 else 0,
                wanted=popular,
            )
        )
    return Problem(halls, tuple(talks), tuple(taken), people, tuple(opening), ZoneInfo("UTC"), gap=5)


SIZES = ((200, 8, 2), (900, 20, 4))


def bench() -> list[tuple[str, float, str]]:
    """(what, how much, unit) of each measure."""
    found = []
    for sessions, rooms, days in SIZES:
        asked = problem(sessions, rooms, days)
        began = time.perf_counter()
        answer = suggest(asked, seconds=20)
        name = f"suggest {sessions} sessions, {rooms} rooms, {days} days"
        found.append((name, time.perf_counter() - began, "s"))
        found.append((f"{name}: left out", float(len(answer.left)), ""))
    return found


def main() -> None:
    for what, much, unit in bench():
        print(f"{what:60} {much:10.2f} {unit}")


if __name__ == "__main__":
    main()
