"""What must be documented is documented: settings, commands, API paths, journal actions, decisions."""

from __future__ import annotations

import re
from pathlib import Path

from eventsvc.app import api
from eventsvc.core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
REFERENCE = (ROOT / "docs" / "reference.md").read_text()


def test_every_setting_is_in_the_reference() -> None:
    names = [f"EVENTSVC_{name.upper()}" for name in Settings.model_fields]

    assert [name for name in names if name not in REFERENCE] == []


def test_every_api_call_is_in_the_reference() -> None:
    calls = [f"{op.method} /api/v1{op.path}" for op in api.operations]

    assert len(calls) > 20
    assert [call for call in calls if call not in REFERENCE] == []


def test_every_journal_action_is_in_the_reference() -> None:
    source = "\n".join(file.read_text() for file in (ROOT / "eventsvc").rglob("*.py"))
    actions = set(re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', source))

    assert len(actions) > 15
    assert sorted(action for action in actions if f"`{action}`" not in REFERENCE) == []


def test_every_make_target_is_in_the_readme_or_the_guide() -> None:
    guide = README + (ROOT / "CONTRIBUTING.md").read_text()
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert [target for target in targets if f"make {target}" not in guide and target != "help"] == []


def test_the_schema_of_the_api_is_valid_openapi() -> None:
    from openapi_spec_validator import validate

    validate(api.openapi())
