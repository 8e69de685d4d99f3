"""Door, DoorList, DoorPairing, Device: where tickets are scanned, on which lists, and the tablets that do it."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.accounts.models import ApiToken
from eventsvc.checkin.models.lists import CheckinList
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event

QUIET = timedelta(minutes=2)
"""A tablet that says nothing for so long is away: it says hello every half minute."""


class DoorRight(enum.StrEnum):
    """What a door's tablets may do."""

    SCAN = "scan"
    SEARCH = "search"
    WALK_IN = "walk_in"
    OVERRIDE = "override"
    PRINT = "print"
    SENSITIVE = "sensitive"
    """See e-mail addresses."""
    KIOSK = "kiosk"
    """Guests check themselves in."""


USUAL = (DoorRight.SCAN, DoorRight.SEARCH, DoorRight.OVERRIDE)
"""What a door may when nobody said."""


class Door(Row):
    """A place where tickets are scanned. No lists named: all of the event's. It ends a day after the event, or at `ended_at`.

    The PIN keeps the screen from passers-by, and a photographed pairing code from being used: PBKDF2-SHA256, which a browser knows too.
    """

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="doors", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=8)
    name = fields.CharField(max_length=80)
    rights: fields.Field[list[str]] = fields.JSONField(default=list)
    pin_salt = fields.CharField(max_length=32, default="")
    pin_hash = fields.CharField(max_length=64, default="")
    ended_at = fields.DatetimeField(null=True)
    changed_at = fields.DatetimeField(default=now)
    lists: fields.ReverseRelation[DoorList]
    devices: fields.ReverseRelation[Device]

    class Meta:
        table = "door"
        unique_together = (("event", "code"), ("event", "name"))
        ordering = ("id",)

    def may(self, right: DoorRight) -> bool:
        return right in self.rights

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "door", self.code


class DoorList(Row):
    door: fields.ForeignKeyRelation[Door] = fields.ForeignKeyField("checkin.Door", related_name="lists", on_delete=fields.CASCADE)
    door_id: int
    checkin_list: fields.ForeignKeyRelation[CheckinList] = fields.ForeignKeyField(
        "checkin.CheckinList", related_name="doors", on_delete=fields.CASCADE
    )
    checkin_list_id: int

    class Meta:
        table = "door_list"
        unique_together = (("door", "checkin_list"),)


class DoorPairing(Row):
    """A code that makes tablets this door's, until it is over. Stored as its hash."""

    door: fields.ForeignKeyRelation[Door] = fields.ForeignKeyField("checkin.Door", related_name="pairings", on_delete=fields.CASCADE)
    door_id: int
    secret_hash = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "door_pairing"


class Device(Row):
    """A tablet. Its token may only check in; it is revoked by itself. What it last said of itself: battery in percent, scans that wait."""

    door: fields.ForeignKeyRelation[Door] = fields.ForeignKeyField("checkin.Door", related_name="devices", on_delete=fields.CASCADE)
    door_id: int
    token: fields.OneToOneRelation[ApiToken] = fields.OneToOneField("accounts.ApiToken", related_name="device", on_delete=fields.CASCADE)
    token_id: int
    code = fields.CharField(max_length=8)
    name = fields.CharField(max_length=80)
    seen_at = fields.DatetimeField(null=True)
    battery = fields.IntField(null=True)
    waiting = fields.IntField(default=0)
    version = fields.CharField(max_length=40, default="")

    class Meta:
        table = "door_device"
        ordering = ("id",)
        constraints = (CheckConstraint(check="battery IS NULL OR (battery BETWEEN 0 AND 100)", name="ck_door_device_battery"),)

    def is_heard(self, moment: datetime) -> bool:
        """Did it say something in the last two minutes?"""
        return self.seen_at is not None and moment - self.seen_at < QUIET

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "device", self.code
