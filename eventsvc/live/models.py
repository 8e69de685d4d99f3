"""Presence."""

from __future__ import annotations

from tortoise import fields

from eventsvc.accounts.models import User
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event


class Presence(Row):
    """An organiser's open stream, on whichever process. `seen_at` is renewed while it lives; an old one is nobody's any more."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="presences", on_delete=fields.CASCADE)
    event_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("accounts.User", related_name="presences", on_delete=fields.CASCADE)
    user_id: int
    stream = fields.CharField(max_length=32, unique=True)
    seen_at = fields.DatetimeField(default=now)

    class Meta:
        table = "presence"
