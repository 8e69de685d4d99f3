"""The schema is what the models say, on this database, and every migration can be undone."""

from __future__ import annotations

import inspect

from tortoise import Tortoise

from eventsvc.core.db import migrate
from tests.databases import Maker

LAYERS = [
    {"website"},
    {"live", "webhooks"},
    {"badges", "calendars", "surveys"},
    {"cfp", "checkin", "stage"},
    {"agenda", "ticketing"},
    {"speakers", "members"},
    {"events"},
    {"accounts"},
    {"audit", "mail"},
    {"jobs", "attempts"},
]


def test_migrations_make_what_the_models_say_and_can_be_undone(empty_database: Maker) -> None:
    url = empty_database()

    up = migrate.alembic("upgrade", "head", url=url)
    drift = migrate.alembic("check", url=url)
    down = migrate.alembic("downgrade", "base", url=url)

    assert (up.returncode, drift.returncode, down.returncode) == (0, 0, 0), up.stderr + drift.stdout + drift.stderr + down.stderr


async def test_foreign_keys_point_downwards(connected: None) -> None:
    assert Tortoise.apps is not None
    level = {domain: number for number, domains in enumerate(LAYERS) for domain in domains}
    upward = [
        f"{app}.{model.__name__}.{name} -> {field.related_model.__name__}"
        for app, models in Tortoise.apps.items()
        for model in models.values()
        for name, field in model._meta.fields_map.items()
        if name in model._meta.fk_fields | model._meta.o2o_fields
        and app != field.related_model._meta.app
        and level[field.related_model._meta.app] <= level[app]
    ]

    assert upward == []


async def test_every_table_says_what_it_is_for(connected: None) -> None:
    assert Tortoise.apps is not None
    tables = [model for models in Tortoise.apps.values() for model in models.values()]

    assert len(tables) > 25
    assert all(inspect.getmodule(model).__doc__ for model in tables)  # type: ignore[union-attr]
