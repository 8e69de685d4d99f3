"""Rate: what a ticket type costs for people of some organisations, or with an address at some domains."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row
from eventsvc.ticketing.models.catalogue import TicketType


class Rate(Row):
    """For organisations of its `kinds` (by code or address) and for addresses in its `suffixes`; the lowest price counts."""

    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "ticketing.TicketType", related_name="rates", on_delete=fields.CASCADE
    )
    ticket_type_id: int
    name = fields.CharField(max_length=80)
    """As people see it, such as "Members" or "NHS and universities"."""
    kinds: fields.Field[list[str]] = fields.JSONField(default=list)
    suffixes: fields.Field[list[str]] = fields.JSONField(default=list)
    price = fields.BigIntField(default=0)
    """Minor units, VAT included."""
    free_places = fields.BooleanField(default=False)
    """The free places of an organisation are of this ticket: they come first, then this price."""

    class Meta:
        table = "rate"
        ordering = ("id",)
        constraints = (CheckConstraint(check="price >= 0", name="ck_rate_price"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        return None, "rate", str(self.id)
