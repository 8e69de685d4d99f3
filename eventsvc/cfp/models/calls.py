"""Call, ProposalType, Field, AccessCode: what is asked, of whom, until when."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from tortoise import fields

from eventsvc.core.db import Row
from eventsvc.events.models import Event


class Call(Row):
    """An event's call for proposals; at most one. Open between its moments; a type may close earlier or later.

    `letters` holds the organiser's words by letter (`acknowledged`, `accepted`, `waitlisted`, `rejected`): subject and text with
    placeholders from a closed list.
    """

    event: fields.OneToOneRelation[Event] = fields.OneToOneField("events.Event", related_name="call", on_delete=fields.CASCADE)
    event_id: int
    text = fields.TextField(default="")
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    edits_until = fields.DatetimeField(null=True)
    """Until when what was submitted can be edited; None: until it is decided."""
    published = fields.BooleanField(default=False)
    languages: fields.Field[list[str]] = fields.JSONField(default=list)
    asks_track = fields.BooleanField(default=True)
    max_per_person = fields.IntField(null=True)
    letters: fields.Field[dict[str, dict[str, str]]] = fields.JSONField(default=dict)
    types: fields.ReverseRelation[ProposalType]
    fields_asked: fields.ReverseRelation[Field]

    class Meta:
        table = "cfp_call"

    def is_open(self, moment: datetime) -> bool:
        return self.published and (self.opens_at is None or self.opens_at <= moment) and (self.closes_at is None or moment < self.closes_at)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "call", str(self.id)


class ProposalType(Row):
    """Talk, workshop, poster: how long it is, and until when it can be proposed (`closes_at`; None: the call's)."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="types", on_delete=fields.CASCADE)
    call_id: int
    code = fields.CharField(max_length=60)
    name = fields.CharField(max_length=200)
    minutes = fields.IntField(default=30)
    closes_at = fields.DatetimeField(null=True)
    by_code_only = fields.BooleanField(default=False)
    position = fields.IntField(default=0)

    class Meta:
        table = "proposal_type"
        unique_together = (("call", "code"),)
        ordering = ("position", "id")


class FieldTarget(enum.StrEnum):
    """Whom a field asks."""

    SESSION = "session"
    SPEAKER = "speaker"
    REVIEWER = "reviewer"


class FieldKind(enum.StrEnum):
    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    URL = "url"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"


class Field(Row):
    """One thing the form asks beyond what every proposal has. Retired, not deleted, once somebody answered it."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="fields_asked", on_delete=fields.CASCADE)
    call_id: int
    target = fields.CharEnumField(FieldTarget, max_length=10)
    kind = fields.CharEnumField(FieldKind, max_length=10)
    label = fields.CharField(max_length=300)
    hint = fields.CharField(max_length=500, default="")
    required = fields.BooleanField(default=False)
    min_length = fields.IntField(null=True)
    max_length = fields.IntField(null=True)
    choices: fields.Field[list[str]] = fields.JSONField(default=list)
    types: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of the types it is asked for; empty: all."""
    tracks: fields.Field[list[str]] = fields.JSONField(default=list)
    names_author = fields.BooleanField(default=False)
    """The answer may tell who they are: hidden from reviewers in a blind phase."""
    public = fields.BooleanField(default=False)
    """Shown on the public page of the session or speaker."""
    position = fields.IntField(default=0)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "cfp_field"
        ordering = ("position", "id")

    @property
    def key(self) -> str:
        """Its name in a form and in `answers`."""
        return f"field_{self.id}"


class AccessCode(Row):
    """Lets whoever has it propose after the deadline, or a type that needs a code. `email`: sent to an invited speaker."""

    call: fields.ForeignKeyRelation[Call] = fields.ForeignKeyField("cfp.Call", related_name="codes", on_delete=fields.CASCADE)
    call_id: int
    code = fields.CharField(max_length=20)
    note = fields.CharField(max_length=200, default="")
    email = fields.CharField(max_length=254, default="")
    type: fields.ForeignKeyNullableRelation[ProposalType] = fields.ForeignKeyField(
        "cfp.ProposalType", related_name="codes", null=True, on_delete=fields.CASCADE
    )
    type_id: int | None
    uses = fields.IntField(default=1)
    used = fields.IntField(default=0)
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "access_code"
        unique_together = (("call", "code"),)


Answers = dict[str, Any]
"""Answers by `Field.key`: text, number, ISO date, true/false, or a list of texts."""
