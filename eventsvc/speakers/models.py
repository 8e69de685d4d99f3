"""Speaker, Portrait."""

from __future__ import annotations

from tortoise import fields

from eventsvc.core import signing
from eventsvc.core.db import Row
from eventsvc.core.text import initials
from eventsvc.events.models import Event


class Speaker(Row):
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="speakers", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=20)
    name = fields.CharField(max_length=200)
    organisation = fields.CharField(max_length=200, default="")
    job_title = fields.CharField(max_length=200, default="")
    biography = fields.TextField(default="")
    email = fields.CharField(max_length=254, default="")
    secret = fields.CharField(max_length=32, unique=True, default=signing.secret)
    guid = fields.CharField(max_length=36, default="")
    external_id = fields.CharField(max_length=80, null=True)
    portrait_version = fields.CharField(max_length=16, default="")

    class Meta:
        table = "speaker"
        unique_together = (("event", "code"), ("event", "external_id"))

    @property
    def initials(self) -> str:
        return initials(self.name)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "speaker", self.code


class Portrait(Row):
    """The picture, re-encoded as WebP, in a row of its own so that lists stay light."""

    speaker: fields.OneToOneRelation[Speaker] = fields.OneToOneField("speakers.Speaker", related_name="portrait", on_delete=fields.CASCADE)
    webp = fields.BinaryField()

    class Meta:
        table = "portrait"
