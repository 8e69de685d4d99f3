"""A real server with an event to race for, on this run's database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.databases import Maker
from tests.server import SCHEDULE, Server, serving


@dataclass
class Stage:
    """The server, an organiser's token for the event, and its addresses."""

    server: Server
    token: str
    event: str = "race"

    @property
    def api(self) -> str:
        return f"{self.server.base_url}/api/v1/events/{self.event}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


__all__ = ["SCHEDULE"]


@pytest.fixture(scope="session")
def stage(empty_database: Maker, kind: str) -> Iterator[Stage]:
    """On PostgreSQL two processes serve, as in a large installation."""
    workers = ["--workers", "2"] if kind == "postgresql" else []
    with serving(empty_database.migrated(), *workers) as server:
        file = server.data_dir / "race.json"
        file.write_text(SCHEDULE)
        server.run("import", "schedule", str(file), "--create")
        yield Stage(server, server.token("race", "orders", "checkin", "admin"))


@pytest.fixture
async def http(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(headers=stage.headers, limits=limits, timeout=60) as client:
        yield client


async def make_type(stage: Stage, http: httpx.AsyncClient, **values: Any) -> str:
    """A new ticket type; returns its code."""
    answer = await http.post(f"{stage.api}/ticket-types", json=values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def buy(stage: Stage, http: httpx.AsyncClient, code: str, number: int = 0, key: str = "", count: int = 1) -> httpx.Response:
    """One order of `count` tickets."""
    body = {"email": f"buyer{number}@example.org", "tickets": [{"ticket_type": code, "name": f"Buyer {number}"}] * count}
    return await http.post(f"{stage.api}/orders", json=body, headers={"Idempotency-Key": key} if key else {})
