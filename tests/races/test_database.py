"""A database that is hurt while people register: nobody sees a traceback, nothing is half done, and it goes on by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import time

import asyncpg
import httpx

from tests.races.conftest import Stage, buy, make_type


async def _hold_sqlite(file: str, seconds: float) -> None:
    """Another process writes for a while."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    await asyncio.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


async def _cut_postgresql(url: str) -> None:
    """The server drops every connection, as a restart does."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_buying_goes_on_after_the_database_was_hurt(stage: Stage, http: httpx.AsyncClient, kind: str) -> None:
    code = await make_type(stage, http, name="Hurt", places=100)
    url = stage.server.database_url

    hurt = _hold_sqlite(url.removeprefix("sqlite:///"), 1.5) if kind == "sqlite" else _cut_postgresql(url)
    answers = (await asyncio.gather(hurt, *(buy(stage, http, code, number, f"hurt-{number}") for number in range(20))))[1:]

    assert {answer.status_code for answer in answers} <= {201, 503}
    assert all("Traceback" not in answer.text for answer in answers)
    until = time.monotonic() + 90
    retried = [await buy(stage, http, code, number, f"hurt-{number}") for number in range(20)]
    while {answer.status_code for answer in retried} != {201} and time.monotonic() < until:
        await asyncio.sleep(0.2)
        retried = [await buy(stage, http, code, number, f"hurt-{number}") for number in range(20)]
    assert {answer.status_code for answer in retried} == {201}
    assert len({answer.json()["code"] for answer in retried}) == 20
    assert stage.server.run("check").returncode == 0
