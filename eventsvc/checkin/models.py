"""CheckinList, ListTicketType, Scan, Verdict."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket, TicketType


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


class CheckinList(Row):
    """A door's list. `all_types` lets every ticket type in; otherwise those in `types`. Times outside the window refuse."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="checkin_lists", on_delete=fields.CASCADE)
    event_id: int
    name = fields.CharField(max_length=120)
    salt = fields.CharField(max_length=32)
    all_types = fields.BooleanField(default=True)
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    admit_unpaid = fields.BooleanField(default=False)
    position = fields.IntField(default=0)
    types: fields.ReverseRelation[ListTicketType]

    class Meta:
        table = "checkin_list"
        ordering = ("position", "id")

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "checkin_list", str(self.id)


class ListTicketType(Row):
    checkin_list: fields.ForeignKeyRelation[CheckinList] = fields.ForeignKeyField(
        "checkin.CheckinList", related_name="types", on_delete=fields.CASCADE
    )
    checkin_list_id: int
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "ticketing.TicketType", related_name="checkin_lists", on_delete=fields.CASCADE
    )
    ticket_type_id: int

    class Meta:
        table = "checkin_list_ticket_type"
        unique_together = (("checkin_list", "ticket_type"),)


class Scan(Row):
    """`id` gives the order of arrival; `uuid` is the device's own number for it; `at` is the device's clock."""

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
    at = fields.DatetimeField()
    forced = fields.CharField(max_length=200, default="")
    admits = fields.BooleanField(default=False)
    answer: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "scan"
        indexes = (
            Index(fields=("checkin_list_id", "id"), name="ix_scan_list"),
            Index(fields=("ticket_id", "checkin_list_id"), name="ix_scan_ticket"),
        )
        constraints = (
            UniqueConstraint(fields=("checkin_list_id", "uuid"), name="uq_scan_uuid"),
            UniqueConstraint(fields=("checkin_list_id", "ticket_id"), name="uq_scan_admits", condition="admits"),
        )

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "scan", self.uuid
