"""Questions asked at registration, and the answers that are kept apart."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields

from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models.orders import Ticket


class QuestionKind(enum.StrEnum):
    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    COUNTRY = "country"
    CONSENT = "consent"
    FILE = "file"


CHOSEN = (QuestionKind.YES_NO, QuestionKind.ONE_OF, QuestionKind.MANY_OF, QuestionKind.CONSENT)
"""Kinds whose answers are among few: another question can depend on one."""


class AskedWhen(enum.StrEnum):
    NOW = "now"
    LATER = "later"


class TicketQuestion(Row):
    """One thing the organiser wants to know of attendees. Retired, not deleted, once somebody answered it.

    `version` rises when kind, label or choices change; `earlier` keeps how it read before, so that old answers keep their meaning.
    """

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "events.Event", related_name="ticket_questions", on_delete=fields.CASCADE
    )
    event_id: int
    code = fields.CharField(max_length=40)
    label = fields.CharField(max_length=300)
    hint = fields.CharField(max_length=500, default="")
    kind = fields.CharEnumField(QuestionKind, max_length=10)
    required = fields.BooleanField(default=False)
    choices: fields.Field[list[str]] = fields.JSONField(default=list)
    ticket_types: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of the ticket types it is asked for; empty: all."""
    asked = fields.CharEnumField(AskedWhen, max_length=5, default=AskedWhen.NOW)
    shown_if: fields.Field[dict[str, list[dict[str, str]]]] = fields.JSONField(default=dict)
    """{"all" or "any": [{"question": code, "is": answer}]}; empty: always."""
    sensitive = fields.BooleanField(default=False)
    position = fields.IntField(default=0)
    version = fields.IntField(default=1)
    earlier: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "ticket_question"
        unique_together = (("event", "code"),)
        ordering = ("position", "id")

    def is_for(self, ticket_type: str) -> bool:
        return not self.ticket_types or ticket_type in self.ticket_types

    def as_it_was(self, version: int) -> dict[str, Any]:
        """Label, kind and choices of one version."""
        return next(
            (one for one in self.earlier if one["version"] == version),
            {"version": self.version, "label": self.label, "kind": str(self.kind), "choices": self.choices},
        )


class SensitiveAnswer(Row):
    """An answer about health or the like: sealed, shown on one page and to the person, deleted after the event."""

    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="sensitive_answers", on_delete=fields.CASCADE
    )
    ticket_id: int
    question: fields.ForeignKeyRelation[TicketQuestion] = fields.ForeignKeyField(
        "ticketing.TicketQuestion", related_name="sensitive_answers", on_delete=fields.CASCADE
    )
    question_id: int
    version = fields.IntField(default=1)
    ciphertext = fields.TextField()

    class Meta:
        table = "sensitive_answer"
        unique_together = (("ticket", "question"),)


class AnswerFile(Row):
    """The file of an answer: a PDF as it came, or a picture drawn anew. It goes when its ticket is cancelled, and after the event."""

    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="answer_files", on_delete=fields.CASCADE
    )
    ticket_id: int
    question: fields.ForeignKeyRelation[TicketQuestion] = fields.ForeignKeyField(
        "ticketing.TicketQuestion", related_name="files", on_delete=fields.CASCADE
    )
    question_id: int
    name = fields.CharField(max_length=120)
    media_type = fields.CharField(max_length=40)
    body = fields.BinaryField()

    class Meta:
        table = "answer_file"
        unique_together = (("ticket", "question"),)
