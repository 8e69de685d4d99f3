"""The commands. Each parses its arguments and calls one rule; a user's mistake is one line on stderr, never a traceback.

`service` runs things, `people` makes accounts, tokens and door links, `data` brings data in and out, `station` prints badges at a desk.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from eventsvc import __version__
from eventsvc.core.config import SettingsError, settings
from eventsvc.core.errors import Refused


class Failed(Exception):
    """Ends the command with this sentence on stderr and exit code 1."""


def main(argv: list[str] | None = None) -> None:
    """Run one command. Exit codes: 0 done, 1 refused or failed, 2 wrong arguments or settings."""
    from eventsvc.cli import data, people, service, station

    parser = argparse.ArgumentParser(prog="eventsvc", description="Runs conferences end to end.")
    parser.add_argument("--version", action="version", version=f"eventsvc {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (service, people, data, station):
        module.add_commands(commands)
    arguments = parser.parse_args(argv)
    try:
        arguments.run(arguments)
    except SettingsError as exc:
        _say(exc, 2)
    except (Failed, Refused) as exc:
        _say(exc, 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


def _say(exc: Exception, code: int) -> None:
    print(f"eventsvc: {exc}", file=sys.stderr)
    sys.exit(code)


def with_database(work: Callable[[], Awaitable[Any]], *, migrate_sqlite: bool = True) -> Any:
    """Open the database, see that its schema is the right one, do the work, close. Raises Failed with what to do."""
    from eventsvc.core import db

    async def run() -> Any:
        await db.connect(settings().database_url, pool=4)
        try:
            await need_schema(migrate_sqlite=migrate_sqlite)
            return await work()
        finally:
            await db.close()

    return asyncio.run(run())


async def need_schema(*, migrate_sqlite: bool) -> None:
    """The schema must be at head. SQLite is brought there; PostgreSQL is left to `eventsvc migrate`."""
    import asyncpg
    from tortoise.exceptions import BaseORMException

    from eventsvc.core import db
    from eventsvc.core.db import migrate

    if settings().sqlite:
        settings().sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    try:
        at = await migrate.current()
    except (OSError, TimeoutError, BaseORMException, asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        raise Failed(
            f"The database cannot be reached ({type(exc).__name__}: {exc}). Check EVENTSVC_DATABASE_URL and that it runs."
        ) from None
    if at == migrate.head():
        return
    if not (settings().sqlite and migrate_sqlite):
        old = "has no tables yet" if at is None else f"is old (at {at}, this version needs {migrate.head()})"
        raise Failed(f"The database {old}. Run: eventsvc migrate")
    await db.close()
    try:
        await migrate.to_head()
    except RuntimeError as exc:
        raise Failed(str(exc)) from None
    await db.connect(settings().database_url, pool=4)


def progress(what: str) -> Callable[[int, int], None]:
    """A bar on a terminal, nothing elsewhere. Call it with (done, all)."""
    if not sys.stderr.isatty():
        return lambda done, all_: None

    def show(done: int, all_: int) -> None:
        if done != all_ and done % max(1, all_ // 100):
            return
        width = 30 * done // max(1, all_)
        end = "\n" if done == all_ else ""
        print(f"\r{what} [{'#' * width}{'.' * (30 - width)}] {done}/{all_}", end=end, file=sys.stderr, flush=True)

    return show
