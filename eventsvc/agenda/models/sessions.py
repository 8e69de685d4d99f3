"""Track, Room, Session, SessionSpeaker: the programme as the public sees it."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.speakers.models import Speaker


class SessionState(enum.StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


MOVES: dict[SessionState, set[SessionState]] = {
    SessionState.DRAFT: {SessionState.CONFIRMED, SessionState.CANCELLED},
    SessionState.CONFIRMED: {SessionState.DRAFT, SessionState.CANCELLED},
    SessionState.CANCELLED: {SessionState.DRAFT, SessionState.CONFIRMED},
}

BREAK = "break"


class Track(Row):
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="tracks", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=60)
    name = fields.CharField(max_length=200)
    hue = fields.IntField(default=275)
    position = fields.IntField(default=0)

    class Meta:
        table = "track"
        unique_together = (("event", "code"),)
        ordering = ("position", "id")


class Room(Row):
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="rooms", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=60)
    name = fields.CharField(max_length=200)
    capacity = fields.IntField(null=True)
    guid = fields.CharField(max_length=36, default="")
    position = fields.IntField(default=0)

    class Meta:
        table = "room"
        unique_together = (("event", "code"),)
        ordering = ("position", "id")


class Session(Row):
    """`extra` keeps what an imported schedule says beyond our own fields, so that it can be said again."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="sessions", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=20)
    guid = fields.CharField(max_length=36)
    external_id = fields.CharField(max_length=80, null=True)
    title = fields.CharField(max_length=400)
    subtitle = fields.CharField(max_length=400, default="")
    abstract = fields.TextField(default="")
    description = fields.TextField(default="")
    kind = fields.CharField(max_length=80, default="talk")
    language = fields.CharField(max_length=20, default="")
    track: fields.ForeignKeyNullableRelation[Track] = fields.ForeignKeyField(
        "agenda.Track", related_name="sessions", null=True, on_delete=fields.SET_NULL
    )
    track_id: int | None
    room: fields.ForeignKeyNullableRelation[Room] = fields.ForeignKeyField(
        "agenda.Room", related_name="sessions", null=True, on_delete=fields.SET_NULL
    )
    room_id: int | None
    start = fields.DatetimeField(null=True)
    end = fields.DatetimeField(null=True)
    state = fields.CharEnumField(SessionState, max_length=10, default=SessionState.CONFIRMED)
    sequence = fields.IntField(default=0)
    do_not_record = fields.BooleanField(default=False)
    links: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    attachments: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    extra: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    modified_at = fields.DatetimeField(default=now)
    chair: fields.ForeignKeyNullableRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="chaired", null=True, on_delete=fields.SET_NULL
    )
    chair_id: int | None
    setup_minutes = fields.IntField(default=0)
    """Time the room needs before it starts; part of what clashes."""
    late_minutes = fields.IntField(default=0)
    """How much later than planned it runs, said on the day; the planned times stay."""
    headcount = fields.IntField(null=True)
    signup_places = fields.IntField(null=True)
    """Places one can sign up for; None: no sign-up. Never above what the room holds unless an organiser says so."""
    signed_up = fields.IntField(default=0)
    """Places taken: the number and the lock (claimed by one conditional UPDATE, as a quota is)."""
    speakers: fields.ReverseRelation[SessionSpeaker]

    class Meta:
        table = "agenda_session"
        unique_together = (("event", "code"), ("event", "guid"))
        indexes = (("event_id", "start"),)
        constraints = (
            CheckConstraint(check='(start IS NULL AND "end" IS NULL) OR "end" > start', name="ck_session_times"),
            CheckConstraint(check="signed_up >= 0 AND (signup_places IS NULL OR signed_up <= signup_places)", name="ck_session_places"),
        )

    @property
    def is_break(self) -> bool:
        return self.kind == BREAK

    @property
    def minutes(self) -> int:
        """How long it is; 0 while it has no time."""
        return int((self.end - self.start).total_seconds() // 60) if self.start and self.end else 0

    def is_on(self, moment: datetime) -> bool:
        return bool(self.start and self.end and self.start <= moment < self.end and self.state == SessionState.CONFIRMED)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "session", self.code


class SessionSpeaker(Row):
    """Who gives a session, in the order of the bill."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "agenda.Session", related_name="speakers", on_delete=fields.CASCADE
    )
    session_id: int
    speaker: fields.ForeignKeyRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="sessions", on_delete=fields.CASCADE
    )
    speaker_id: int
    position = fields.IntField(default=0)

    class Meta:
        table = "session_speaker"
        unique_together = (("session", "speaker"),)
        ordering = ("position", "id")


def new_guid() -> str:
    return str(uuid.uuid4())
