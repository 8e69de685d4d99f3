"""Real conferences' files, in the folder that $EVENTSVC_TEST_DATA names.

They are not part of the project: without that setting the tests that want them are left out, and generated ones of the same size run.
With it, a file that is not there is a failure.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("EVENTSVC_TEST_DATA", ""))

real = pytest.mark.skipif("EVENTSVC_TEST_DATA" not in os.environ, reason="EVENTSVC_TEST_DATA names no folder")
"""Marks a test that wants a file from FOLDER."""
