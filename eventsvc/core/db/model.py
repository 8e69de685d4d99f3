"""What every table has."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from eventsvc.core.clock import now


class Row(Model):
    """A number of its own and the moment it was made. The number never leaves the house: addresses use codes."""

    id = fields.BigIntField(primary_key=True, generated=True)
    created_at = fields.DatetimeField(default=now)

    class Meta:
        abstract = True

    async def change(self, **values: Any) -> None:
        """Set and save just these columns."""
        for name, value in values.items():
            setattr(self, name, value)
        await self.save(update_fields=list(values))
