"""Letter."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from eventsvc.core.clock import now
from eventsvc.core.db import Row


class LetterState(enum.StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Letter(Row):
    event_id = fields.BigIntField(null=True, db_index=True)
    kind = fields.CharField(max_length=60)
    to = fields.CharField(max_length=254)
    facts: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    dedupe = fields.CharField(max_length=160, null=True, unique=True)
    message_id = fields.CharField(max_length=120)
    subject = fields.CharField(max_length=300, default="")
    state = fields.CharEnumField(LetterState, max_length=10, default=LetterState.WAITING)
    message = fields.BinaryField(null=True)
    send_at = fields.DatetimeField(default=now)
    leased_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    sent_at = fields.DatetimeField(null=True)
    error = fields.TextField(default="")

    class Meta:
        table = "letter"
        indexes = (Index(fields=("state", "send_at"), name="ix_letter_due"),)
