"""Tortoise engine for SQLite: BEGIN IMMEDIATE, reader connections, one form of time.

Tortoise's own client begins DEFERRED (a read-then-write transaction dies with SQLITE_BUSY_SNAPSHOT as soon as a second
process writes), has one connection for the whole process, and stores datetimes with the caller's offset.
"""

from __future__ import annotations

import asyncio
import datetime
import sqlite3
import uuid
from collections.abc import Sequence
from typing import Any

import aiosqlite
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError


def _moment(value: datetime.datetime) -> str:
    """One fixed-width UTC text, so that comparing text compares time."""
    return (value.astimezone(datetime.UTC) if value.tzinfo else value).isoformat(" ", "microseconds")


sqlite3.register_adapter(datetime.datetime, _moment)
sqlite3.register_adapter(uuid.UUID, str)

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "NORMAL",
    "busy_timeout": 10000,
    "foreign_keys": "ON",
    "cache_size": -8000,
    "temp_store": "MEMORY",
    "mmap_size": 134217728,
}


class ImmediateWrapper(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as exc:
            raise OperationalError(exc) from exc


class ImmediateContext(SqliteTransactionContext):
    async def __aenter__(self) -> Any:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
            self.token = get_connections().set(self.connection_name, self.connection)
        except BaseException:
            # BEGIN runs in a thread: a cancelled waiter may leave it begun. ROLLBACK outside a transaction is harmless here.
            if self.connection._connection:
                await asyncio.shield(self.connection._connection.rollback())
            self._trxlock.release()
            raise
        return self.connection


class Client(SqliteClient):
    def __init__(self, file_path: str, readers: int = 2, **kwargs: Any) -> None:
        super().__init__(file_path, **{**PRAGMAS, **kwargs})
        self.reader_count = int(readers)
        self._readers: list[aiosqlite.Connection] = []
        self._free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._reader_lock = asyncio.Lock()

    def _in_transaction(self) -> Any:
        return ImmediateContext(ImmediateWrapper(self), self._lock)

    async def _open_readers(self) -> None:
        async with self._reader_lock:
            if self._readers:
                return
            if not self._connection:
                async with self._lock:
                    await self.create_connection(with_db=True)
            for _ in range(self.reader_count):
                conn = await aiosqlite.connect(self.filename, isolation_level=None)
                conn._conn.row_factory = sqlite3.Row
                for pragma, value in {**self.pragmas, "query_only": "ON"}.items():
                    await conn.execute(f"PRAGMA {pragma}={value}")
                self._readers.append(conn)
                self._free.put_nowait(conn)

    async def _read(self, query: str, values: list[Any] | None) -> list[sqlite3.Row]:
        if not self._readers:
            await self._open_readers()
        conn = await self._free.get()
        try:
            return list(await conn.execute_fetchall(query, values))
        except sqlite3.OperationalError as exc:
            raise OperationalError(exc) from exc
        finally:
            self._free.put_nowait(conn)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[Any]]:
        if query.startswith("SELECT"):
            rows = await self._read(query, values)
            return len(rows), rows
        count, rows = await super().execute_query(query, values)
        return count, rows

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        if query.startswith("SELECT"):
            return [dict(row) for row in await self._read(query, values)]
        rows: list[dict[str, Any]] = await super().execute_query_dict(query, values)
        return rows

    async def close(self) -> None:
        for conn in self._readers:
            await conn.close()
        self._readers.clear()
        self._free = asyncio.LifoQueue()
        await super().close()


client_class = Client
