"""Design, DesignPicture, TypeDesign."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models import TicketType


class Design(Row):
    """An organiser's own page layout, beside those that every event has (`render.layouts.PRESETS`). All measures in millimetres.

    `parts` is a list of `render.layouts.Part` as plain values; `folded` is the name as it is compared.
    """

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="badge_designs", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=12)
    name = fields.CharField(max_length=40)
    folded = fields.CharField(max_length=80)
    width = fields.FloatField()
    height = fields.FloatField()
    sheet = fields.CharField(max_length=10, default="")
    gutter = fields.FloatField(default=0)
    parts: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)

    class Meta:
        table = "badge_design"
        unique_together = (("event", "code"), ("event", "folded"))
        constraints = (CheckConstraint(check="width > 0 AND height > 0 AND gutter >= 0", name="ck_badge_design_size"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "badge_design", self.name


class DesignPicture(Row):
    """A logo or drawing for designs, re-encoded as PNG. It never changes: another picture gets another code."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "events.Event", related_name="badge_pictures", on_delete=fields.CASCADE
    )
    event_id: int
    code = fields.CharField(max_length=12)
    name = fields.CharField(max_length=80)
    png = fields.BinaryField()

    class Meta:
        table = "badge_picture"
        unique_together = (("event", "code"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "badge_picture", self.code


class TypeDesign(Row):
    """The design that badges of a ticket type get when nobody says another: a preset's name, or that of a Design of the event."""

    ticket_type: fields.OneToOneRelation[TicketType] = fields.OneToOneField(
        "ticketing.TicketType", related_name="badge_design", on_delete=fields.CASCADE
    )
    ticket_type_id: int
    design = fields.CharField(max_length=40)

    class Meta:
        table = "badge_type_design"
