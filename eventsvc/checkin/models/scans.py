"""Scan, Verdict."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from eventsvc.checkin.models.doors import Device
from eventsvc.checkin.models.lists import CheckinList
from eventsvc.core.db import Row
from eventsvc.ticketing.models import Ticket


class Verdict(enum.StrEnum):
    """The answer to a scan. One closed list, shared with the door app."""

    WELCOME = "welcome"
    ALREADY_IN = "already_in"
    WELCOME_BACK = "welcome_back"
    LEFT = "left"
    WRONG_LIST = "wrong_list"
    NOT_YET = "not_yet"
    OVER = "over"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    NEEDS_ANSWER = "needs_answer"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


class Scan(Row):
    """`id` gives the order of arrival; `uuid` is the device's own number for it; `at` is the device's clock, `happened_at` the same moment
    by ours. A conflict waits for an organiser until `resolved_at`.
    """

    uuid = fields.CharField(max_length=36)
    checkin_list: fields.ForeignKeyRelation[CheckinList] = fields.ForeignKeyField(
        "checkin.CheckinList", related_name="scans", on_delete=fields.CASCADE
    )
    checkin_list_id: int
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="scans", null=True, on_delete=fields.CASCADE
    )
    ticket_id: int | None
    verdict = fields.CharEnumField(Verdict, max_length=16)
    direction = fields.CharField(max_length=3, default="in")
    device = fields.CharField(max_length=80, default="")
    made_by: fields.ForeignKeyNullableRelation[Device] = fields.ForeignKeyField(
        "checkin.Device", related_name="scans", null=True, on_delete=fields.SET_NULL
    )
    made_by_id: int | None
    at = fields.DatetimeField()
    happened_at = fields.DatetimeField()
    forced = fields.CharField(max_length=200, default="")
    admits = fields.BooleanField(default=False)
    answers: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    """What staff asked, by key."""
    answer: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    undone_at = fields.DatetimeField(null=True)
    resolved_at = fields.DatetimeField(null=True)
    resolution = fields.CharField(max_length=200, default="")

    class Meta:
        table = "scan"
        indexes = (
            Index(fields=("checkin_list_id", "id"), name="ix_scan_list"),
            Index(fields=("ticket_id", "checkin_list_id"), name="ix_scan_ticket"),
            Index(fields=("checkin_list_id", "undone_at"), name="ix_scan_undone"),
        )
        constraints = (
            UniqueConstraint(fields=("checkin_list_id", "uuid"), name="uq_scan_uuid"),
            UniqueConstraint(fields=("checkin_list_id", "ticket_id"), name="uq_scan_admits", condition="admits"),
        )

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "scan", self.uuid
