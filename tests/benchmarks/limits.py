"""The limits of writes: the same rows written by a raw driver, without HTTP, validation or ORM, by as many workers at once."""

from __future__ import annotations

import asyncio
import sqlite3
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg

CLAIM = """INSERT INTO raw_scan (uuid, list_id, ticket_id, verdict, device, at, answer) VALUES ({}) ON CONFLICT DO NOTHING RETURNING id"""
TABLES = """CREATE TABLE raw_scan (id {serial}, uuid varchar(36) NOT NULL, list_id bigint NOT NULL, ticket_id bigint NOT NULL, verdict varchar(16) NOT NULL,
  device varchar(80) NOT NULL, at varchar(40) NOT NULL, answer text NOT NULL, UNIQUE (list_id, uuid), UNIQUE (list_id, ticket_id));
CREATE TABLE raw_quota (id integer PRIMARY KEY, claimed integer NOT NULL, size integer NOT NULL);
CREATE TABLE raw_row (id {serial}, kind varchar(20) NOT NULL, body text NOT NULL);
INSERT INTO raw_quota VALUES (1, 0, 1000000)"""
CLAIM_PLACE = "UPDATE raw_quota SET claimed = claimed + 1 WHERE id = 1 AND claimed < size"
ROWS = ["key", "order", "ticket", "entry", "letter"]
"""What an order writes besides the quota."""


async def postgresql(url: str, count: int, workers: int) -> tuple[float, float]:
    """(scans, orders) a second."""
    connections = [await asyncpg.connect(url) for _ in range(workers)]
    await connections[0].execute("DROP TABLE IF EXISTS raw_scan, raw_quota, raw_row;" + TABLES.format(serial="bigserial PRIMARY KEY"))
    claim = CLAIM.format("$1, 1, $2, 'welcome', 'Door', 'now', '{}'")

    async def scan(connection: Any, number: int) -> None:
        await connection.fetch(claim, str(uuid.uuid4()), number)

    async def order(connection: Any, number: int) -> None:
        async with connection.transaction():
            for kind in ROWS:
                await connection.fetch("INSERT INTO raw_row (kind, body) VALUES ($1, $2) RETURNING id", kind, "x" * 200)
            await connection.execute(CLAIM_PLACE)

    found = await _timed(connections, scan, count), await _timed(connections, order, count // 4)
    for connection in connections:
        await connection.close()
    return found


async def _timed(connections: list[Any], work: Callable[[Any, int], Awaitable[None]], count: int) -> float:
    numbers = iter(range(count))

    async def one(connection: Any) -> None:
        for number in numbers:
            await work(connection, number)

    started = time.perf_counter()
    await asyncio.gather(*(one(connection) for connection in connections))
    return count / (time.perf_counter() - started)


def sqlite(file: str, count: int) -> tuple[float, float]:
    """(scans, orders) a second; SQLite has one writer whatever the number of workers."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + TABLES.format(serial="integer PRIMARY KEY"))
    claim = CLAIM.format("?, 1, ?, 'welcome', 'Door', 'now', '{}'")
    started = time.perf_counter()
    for number in range(count):
        connection.execute(claim, (str(uuid.uuid4()), number)).fetchall()
    scans = count / (time.perf_counter() - started)
    started = time.perf_counter()
    for _ in range(count // 4):
        connection.execute("BEGIN IMMEDIATE")
        for kind in ROWS:
            connection.execute("INSERT INTO raw_row (kind, body) VALUES (?, ?)", (kind, "x" * 200))
        connection.execute(CLAIM_PLACE)
        connection.execute("COMMIT")
    orders = (count // 4) / (time.perf_counter() - started)
    connection.close()
    return scans, orders


async def measure(url: str, count: int, workers: int) -> tuple[float, float]:
    """The limits of this database."""
    if url.startswith("postgresql"):
        return await postgresql(url, count, workers)
    with ThreadPoolExecutor(1) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, sqlite, url.removeprefix("sqlite:///") + ".limit", count)
