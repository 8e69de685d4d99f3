"""AddOn, TicketAddOn: what goes with a ticket (a dinner, a workshop, a gift), and who has it."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models.catalogue import Quota, TicketType
from eventsvc.ticketing.models.orders import Ticket


class AddOn(Row):
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="add_ons", on_delete=fields.CASCADE)
    event_id: int
    quota: fields.ForeignKeyRelation[Quota] = fields.ForeignKeyField("ticketing.Quota", related_name="add_ons", on_delete=fields.RESTRICT)
    quota_id: int
    code = fields.CharField(max_length=40)
    name = fields.CharField(max_length=120)
    description = fields.CharField(max_length=500, default="")
    price = fields.BigIntField(default=0)
    """Minor units, VAT included; the least where the buyer chooses the amount."""
    open_amount = fields.BooleanField(default=False)
    """The buyer chooses how much."""
    suggested = fields.BigIntField(default=0)
    """What an open amount is proposed as; 0 proposes nothing."""
    once = fields.BooleanField(default=False)
    """Asked once an order, not for each person: a donation."""
    vat_rate = fields.IntField(default=20)
    group = fields.CharField(max_length=60, default="")
    """A ticket has at most one of those with the same word here."""
    ticket_types: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of the types it goes with; empty: all."""
    included_in: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of the types it is part of, at no further price."""
    session = fields.CharField(max_length=20, default="")
    """Code of the session whose places it sells; ticketing knows no more of it."""
    hand_out = fields.CharField(max_length=120, default="")
    """What its holder is handed at the door."""
    position = fields.IntField(default=0)
    public = fields.BooleanField(default=True)
    sale_starts = fields.DatetimeField(null=True)
    sale_ends = fields.DatetimeField(null=True)

    class Meta:
        table = "add_on"
        unique_together = (("event", "code"),)
        ordering = ("position", "id")
        constraints = (
            CheckConstraint(check="price >= 0 AND suggested >= 0", name="ck_add_on_price"),
            CheckConstraint(check="vat_rate BETWEEN 0 AND 100", name="ck_add_on_vat"),
        )

    def is_on_sale(self, moment: datetime) -> bool:
        """In its sales window. Whether places are left is the quota's business."""
        return (self.sale_starts is None or self.sale_starts <= moment) and (self.sale_ends is None or moment < self.sale_ends)

    def is_part_of(self, ticket_type: TicketType) -> bool:
        return ticket_type.code in self.included_in

    def fits(self, ticket_type: TicketType) -> bool:
        """May a ticket of this type have it, for its price or as a part?"""
        return not self.ticket_types or ticket_type.code in self.ticket_types or self.is_part_of(ticket_type)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "add_on", self.code


class TicketAddOn(Row):
    """A ticket's add-on. It holds a place while the ticket does, unless it was taken off the ticket: `cancelled_at`."""

    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField("ticketing.Ticket", related_name="add_ons", on_delete=fields.CASCADE)
    ticket_id: int
    add_on: fields.ForeignKeyRelation[AddOn] = fields.ForeignKeyField("ticketing.AddOn", related_name="taken", on_delete=fields.RESTRICT)
    add_on_id: int
    price = fields.BigIntField(default=0)
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "ticket_add_on"
        ordering = ("id",)
        constraints = (
            CheckConstraint(check="price >= 0", name="ck_ticket_add_on_price"),
            UniqueConstraint(fields=("ticket_id", "add_on_id"), name="uq_ticket_add_on_live", condition="cancelled_at IS NULL"),
        )
