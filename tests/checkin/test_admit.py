"""The decision at the door, held to the table that the door app is held to as well."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from eventsvc.checkin.models import Verdict
from eventsvc.checkin.rules.admit import Door, Known, verdict

CASES = json.loads((Path(__file__).parent / "admission_cases.json").read_text())
LATER = {"needs_answer", "conflict"}
"""Verdicts that no rule gives yet."""


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_the_table(case: dict[str, Any]) -> None:
    rule = case["list"]
    door = Door(rule.get("types"), _moment(rule.get("opens")), _moment(rule.get("closes")), rule.get("admit_unpaid", False))
    ticket = Known(**case["ticket"]) if case["ticket"] else None

    said = verdict(
        ticket, door, datetime.fromisoformat(case["at"]), direction=case.get("direction", "in"), forced=case.get("forced", False)
    )

    assert said == case["says"]


def test_the_table_knows_every_verdict_there_is() -> None:
    assert {case["says"] for case in CASES} == set(Verdict) - LATER
