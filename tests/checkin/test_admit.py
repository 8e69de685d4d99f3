"""The decision at the door and its sentence, held to the tables that the door app is held to as well."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from eventsvc.checkin.models import Verdict
from eventsvc.checkin.rules.admit import Door, How, Known, Said, verdict
from eventsvc.checkin.rules.messages import First, message

HERE = Path(__file__).parent
CASES = json.loads((HERE / "admission_cases.json").read_text())
MESSAGES = json.loads((HERE / "door_messages.json").read_text())


def _moments(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name in names and value else value for name, value in values.items()}


def _known(case: dict[str, Any]) -> Known | None:
    return Known(**_moments(case["ticket"], "entered")) if case["ticket"] else None


def _door(case: dict[str, Any]) -> Door:
    return Door(**_moments(case["list"], "opens", "closes"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_the_table(case: dict[str, Any]) -> None:
    how = How(**{name: case[name] for name in ("direction", "forced", "admitted", "answers") if name in case})

    said = verdict(_known(case), _door(case), datetime.fromisoformat(case["at"]), how)

    assert (said.verdict, said.because) == (case["says"], case.get("because", said.because))


def test_the_table_knows_every_verdict_there_is() -> None:
    assert {case["says"] for case in CASES} == set(Verdict)


@pytest.mark.parametrize("case", MESSAGES, ids=[case["why"] for case in MESSAGES])
def test_the_sentence(case: dict[str, Any]) -> None:
    first = First(**_moments(case["first"], "at")) if "first" in case else None
    said = Said(Verdict(case["verdict"]), case["because"])

    assert message(said, _known(case), _door(case), datetime.fromisoformat(case["at"]), first) == case["sentence"]
