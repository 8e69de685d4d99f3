"""Terms: until when buyers may cancel by themselves, what is kept then, and how buyers abroad are invoiced."""

from __future__ import annotations

import enum
from datetime import datetime

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row
from eventsvc.events.models import Event


class FeeKind(enum.StrEnum):
    NONE = "none"
    PERCENT = "percent"
    FIXED = "fixed"


class Terms(Row):
    """Of one event. Without a row: what is not paid may be given back until the event is over, what is paid goes by the organiser."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="terms", on_delete=fields.CASCADE)
    event_id: int
    cancel_until: fields.Field[datetime | None] = fields.DatetimeField(null=True)
    paid_too = fields.BooleanField(default=False)
    """May buyers cancel what they paid, too?"""
    free_until: fields.Field[datetime | None] = fields.DatetimeField(null=True)
    fee_kind = fields.CharEnumField(FeeKind, max_length=10, default=FeeKind.NONE)
    fee_value = fields.BigIntField(default=0)
    """Percent of a ticket's price, or minor units for each ticket."""
    reverse_charge = fields.BooleanField(default=False)
    """Invoices to buyers with a VAT number of another country are without VAT, which they account for themselves."""

    class Meta:
        table = "terms"
        unique_together = (("event",),)
        constraints = (CheckConstraint(check="fee_value >= 0 AND (fee_kind <> 'percent' OR fee_value <= 100)", name="ck_terms_fee"),)

    def fee_of(self, price: int, moment: datetime) -> int:
        """What is kept of a ticket of this price that is cancelled then, in minor units; percentages round to the nearest."""
        if self.free_until is not None and moment < self.free_until:
            return 0
        match self.fee_kind:
            case FeeKind.PERCENT:
                return (price * int(self.fee_value) + 50) // 100
            case FeeKind.FIXED:
                return min(price, int(self.fee_value))
        return 0
