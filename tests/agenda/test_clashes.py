"""What clashes, by the table that the browser's twin reads too (frontend/tests/clashes.test.js)."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from eventsvc.agenda.rules.clashes import Hall, Item, Person, Plan, clashes, clashes_of

CASES = json.loads((Path(__file__).parent / "clash_cases.json").read_text())


def plan_of(case: dict[str, Any]) -> Plan:
    items = [Item(**{**item, "speakers": tuple(item.get("speakers", ()))}) for item in case["items"]]
    people = {
        int(number): Person(one.get("name", ""), tuple((a, b) for a, b in one.get("available", ())))
        for number, one in case.get("people", {}).items()
    }
    return Plan({item.id: item for item in items}, {int(n): Hall(**hall) for n, hall in case.get("halls", {}).items()}, people)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
async def test_case(case: dict[str, Any]) -> None:
    plan = plan_of(case)

    found = clashes_of(plan.items[case["item"]], plan)

    assert [[clash.kind, clash.other, clash.person, clash.says] for clash in found] == case["says"]


async def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 30


async def test_the_whole_plan_tells_each_pair_once_and_the_same_as_one_by_one() -> None:
    choose = random.Random(5)
    items = {}
    for number in range(1, 300):
        start = choose.randrange(0, 900)
        items[number] = Item(
            number,
            f"S{number}",
            choose.choice([None, *range(1, 12)]),
            start,
            start + choose.choice([5, 20, 45, 600]),
            choose.choice([0, 0, 15]),
            tuple({choose.randrange(1, 90) for _ in range(choose.randrange(3))}),
            choose.choice([None, choose.randrange(1, 90)]),
            choose.randrange(80),
        )
    people = {number: Person(f"P{number}", ((0, 900),) if number % 3 else ()) for number in range(1, 90)}
    plan = Plan(items, {number: Hall(f"R{number}", 50) for number in range(1, 12)}, people)

    whole = {(clash.kind, frozenset({clash.item, clash.other}), clash.person) for clash in clashes(plan)}
    each = {(clash.kind, frozenset({clash.item, clash.other}), clash.person) for item in items.values() for clash in clashes_of(item, plan)}

    assert len(whole) > 300
    assert whole == each
    assert len(clashes(plan)) == len(whole)


async def test_nine_hundred_sessions_are_judged_together_as_one_by_one() -> None:
    items = {n: Item(n, f"S{n}", n % 24, n // 24 * 35, n // 24 * 35 + 30, 5, (n % 700, n % 500)) for n in range(900)}
    plan = Plan(items, {n: Hall(f"R{n}", 100) for n in range(24)}, {n: Person(f"P{n}") for n in range(700)})
    started = time.perf_counter()

    found = clashes(plan)

    print(f"900 sessions judged in {time.perf_counter() - started:.3f} s: {len(found)} clashes")
    assert set(found) == {clash for item in items.values() for clash in clashes_of(item, plan)}
