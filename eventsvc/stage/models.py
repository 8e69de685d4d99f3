"""Question, Vote."""

from __future__ import annotations

import enum

from tortoise import fields

from eventsvc.agenda.models import Session
from eventsvc.core.db import Row


class QuestionState(enum.StrEnum):
    WAITING = "waiting"
    SHOWN = "shown"
    ANSWERED = "answered"
    HIDDEN = "hidden"


QUESTION_MOVES: dict[QuestionState, set[QuestionState]] = {
    QuestionState.WAITING: {QuestionState.SHOWN, QuestionState.HIDDEN},
    QuestionState.SHOWN: {QuestionState.ANSWERED, QuestionState.HIDDEN},
    QuestionState.ANSWERED: {QuestionState.SHOWN, QuestionState.HIDDEN},
    QuestionState.HIDDEN: {QuestionState.SHOWN},
}


class Question(Row):
    """A question to a session's speakers. `holder` as in `agenda.Favourite`; a name only when the asker gave one."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "agenda.Session", related_name="questions", on_delete=fields.CASCADE
    )
    session_id: int
    code = fields.CharField(max_length=12)
    text = fields.CharField(max_length=500)
    name = fields.CharField(max_length=100, default="")
    holder = fields.CharField(max_length=80, db_index=True)
    state = fields.CharEnumField(QuestionState, max_length=10, default=QuestionState.WAITING)
    votes = fields.IntField(default=0)

    class Meta:
        table = "stage_question"
        unique_together = (("session", "code"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        # The event is the session's: load a question with its session.
        return self.session.event_id, "question", self.code


class Vote(Row):
    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField("stage.Question", related_name="cast", on_delete=fields.CASCADE)
    question_id: int
    holder = fields.CharField(max_length=80)

    class Meta:
        table = "stage_vote"
        unique_together = (("question", "holder"),)
