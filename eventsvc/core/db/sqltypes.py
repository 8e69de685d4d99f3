"""Portable column types: one migration script serves SQLite and PostgreSQL.

Each mirrors exactly what Tortoise stores on that backend (see Field._db_sqlite / _db_postgres),
which is NOT always what SQLAlchemy's generic type would create.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Portable(TypeDecorator[Any]):
    cache_ok = True

    def on_postgresql(self) -> TypeEngine[Any]:
        raise NotImplementedError

    def on_sqlite(self) -> TypeEngine[Any]:
        raise NotImplementedError

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        impl = self.on_postgresql() if dialect.name == "postgresql" else self.on_sqlite()
        return dialect.type_descriptor(impl)


class GUID(_Portable):
    impl = sa.CHAR(36)

    def on_postgresql(self) -> TypeEngine[Any]:
        return pg.UUID()

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.CHAR(36)  # Tortoise stores the dashed text; sa.Uuid would store 32 hex digits


class JSONType(_Portable):
    impl = sa.JSON

    def on_postgresql(self) -> TypeEngine[Any]:
        return pg.JSONB()

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.JSON()


class Timestamp(_Portable):
    impl = sa.DateTime

    def on_postgresql(self) -> TypeEngine[Any]:
        return pg.TIMESTAMP(timezone=True)

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.TIMESTAMP()


class TimeOfDay(_Portable):
    impl = sa.Time

    def on_postgresql(self) -> TypeEngine[Any]:
        return pg.TIME(timezone=True)

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.TIME()


class Money(_Portable):
    """DecimalField. TEXT on SQLite: a NUMERIC column there would turn '0.10' into a binary float."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__()
        self.precision, self.scale = precision, scale

    def __repr__(self) -> str:
        return f"Money({self.precision}, {self.scale})"

    def on_postgresql(self) -> TypeEngine[Any]:
        return pg.NUMERIC(self.precision, self.scale)

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.VARCHAR(40)


class Double(_Portable):
    impl = sa.Float

    def on_postgresql(self) -> TypeEngine[Any]:
        return pg.DOUBLE_PRECISION()

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.REAL()


class BigSerial(_Portable):
    """BigIntField primary key: SQLite only auto-increments a column typed INTEGER."""

    impl = sa.BigInteger

    def on_postgresql(self) -> TypeEngine[Any]:
        return sa.BigInteger()

    def on_sqlite(self) -> TypeEngine[Any]:
        return sa.INTEGER()
