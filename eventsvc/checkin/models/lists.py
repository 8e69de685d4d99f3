"""CheckinList, ListTicketType: whom a door lets in, and when."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.agenda.models import Session
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType


class Reentry(enum.StrEnum):
    """May somebody who was in come in again?"""

    FREE = "free"
    """After leaving, as often as they like. Each new day begins afresh."""
    DAILY = "daily"
    """Once a day."""
    NEVER = "never"


class CheckinList(Row):
    """A door's list. `all_types` lets every ticket type in; otherwise those in `types`. Times outside the window refuse.

    `asks`: what staff must ask before somebody comes in for the first time, [{"key", "text", "kind": "yes_no" or "line", "must_be_yes"}].
    With `session` it is the door of that session: attendance is counted until the session ends; `booked_only` lets in only who signed
    up. `capacity`: how many may be inside at once.
    """

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="checkin_lists", on_delete=fields.CASCADE)
    event_id: int
    name = fields.CharField(max_length=120)
    salt = fields.CharField(max_length=32)
    all_types = fields.BooleanField(default=True)
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    admit_unpaid = fields.BooleanField(default=False)
    pay_at_door = fields.BooleanField(default=False)
    reentry = fields.CharEnumField(Reentry, max_length=10, default=Reentry.FREE)
    capacity = fields.IntField(null=True)
    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "agenda.Session", related_name="checkin_lists", null=True, on_delete=fields.SET_NULL
    )
    session_id: int | None
    booked_only = fields.BooleanField(default=False)
    add_ons: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of add-ons, one of which is needed; none: nobody needs any."""
    asks: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    position = fields.IntField(default=0)
    changed_at = fields.DatetimeField(default=now)
    types: fields.ReverseRelation[ListTicketType]

    class Meta:
        table = "checkin_list"
        ordering = ("position", "id")
        constraints = (CheckConstraint(check="capacity IS NULL OR capacity >= 1", name="ck_checkin_list_capacity"),)

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
