"""The database, a client, and people. Each test runs in a transaction that is rolled back, on a schema built by Alembic.

`pytest --database postgresql` runs the same tests on PostgreSQL. Tests in races/ and journeys/ start real servers instead.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

# Before anything of ours is imported: settings are read once.
_var = tempfile.mkdtemp(prefix="eventsvc-test-")
for name in [name for name in os.environ if name.startswith("EVENTSVC_") and not name.startswith("EVENTSVC_TEST_")]:
    del os.environ[name]
os.environ |= {"EVENTSVC_DATA_DIR": _var, "EVENTSVC_SECRET_KEY": "a-key-for-the-tests-only", "EVENTSVC_BASE_URL": "http://testserver"}

import httpx
import pytest
from tortoise.transactions import in_transaction

from eventsvc.core import briefly, db
from eventsvc.core.cache import documents
from tests import databases, people
from tests.server import SCHEDULE, Demo, Server, filled_demo, serving
from tests.stripe_server import KEY, SECRET, Stripe, stripe_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """ "sqlite" or "postgresql"."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def empty_database(kind: str) -> Iterator[databases.Maker]:
    """Call it for the address of a new database without a schema, or its `migrated` for one at head; all are dropped at the end."""
    maker = databases.Maker(kind)
    yield maker
    maker.drop_all()


@pytest.fixture(scope="session")
def database_url(empty_database: databases.Maker) -> str:
    """A database with the schema at head."""
    return empty_database.migrated()


@pytest.fixture(scope="session")
async def connected(database_url: str) -> AsyncIterator[None]:
    await db.connect(database_url)
    yield
    await db.close()


class _Rollback(Exception):
    pass


@pytest.fixture
async def rolled_back(connected: None) -> AsyncIterator[None]:
    """Everything a test writes is gone afterwards."""
    documents.clear()
    briefly.forget()
    try:
        async with in_transaction("default"):
            yield
            raise _Rollback
    except _Rollback:
        pass


@pytest.fixture
async def client(rolled_back: None) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a session: same-site requests to the app in this process."""
    async with people.browser() as browser:
        yield browser


@pytest.fixture
def outbox() -> Iterator[Path]:
    """The folder that letters are written to, empty."""
    folder = Path(_var) / "outbox"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    yield folder


@pytest.fixture(scope="session", autouse=True)
async def _browser_ends() -> AsyncIterator[None]:
    yield
    if "tests.browser" in sys.modules:
        await sys.modules["tests.browser"].stop()


@pytest.fixture(scope="session")
def demo(empty_database: databases.Maker) -> Iterator[Demo]:
    """The demo, filled and served on this run's database, with its ways in."""
    with filled_demo(empty_database.migrated()) as running:
        yield running


@pytest.fixture(scope="session")
def card_shop(empty_database: databases.Maker, kind: str) -> Iterator[tuple[Server, Stripe]]:
    """A server with the event `race` that takes cards, and the Stripe that it asks."""
    workers = ["--workers", "2"] if kind == "postgresql" else []
    with stripe_server() as stripe:
        names = {"SECRET_KEY": KEY, "WEBHOOK_SECRET": SECRET, "API_BASE": stripe.base}
        env = {f"EVENTSVC_STRIPE_{name}": value for name, value in names.items()}
        with serving(empty_database(), *workers, **env) as server:
            file = server.data_dir / "race.json"
            file.write_text(SCHEDULE)
            server.run("import", "schedule", str(file), "--create")
            yield server, stripe
