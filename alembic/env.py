"""Alembic on the async drivers that Tortoise already uses: no psycopg, no second address."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from alembic import context
from eventsvc.core.db.connection import MODELS
from eventsvc.core.db.schema import build_metadata
from eventsvc.core.db.sqltypes import _Portable

METADATA = build_metadata(MODELS)
LOCK = 0x6576656E7473  # any constant: one migration runs at a time on PostgreSQL


def sqlalchemy_url(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return ("sqlite+aiosqlite://" if scheme == "sqlite" else "postgresql+asyncpg://") + rest


def render_item(kind: str, obj: Any, _: Any) -> str | bool:
    if kind == "type" and isinstance(obj, _Portable):
        return f"t.{obj!r}" if type(obj).__name__ == "Money" else f"t.{type(obj).__name__}()"
    return False


rewriter = Rewriter()


@rewriter.rewrites(ops.CreateIndexOp)
@rewriter.rewrites(ops.DropIndexOp)
def _both_wheres(_context: Any, _revision: Any, op: Any) -> Any:
    """A reflected partial index knows only its own dialect: say WHERE for the other one too."""
    where = op.kw.get("postgresql_where", op.kw.get("sqlite_where"))
    if where is not None:
        op.kw["postgresql_where"] = op.kw["sqlite_where"] = sa.text(str(where))
    return op


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_server_default=True,
        render_item=render_item,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
        process_revision_directives=rewriter,
        transactional_ddl=True,
        transaction_per_migration=sqlite,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:k)"), {"k": LOCK})
        context.run_migrations()
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"migration broke foreign keys: {broken[:5]}")


async def online() -> None:
    engine = create_async_engine(sqlalchemy_url(os.environ["EVENTSVC_DATABASE_URL"]), poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def _connect(dbapi: Any, _: Any) -> None:
            # Real transactions for DDL. foreign_keys stays OFF: a batch rebuild drops the old
            # table, and with it ON that would cascade into every child row.
            dbapi.isolation_level = None
            cursor = dbapi.cursor()
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA busy_timeout=10000")
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(online())
