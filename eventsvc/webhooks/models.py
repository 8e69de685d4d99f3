"""Endpoint, Delivery."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event

EVERYTHING = "*"

AFTER = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
]
"""How long to wait after each try that failed, as Standard Webhooks recommends; after the last it is a dead letter."""


def message_id() -> str:
    """A new id for a delivery, the same over its tries."""
    return f"msg_{signing.short_code(20).lower()}"


class DeliveryState(enum.StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Endpoint(Row):
    """`seen` is the number of the newest journal entry that was looked at for it; `secret` signs, so it cannot be kept as a hash."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="endpoints", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=20, unique=True)
    url = fields.CharField(max_length=500)
    wants: fields.Field[list[str]] = fields.JSONField(default=list)
    secret = fields.CharField(max_length=80)
    seen = fields.BigIntField(default=0)
    stopped_at = fields.DatetimeField(null=True)
    """Set when the other side said that it is gone for good (410)."""

    class Meta:
        table = "webhook_endpoint"

    def hears(self, action: str) -> bool:
        """`*`, an action such as `order.paid`, or a noun with a star: `order.*`."""
        return any(one in (EVERYTHING, action, f"{action.split('.')[0]}.*") for one in self.wants)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "webhook", self.code


class Delivery(Row):
    """`body` is kept as it was first made, so that every try sends the same bytes."""

    endpoint: fields.ForeignKeyRelation[Endpoint] = fields.ForeignKeyField(
        "webhooks.Endpoint", related_name="deliveries", on_delete=fields.CASCADE
    )
    endpoint_id: int
    entry_id = fields.BigIntField()
    code = fields.CharField(max_length=30, unique=True, default=message_id)
    action = fields.CharField(max_length=60)
    body: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    state = fields.CharEnumField(DeliveryState, max_length=10, default=DeliveryState.WAITING)
    attempts = fields.IntField(default=0)
    next_at = fields.DatetimeField(default=now)
    leased_until = fields.DatetimeField(null=True)
    sent_at = fields.DatetimeField(null=True)
    status = fields.IntField(null=True)
    """The last HTTP status; None when there was no answer."""
    error = fields.CharField(max_length=300, default="")

    class Meta:
        table = "webhook_delivery"
        unique_together = (("endpoint", "entry_id"),)
        indexes = (Index(fields=("state", "next_at"), name="ix_webhook_due"),)
