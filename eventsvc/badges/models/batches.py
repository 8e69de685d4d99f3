"""Batch."""

from __future__ import annotations

import enum

from tortoise import fields

from eventsvc.core.db import Row
from eventsvc.events.models import Event


class BatchState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Batch(Row):
    """A PDF of badges asked for through the API or a page. No tickets named: all that are live when it is made.

    `whose` says which, for people: "Everybody", "Speaker, Crew", "12 chosen". `count` is how many badges it will have, then has.
    """

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="badge_batches", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=32, unique=True)
    design = fields.CharField(max_length=40)
    whose = fields.CharField(max_length=200, default="")
    tickets: fields.Field[list[str] | None] = fields.JSONField(null=True)
    state = fields.CharEnumField(BatchState, max_length=10, default=BatchState.WAITING)
    which = fields.CharField(max_length=10, default="all")
    piles = fields.CharField(max_length=60, default="")
    count = fields.IntField(default=0)
    pdf = fields.BinaryField(null=True)
    error = fields.CharField(max_length=300, default="")

    class Meta:
        table = "badge_batch"

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "badge_batch", self.code
