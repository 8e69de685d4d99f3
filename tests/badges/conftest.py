"""One press for all these tests, ended with them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from eventsvc.badges import rules


@pytest.fixture(autouse=True, scope="session")
async def _press() -> AsyncIterator[None]:
    yield
    await rules.stop_press()
