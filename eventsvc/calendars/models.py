"""Follower, Told: whose calendar is kept up to date by mail, and what it was last told (RFC 5546, RFC 6047)."""

from __future__ import annotations

from tortoise import fields

from eventsvc.agenda.models import Session
from eventsvc.core.db import Row
from eventsvc.speakers.models import Speaker
from eventsvc.ticketing.models import Ticket


class Follower(Row):
    """Somebody who chose calendar mail: an attendee (`ticket`) for what they keep or signed up for, or a speaker for what they give."""

    ticket: fields.OneToOneNullableRelation[Ticket] = fields.OneToOneField(
        "ticketing.Ticket", related_name="follower", null=True, on_delete=fields.CASCADE
    )
    ticket_id: int | None
    speaker: fields.OneToOneNullableRelation[Speaker] = fields.OneToOneField(
        "speakers.Speaker", related_name="follower", null=True, on_delete=fields.CASCADE
    )
    speaker_id: int | None
    stopped_at = fields.DatetimeField(null=True)

    class Meta:
        table = "follower"


class Told(Row):
    """The last invitation or cancellation of a session a follower was sent, so that the next carries a higher SEQUENCE.

    `sequence` is the letter's own: the session's in thousands (`rules.telling`).
    """

    follower: fields.ForeignKeyRelation[Follower] = fields.ForeignKeyField(
        "calendars.Follower", related_name="told", on_delete=fields.CASCADE
    )
    follower_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("agenda.Session", related_name="told", on_delete=fields.CASCADE)
    session_id: int
    sequence = fields.IntField()
    cancelled = fields.BooleanField(default=False)

    class Meta:
        table = "told"
        unique_together = (("follower", "session"),)
