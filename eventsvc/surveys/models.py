"""Survey, Question, Reply, Feedback."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.agenda.models import Session
from eventsvc.core.db import Row
from eventsvc.events.models import Event


class QuestionKind(enum.StrEnum):
    SCALE = "scale"
    SESSION = "session"
    TEXT = "text"
    CHOICE = "choice"


class Survey(Row):
    """Open from `opens_at` until `closes_at`."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="surveys", on_delete=fields.CASCADE)
    event_id: int
    title = fields.CharField(max_length=200)
    intro = fields.TextField(default="")
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField(null=True)
    invited_at = fields.DatetimeField(null=True)
    questions: fields.ReverseRelation[Question]
    replies: fields.ReverseRelation[Reply]

    class Meta:
        table = "survey"

    def is_open(self, moment: datetime) -> bool:
        return self.opens_at <= moment and (self.closes_at is None or moment < self.closes_at)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "survey", str(self.id)


class Question(Row):
    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField("surveys.Survey", related_name="questions", on_delete=fields.CASCADE)
    survey_id: int
    position = fields.IntField(default=0)
    kind = fields.CharEnumField(QuestionKind, max_length=10)
    text = fields.CharField(max_length=300)
    hint = fields.CharField(max_length=300, default="")
    required = fields.BooleanField(default=False)
    choices: fields.Field[list[str]] = fields.JSONField(default=list)

    class Meta:
        table = "survey_question"
        ordering = ("position", "id")


class Reply(Row):
    """`answers` maps a question's id (as text) to a number, a text, or a session's code."""

    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField("surveys.Survey", related_name="replies", on_delete=fields.CASCADE)
    survey_id: int
    key = fields.CharField(max_length=40)
    answers: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)

    class Meta:
        table = "survey_reply"
        unique_together = (("survey", "key"),)


class Feedback(Row):
    """What one person thought of one session: one to five, and a word for the speaker. `key` keeps it to one each, and is no name."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "agenda.Session", related_name="feedback", on_delete=fields.CASCADE
    )
    session_id: int
    key = fields.CharField(max_length=80)
    stars = fields.IntField()
    comment = fields.CharField(max_length=1000, default="")

    class Meta:
        table = "session_feedback"
        unique_together = (("session", "key"),)
        constraints = (CheckConstraint(check="stars BETWEEN 1 AND 5", name="ck_feedback_stars"),)
