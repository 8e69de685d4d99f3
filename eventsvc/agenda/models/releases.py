"""Slot, Release, Amendment: what is prepared before the public sees it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.agenda.models.sessions import Room, Session
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker


class Slot(Row):
    """Where a session will be once the draft is published. No row: where it is now. Without times: taken off the agenda."""

    session: fields.OneToOneRelation[Session] = fields.OneToOneField("agenda.Session", related_name="slot", on_delete=fields.CASCADE)
    session_id: int
    room: fields.ForeignKeyNullableRelation[Room] = fields.ForeignKeyField(
        "agenda.Room", related_name="slots", null=True, on_delete=fields.SET_NULL
    )
    room_id: int | None
    start = fields.DatetimeField(null=True)
    end = fields.DatetimeField(null=True)
    by = fields.CharField(max_length=120, default="")
    moved_at = fields.DatetimeField(default=now)

    class Meta:
        table = "slot"
        constraints = (CheckConstraint(check='(start IS NULL AND "end" IS NULL) OR "end" > start', name="ck_slot_times"),)


class Release(Row):
    """One published version of the agenda, kept readable: `programme` is the whole of it, `changes` what differs from the one before."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="releases", on_delete=fields.CASCADE)
    event_id: int
    number = fields.IntField()
    name = fields.CharField(max_length=60)
    note = fields.TextField(default="")
    by = fields.CharField(max_length=120, default="")
    changes: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    programme: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    tell_attendees = fields.BooleanField(default=False)
    attendees_told_at = fields.DatetimeField(null=True)

    class Meta:
        table = "agenda_release"
        unique_together = (("event", "number"),)
        ordering = ("-number",)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "release", str(self.number)


class AmendmentState(enum.StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


AMENDMENT_MOVES: dict[AmendmentState, set[AmendmentState]] = {
    AmendmentState.WAITING: {AmendmentState.APPROVED, AmendmentState.DECLINED},
    AmendmentState.APPROVED: set(),
    AmendmentState.DECLINED: set(),
}


class Amendment(Row):
    """What a speaker wants to change in something public: a session (`session` set) or their own entry. Public once approved."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="amendments", on_delete=fields.CASCADE)
    event_id: int
    speaker: fields.ForeignKeyRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="amendments", on_delete=fields.CASCADE
    )
    speaker_id: int
    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "agenda.Session", related_name="amendments", null=True, on_delete=fields.CASCADE
    )
    session_id: int | None
    before: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    after: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    by = fields.CharField(max_length=120, default="")
    state = fields.CharEnumField(AmendmentState, max_length=10, default=AmendmentState.WAITING)
    decided_by = fields.CharField(max_length=120, default="")
    decided_at: fields.Field[datetime | None] = fields.DatetimeField(null=True)

    class Meta:
        table = "amendment"
        indexes = (("event_id", "state"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "amendment", str(self.id)
