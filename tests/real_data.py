"""Real conferences' files, where somebody put them: $EVENTSVC_TEST_DATA, or the folder shared/data beside the checkout.

They are not part of the project; tests that want them say so and are left out elsewhere. Generated ones of the same size always run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("EVENTSVC_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def real(name: str) -> pytest.MarkDecorator:
    """Marks a test that wants this file."""
    return pytest.mark.skipif(not (FOLDER / name).is_file(), reason=f"{name} is not on this machine")
