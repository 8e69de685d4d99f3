"""The database: connection, transactions, the SQLite engine, one dialect of raw SQL, and the bridge to Alembic.

Read `connection.py` first. A schema is only ever made by Alembic (`migrate.py`).
"""

from eventsvc.core.db.connection import (
    close,
    connect,
    fetch,
    locked,
    on_sqlite,
    savepoint,
    tortoise_config,
    transaction,
)
from eventsvc.core.db.model import Row

__all__ = ["Row", "close", "connect", "fetch", "locked", "on_sqlite", "savepoint", "tortoise_config", "transaction"]
