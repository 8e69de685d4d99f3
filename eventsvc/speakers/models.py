"""Speaker, Portrait, Preparation, Availability, Assistant."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

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
    listed = fields.BooleanField(default=True)
    """False for somebody who only proposed something: public from the moment a session of theirs is."""

    class Meta:
        table = "speaker"
        unique_together = (("event", "code"), ("event", "external_id"))
        indexes = (("event_id", "email"),)

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


class Preparation(Row):
    """What a speaker tells the organisers before the day: nobody else's business, so it is kept out of the public row."""

    speaker: fields.OneToOneRelation[Speaker] = fields.OneToOneField(
        "speakers.Speaker", related_name="preparation", on_delete=fields.CASCADE
    )
    speaker_id: int
    av_needs = fields.TextField(default="")
    travel = fields.TextField(default="")
    recording_consent = fields.BooleanField(null=True)
    """None until they have said yes or no."""
    confirmed_details_at = fields.DatetimeField(null=True)

    class Meta:
        table = "speaker_preparation"


class Availability(Row):
    """A stretch of time in which a speaker can be on stage. No rows: always."""

    speaker: fields.ForeignKeyRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="availability", on_delete=fields.CASCADE
    )
    speaker_id: int
    start = fields.DatetimeField()
    end = fields.DatetimeField()

    class Meta:
        table = "speaker_availability"
        ordering = ("start", "id")
        constraints = (CheckConstraint(check='"end" > start', name="ck_availability_times"),)


class Assistant(Row):
    """Somebody who looks after a speaker's page for them, with a link of their own that can be taken back."""

    speaker: fields.ForeignKeyRelation[Speaker] = fields.ForeignKeyField(
        "speakers.Speaker", related_name="assistants", on_delete=fields.CASCADE
    )
    speaker_id: int
    name = fields.CharField(max_length=200)
    email = fields.CharField(max_length=254)
    secret = fields.CharField(max_length=32, unique=True, default=signing.secret)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "speaker_assistant"
