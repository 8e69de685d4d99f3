"""Background work: one piece that fails keeps no other from being done."""

from __future__ import annotations

import pytest

from eventsvc import worker


@pytest.mark.usefixtures("rolled_back")
async def test_a_sweep_that_fails_keeps_no_other_from_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = []

    async def bad() -> None:
        raise ValueError("one bad row")

    async def good() -> None:
        swept.append("good")

    monkeypatch.setattr(worker, "SWEEPS", [bad, good])
    monkeypatch.setattr(worker, "_swept", -worker.SWEEP_EVERY * 10)

    await worker._work()

    assert swept == ["good"]
