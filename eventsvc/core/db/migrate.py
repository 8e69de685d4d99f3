"""Schema to head, and whether it is there. Alembic runs in its own process: the server never carries SQLAlchemy."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys

from tortoise.exceptions import BaseORMException

from eventsvc.core.config import ALEMBIC, settings
from eventsvc.core.db.connection import fetch

_REVISION = re.compile(r"^(down_)?revision\b[^=]*=\s*['\"]?([\w]+)", re.MULTILINE)


def head() -> str:
    """The newest revision, read off the files (nobody's down_revision)."""
    own: set[str] = set()
    below: set[str] = set()
    for file in (ALEMBIC / "versions").glob("*.py"):
        for down, name in _REVISION.findall(file.read_text(encoding="utf-8")):
            (below if down else own).add(name)
    (newest,) = own - below
    return newest


async def current() -> str | None:
    """The revision the open database is at; None when it has no schema yet."""
    try:
        rows = await fetch("SELECT version_num FROM alembic_version")
    except BaseORMException as exc:
        if "alembic_version" in str(exc):
            return None
        raise
    return str(rows[0]["version_num"]) if rows else None


def alembic(*args: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run one Alembic command against `url` (default: the settings' database) and wait. Output is captured."""
    runner = "import sys; from alembic.config import CommandLine; CommandLine(prog='alembic').main(sys.argv[1:])"
    config = ALEMBIC / "alembic.ini"
    env = {**os.environ, "EVENTSVC_DATABASE_URL": url or settings().database_url}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", runner, "-c", str(config), *args], env=env, capture_output=True, text=True, check=False
    )


async def to_head(url: str | None = None) -> None:
    """Bring the schema to head. Raises RuntimeError with Alembic's last line when that fails."""
    done = await asyncio.to_thread(alembic, "upgrade", "head", url=url)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["unknown error"]
        raise RuntimeError(f"The database schema could not be updated: {lines[-1]}")
