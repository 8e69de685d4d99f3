"""The press ends with each test, so that none inherits another's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from eventsvc.badges import rules


@pytest.fixture(autouse=True)
async def _press() -> AsyncIterator[None]:
    yield
    await rules.stop_press()
