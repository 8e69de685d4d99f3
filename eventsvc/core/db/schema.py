"""Tortoise models -> SQLAlchemy MetaData, so that Alembic can autogenerate and check migrations."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from pypika_tortoise.terms import ValueWrapper
from tortoise.apps import Apps
from tortoise.connection import ConnectionHandler
from tortoise.context import TortoiseContext
from tortoise.fields import data as f
from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from eventsvc.core.db import sqltypes as t

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


def column_type(field: Field[Any]) -> sa.types.TypeEngine[Any]:
    """The portable type of one Tortoise field. Order matters: subclasses first."""
    match field:
        case f.UUIDField():
            return t.GUID()
        case f.JSONField():
            return t.JSONType()
        case f.BigIntField():
            return t.BigSerial() if field.pk and field.generated else sa.BigInteger()
        case f.SmallIntField():
            return sa.SmallInteger()
        case f.IntField():
            return sa.Integer()
        case f.CharField():
            return sa.String(field.max_length)
        case f.TextField():
            return sa.Text()
        case f.BooleanField():
            return sa.Boolean()
        case f.DecimalField():
            return t.Money(field.max_digits, field.decimal_places)
        case f.DatetimeField():
            return t.Timestamp()
        case f.DateField():
            return sa.Date()
        case f.TimeField():
            return t.TimeOfDay()
        case f.TimeDeltaField():
            return sa.BigInteger()
        case f.FloatField():
            return t.Double()
        case f.BinaryField():
            return sa.LargeBinary()
    raise TypeError(f"no SQL type for {type(field).__name__} {field.model_field_name!r}")


def server_default(field: Field[Any], model: type[Model]) -> sa.TextClause | None:
    if not field.has_db_default():
        return None
    default = field.db_default
    if hasattr(default, "get_sql"):
        return sa.text(default.get_sql())
    value = field.to_db_value(default, model)
    if isinstance(value, bool):
        return sa.text("true" if value else "false")
    if isinstance(value, int | float):
        return sa.text(str(value))
    return sa.text("'" + str(value).replace("'", "''") + "'")


def digest(name: str, sql: str) -> str:
    """Alembic compares CHECKs and partial indexes by name only: carry the text in the name."""
    return f"{name}_{sha256(' '.join(sql.split()).encode()).hexdigest()[:6]}"


def _target(field: ForeignKeyFieldInstance[Any]) -> str:
    to = field.to_field_instance
    return f"{field.related_model._meta.db_table}.{to.source_field or to.model_field_name}"


def _table(model: type[Model], metadata: sa.MetaData) -> None:
    meta = model._meta
    names: dict[str, str] = dict(meta.fields_db_projection)  # model field -> column
    for name in meta.fk_fields | meta.o2o_fields:
        names[name] = meta.fields_map[name].source_field or name

    columns: list[sa.Column[Any]] = []
    extras: list[Any] = []
    foreign: list[str] = []
    indexes: list[tuple[str | None, list[str], str | None, bool]] = []
    for name, column in meta.fields_db_projection.items():
        field = meta.fields_map[name]
        args: list[Any] = []
        reference = getattr(field, "reference", None)
        if reference is not None and reference.db_constraint:
            args.append(sa.ForeignKey(_target(reference), ondelete=reference.on_delete.value))
            foreign.append(column)
        options: dict[str, Any] = {"autoincrement": True} if field.pk and field.generated else {}
        columns.append(
            sa.Column(
                column,
                column_type(field),
                *args,
                primary_key=field.pk,
                nullable=field.null,
                server_default=server_default(field, model),
                **options,
            )
        )
        if field.unique and not field.pk:
            extras.append(sa.UniqueConstraint(column))
        elif field.index and not field.pk:
            indexes.append((None, [column], None, False))

    def cols(fields: Iterable[str]) -> list[str]:
        return [names.get(name, name) for name in fields]

    for together in meta.unique_together:
        extras.append(sa.UniqueConstraint(*cols(together)))
    for index in meta.indexes:
        if not isinstance(index, Index):
            indexes.append((None, cols(index), None, False))
        elif index.expressions:
            raise TypeError(f"{model.__name__}: expression indexes are written by hand in a migration")
        else:
            where = None
            if isinstance(index, PartialIndex) and index.condition:
                where = " AND ".join(f"{k} = {ValueWrapper(v)}" for k, v in index.condition.items())
            indexes.append((index.name, cols(index.fields), where, False))
    for constraint in meta.constraints:
        match constraint:
            case CheckConstraint():
                extras.append(sa.CheckConstraint(constraint.check, name=digest(constraint.name, constraint.check)))
            case UniqueConstraint(condition=None):
                extras.append(sa.UniqueConstraint(*cols(constraint.fields), name=constraint.name))
            case UniqueConstraint():
                indexes.append((constraint.name, cols(constraint.fields), constraint.condition, True))

    table_options: dict[str, Any] = {"sqlite_autoincrement": True} if meta.pk.generated else {}
    table = sa.Table(meta.db_table, metadata, *columns, *extras, **table_options)
    leading = {ix[1][0] for ix in indexes if ix[2] is None}
    leading |= {next(iter(c.columns)).name for c in extras if isinstance(c, sa.UniqueConstraint)}
    indexes += [(None, [c], None, False) for c in foreign if c not in leading]  # PG does not index FKs
    for name_, columns_, where, unique in indexes:
        name_ = name_ or f"ix_{meta.db_table}_{'_'.join(columns_)}"
        partial: dict[str, Any] = {}
        if where:
            name_ = digest(name_, where)
            partial = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        sa.Index(name_, *(table.c[c] for c in columns_), unique=unique, **partial)


def _through(field: ManyToManyFieldInstance[Any], model: type[Model], metadata: sa.MetaData) -> None:
    def side(column: str, owner: type[Model]) -> sa.Column[Any]:
        kind = column_type(owner._meta.pk)
        kind = sa.BigInteger() if isinstance(kind, t.BigSerial) else kind
        target = sa.ForeignKey(f"{owner._meta.db_table}.{owner._meta.db_pk_column}", ondelete=field.on_delete.value)
        return sa.Column(column, kind, target, primary_key=True, autoincrement=False)

    table = sa.Table(field.through, metadata, side(field.backward_key, model), side(field.forward_key, field.related_model))
    sa.Index(f"ix_{field.through}_{field.forward_key}", table.c[field.forward_key])


def build_metadata(modules: dict[str, str]) -> sa.MetaData:
    """Needs no connection, no event loop, and leaves the current TortoiseContext alone."""
    metadata = sa.MetaData(naming_convention=NAMING)
    with TortoiseContext() as ctx:
        apps = Apps({}, ConnectionHandler())
        ctx._apps = apps
        for label, module in modules.items():
            apps.init_app(label, [module], _init_relations=False)
        apps._init_relations()
        models = sorted(apps.get_models_iterable(), key=lambda m: m._meta.db_table)
        for model in models:
            _table(model, metadata)
        for model in models:
            for name in sorted(model._meta.m2m_fields):
                field = model._meta.fields_map[name]
                assert isinstance(field, ManyToManyFieldInstance)
                if not field._generated and field.through not in metadata.tables:
                    _through(field, model, metadata)
    return metadata
