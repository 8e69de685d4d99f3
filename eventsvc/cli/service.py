"""serve, worker, migrate, check, demo."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
from typing import Any

from eventsvc.cli import Failed, with_database
from eventsvc.core.config import settings


def add_commands(commands: Any) -> None:
    one = commands.add_parser("serve", help="run the service")
    _where(one)
    one.add_argument("--workers", type=int, default=1, metavar="N", help="processes (PostgreSQL only)")
    one.set_defaults(run=serve)
    one = commands.add_parser("demo", help="fill a demo conference and serve it")
    _where(one)
    one.add_argument("--fresh", action="store_true", help="throw the demo's data away first")
    one.add_argument("--no-serve", action="store_true", help="only fill it")
    one.set_defaults(run=demo)
    one = commands.add_parser("migrate", help="bring the database schema to head")
    one.set_defaults(run=migrate)
    one = commands.add_parser("worker", help="do background work: letters, badges, invitations")
    one.add_argument("--once", action="store_true", help="do what is due and stop")
    one.set_defaults(run=worker)
    one = commands.add_parser("check", help="is everything healthy? exit 1 with a sentence each where not")
    one.set_defaults(run=check)


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="H")
    parser.add_argument("--port", type=int, default=8000, metavar="P")


def _own_address(arguments: argparse.Namespace) -> None:
    """Without EVENTSVC_BASE_URL, links lead to where we listen."""
    host = "127.0.0.1" if arguments.host in ("0.0.0.0", "::") else arguments.host  # noqa: S104
    os.environ.setdefault("EVENTSVC_BASE_URL", f"http://{host}:{arguments.port}")


def _need_port(host: str, port: int) -> None:
    if not 0 < port < 65536:
        raise Failed(f"There is no port {port}. Choose one from 1 to 65535 with --port.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise Failed(f"Cannot listen on {host} port {port}: {os.strerror(exc.errno or 0)}. Choose another with --port.") from None


def serve(arguments: argparse.Namespace) -> None:
    """Check what can be checked, then hand over to uvicorn."""
    _own_address(arguments)
    if arguments.workers < 1:
        raise Failed("--workers must be at least 1.")
    if arguments.workers > 1 and settings().sqlite:
        raise Failed("SQLite runs in one process. For --workers, set EVENTSVC_DATABASE_URL to a PostgreSQL database.")
    _need_port(arguments.host, arguments.port)
    with_database(_nothing)
    listen(arguments)


async def _nothing() -> None: ...


def listen(arguments: argparse.Namespace) -> None:
    import uvicorn

    uvicorn.run(
        "eventsvc.app:asgi",
        host=arguments.host,
        port=arguments.port,
        workers=getattr(arguments, "workers", 1),
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # X-Forwarded-For is judged by core.web.client, against EVENTSVC_TRUSTED_PROXIES
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
        backlog=4096,
    )


def demo(arguments: argparse.Namespace) -> None:
    from eventsvc import demo as the_demo

    _own_address(arguments)
    if not arguments.no_serve:
        _need_port(arguments.host, arguments.port)
    if arguments.fresh:
        the_demo.throw_away()
    ways = with_database(the_demo.fill)
    print(the_demo.ways_in(ways), flush=True)
    if not arguments.no_serve:
        listen(arguments)


def migrate(arguments: argparse.Namespace) -> None:
    from eventsvc.core.db import migrate as schema

    async def run() -> str | None:
        from eventsvc.core import db

        if settings().sqlite:
            settings().sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            await schema.to_head()
        except RuntimeError as exc:
            raise Failed(str(exc)) from None
        await db.connect(settings().database_url, pool=2)
        try:
            return await schema.current()
        finally:
            await db.close()

    print(f"The database is at {asyncio.run(run())}.")


def worker(arguments: argparse.Namespace) -> None:
    """Until SIGTERM or SIGINT; what is under way is finished first."""
    from eventsvc import worker as background
    from eventsvc.core import logs

    async def run() -> None:
        if arguments.once:
            await background.drain()
            return
        logs.start(settings().log_format)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await background.run(stop)

    with_database(run)


def check(arguments: argparse.Namespace) -> None:
    """Database, schema, mail, invariants."""

    async def run() -> list[str]:
        from eventsvc.agenda.rules import signups
        from eventsvc.mail import jobs as mail
        from eventsvc.mail.models import Letter, LetterState
        from eventsvc.ticketing.rules import cards, catalogue, invoices, ledger, rates, vouchers

        wrong = [*await catalogue.quota_errors(), *await vouchers.voucher_errors(), *await rates.allowance_errors()]
        wrong += [*await invoices.gaps(), *await ledger.errors()]
        wrong += await signups.place_errors()
        wrong += await mail.trouble() + cards.trouble()
        failed = await Letter.filter(state=LetterState.FAILED).count()
        if failed:
            wrong.append(f"{failed} letters could not be delivered. See the Mail page of their events.")
        return wrong

    sentences = with_database(run, migrate_sqlite=False)
    if sentences:
        raise Failed("\n".join(sentences))
    print("Everything is healthy: database, schema, mail, places, money.")
