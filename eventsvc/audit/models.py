"""Entry."""

from __future__ import annotations

from typing import Any

from tortoise import fields

from eventsvc.core.db import Row


class Entry(Row):
    """One thing that happened. `event_id` is a plain number: the journal has no foreign keys."""

    event_id = fields.BigIntField(null=True)
    action = fields.CharField(max_length=60)
    subject_kind = fields.CharField(max_length=40)
    subject = fields.CharField(max_length=80)
    actor = fields.CharField(max_length=120, default="")
    facts: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)

    class Meta:
        table = "entry"
        indexes = (("event_id", "id"), ("subject_kind", "subject"))
