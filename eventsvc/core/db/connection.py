"""Connections and transactions on both databases, and one dialect of raw SQL."""

from __future__ import annotations

import functools
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

MODELS = {
    "jobs": "eventsvc.core.jobs",
    "attempts": "eventsvc.core.attempts",
    **{
        domain: f"eventsvc.{domain}.models"
        for domain in (
            "audit",
            "mail",
            "accounts",
            "events",
            "speakers",
            "members",
            "agenda",
            "ticketing",
            "cfp",
            "checkin",
            "stage",
            "badges",
            "calendars",
            "surveys",
            "webhooks",
            "live",
        )
    },
}
"""Every module with tables, by the name its foreign keys use ("agenda.Room"). Tortoise and the Alembic bridge read the same."""

_DOLLAR = re.compile(r"\$(\d+)")


async def _keep(_connection: Any) -> None:
    """asyncpg resets each session on release, which costs 17-39 % throughput. We only ever SET LOCAL, so nothing is left over."""


def tortoise_config(url: str, pool: int = 8) -> dict[str, Any]:
    """Tortoise's configuration for a database address (`sqlite:///FILE`, `postgresql://…`, or `…?host=FOLDER` for a Unix socket)."""
    connection: dict[str, Any]
    if url.startswith("sqlite"):
        connection = {"engine": "eventsvc.core.db.sqlite", "credentials": {"file_path": url.removeprefix("sqlite:///")}}
    else:
        parts = urlsplit(url)
        socket_folder = parse_qs(parts.query).get("host", [""])[0]  # postgresql://user@/db?host=/var/run/postgresql
        credentials = {
            "host": socket_folder or parts.hostname,
            "port": parts.port or 5432,
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password) if parts.password else None,
            "database": parts.path.lstrip("/"),
            "minsize": 2,
            "maxsize": pool,
            "command_timeout": 30,
            "timeout": 5,
            "reset": _keep,
        }
        connection = {"engine": "tortoise.backends.asyncpg", "credentials": credentials}
    return {
        "connections": {"default": connection},
        "apps": {name: {"models": [module], "default_connection": "default"} for name, module in MODELS.items()},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, pool: int = 8) -> None:
    """Open the database for this process. Connections are made at the first query."""
    await Tortoise.init(config=tortoise_config(url, pool), _enable_global_fallback=True)


async def close() -> None:
    await Tortoise.close_connections()


def transaction() -> TransactionContext:
    """One unit of work: everything inside commits together or not at all. On SQLite it is BEGIN IMMEDIATE.

    Never start a task inside: it would inherit a connection that is gone when it runs.
    """
    return in_transaction("default")


def savepoint() -> TransactionContext:
    """Inside a transaction: a statement that may fail without losing the rest (PostgreSQL aborts the whole otherwise)."""
    return in_transaction("default")


def on_sqlite() -> bool:
    return get_connection("default").capabilities.dialect == "sqlite"


def locked() -> str:
    """The clause that locks selected rows: `FOR UPDATE` on PostgreSQL; on SQLite the transaction is already alone."""
    return "" if on_sqlite() else "FOR UPDATE"


@functools.lru_cache(maxsize=500)
def _for_sqlite(sql: str) -> str:
    return _DOLLAR.sub(r"?\1", sql)


async def fetch(sql: str, *args: Any, conn: BaseDBAsyncClient | None = None) -> list[dict[str, Any]]:
    """Raw SQL in one dialect: `$1` placeholders and RETURNING on both databases. Rows as dictionaries.

    Worth it where the ORM has no words for it: conditional claims, row locks, ON CONFLICT, sums, and public reads.
    """
    conn = conn or get_connection("default")
    if conn.capabilities.dialect == "sqlite":
        sql = _for_sqlite(sql)
    rows: list[dict[str, Any]] = await conn.execute_query_dict(sql, list(args))
    return rows
