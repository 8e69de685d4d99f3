"""SlideFile: what a speaker brings to show."""

from __future__ import annotations

from tortoise import fields

from eventsvc.agenda.models.sessions import Session
from eventsvc.core import signing
from eventsvc.core.db import Row
from eventsvc.speakers.models import Speaker


class SlideFile(Row):
    """A file sent in pieces: `received` bytes of `size` are there. The bytes lie under DATA_DIR/slides/ by `key`, never by its name."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("agenda.Session", related_name="slides", on_delete=fields.CASCADE)
    session_id: int
    speaker: fields.ForeignKeyNullableRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="slides", null=True, on_delete=fields.SET_NULL
    )
    speaker_id: int | None
    key = fields.CharField(max_length=32, unique=True, default=signing.secret)
    name = fields.CharField(max_length=200)
    size = fields.BigIntField()
    received = fields.BigIntField(default=0)
    complete_at = fields.DatetimeField(null=True)
    public = fields.BooleanField(default=False)
    """Offered on the session's page; only once the speaker or an organiser says so."""

    class Meta:
        table = "slide_file"
