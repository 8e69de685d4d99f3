"""A file fits in the head, and a domain has only the files that it may have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.both import ONCE

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300
DOMAINS = [
    "accounts",
    "agenda",
    "audit",
    "badges",
    "calendars",
    "cfp",
    "checkin",
    "events",
    "live",
    "mail",
    "speakers",
    "stage",
    "surveys",
    "ticketing",
    "webhooks",
    "website",
]


def _files(folder: str, *endings: str) -> list[Path]:
    return [
        file for file in (ROOT / folder).rglob("*") if file.suffix in endings and not {"vendor", "node_modules", "fonts"} & set(file.parts)
    ]


def test_no_file_is_longer_than_300_lines() -> None:
    files = _files("eventsvc", ".py") + _files("frontend", ".js", ".css", ".html") + _files("tests", ".py")

    long = {str(file.relative_to(ROOT)): lines for file in files if (lines := len(file.read_text().splitlines())) > LIMIT}

    assert len(files) > 100
    assert long == {}


def test_every_domain_has_a_sign_on_its_door() -> None:
    for domain in DOMAINS:
        sign = ROOT / "eventsvc" / domain / "__init__.py"
        tree = ast.parse(sign.read_text())
        assert ast.get_docstring(tree), f"{domain}/__init__.py says nothing"
        assert len(tree.body) == 1, f"{domain}/__init__.py holds code"


def test_time_is_read_in_one_place() -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in _files("eventsvc", ".py")
        if re.search(r"datetime\.now\(\)|datetime\.utcnow|date\.today\(\)", file.read_text()) and "demo" not in file.parts
    ]

    assert found == []


def test_state_is_assigned_only_by_a_verb() -> None:
    """Doors never set a state."""
    doors = [file for file in _files("eventsvc", ".py") if {"routes", "api", "jobs"} & {file.stem, *file.parts}]

    assert doors
    assert [str(file) for file in doors if re.search(r"\.state = ", file.read_text())] == []


def test_what_is_tested_once_is_tested() -> None:
    """Left out by one of the two runs of `make test`, never by both."""
    paths = [path for run in ONCE.values() for path in run]

    assert len(paths) == len(set(paths))
    assert [path for path in paths if not (ROOT / "tests" / path).exists()] == []
