"""WalletDevice, BadgeDeadline."""

from __future__ import annotations

from tortoise import fields

from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Ticket


class WalletDevice(Row):
    """A phone that asked to hear of changes of a pass. `push_token` is what Apple's push service would be told."""

    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="wallet_devices", on_delete=fields.CASCADE
    )
    ticket_id: int
    device = fields.CharField(max_length=80, db_index=True)
    push_token = fields.CharField(max_length=200)

    class Meta:
        table = "wallet_device"
        unique_together = (("ticket", "device"),)


class BadgeDeadline(Row):
    """Until when attendees correct what their badge says. No row: until the event is over."""

    event: fields.OneToOneRelation[Event] = fields.OneToOneField("events.Event", related_name="badge_deadline", on_delete=fields.CASCADE)
    event_id: int
    until = fields.DatetimeField(null=True)

    class Meta:
        table = "badge_deadline"
