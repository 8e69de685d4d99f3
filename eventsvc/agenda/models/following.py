"""Favourite, Signup: who wants to be where. Neither knows a ticket by more than its number: ticketing is beside, not below."""

from __future__ import annotations

import enum

from tortoise import fields

from eventsvc.agenda.models.sessions import Session
from eventsvc.core.db import Row


class Favourite(Row):
    """A session somebody keeps. `holder` is `ticket:<number>`, or `device:<hash>` for a browser without a ticket."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "agenda.Session", related_name="favourites", on_delete=fields.CASCADE
    )
    session_id: int
    holder = fields.CharField(max_length=80, db_index=True)

    class Meta:
        table = "favourite"
        unique_together = (("session", "holder"),)


class SignupState(enum.StrEnum):
    GOING = "going"
    WAITING = "waiting"


class Signup(Row):
    """A place in a session with limited places, or a place in its queue (by `id`). The row goes when it is given back."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("agenda.Session", related_name="signups", on_delete=fields.CASCADE)
    session_id: int
    ticket_id = fields.BigIntField(db_index=True)
    state = fields.CharEnumField(SignupState, max_length=10)

    class Meta:
        table = "signup"
        unique_together = (("session", "ticket_id"),)
        indexes = (("session_id", "state"),)
