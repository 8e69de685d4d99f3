"""TicketType, Quota."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row, fetch
from eventsvc.events.models import Event


class Quota(Row):
    """How many places there are and how many are taken. No size: no limit."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="quotas", on_delete=fields.CASCADE)
    event_id: int
    name = fields.CharField(max_length=120)
    size = fields.IntField(null=True)
    claimed = fields.IntField(default=0)

    class Meta:
        table = "quota"
        constraints = (
            CheckConstraint(check="claimed >= 0 AND (size IS NULL OR claimed <= size)", name="ck_quota_claimed"),
            CheckConstraint(check="size IS NULL OR size >= 0", name="ck_quota_size"),
        )

    @property
    def available(self) -> int | None:
        """Places left; None when there is no limit."""
        return None if self.size is None else max(0, self.size - self.claimed)

    @staticmethod
    async def claim(quota_id: int, count: int) -> bool:
        """Take `count` places, all or none. The conditional UPDATE locks the row until the transaction ends: do it last."""
        rows = await fetch(
            "UPDATE quota SET claimed = claimed + $2 WHERE id = $1 AND (size IS NULL OR claimed + $2 <= size) RETURNING id",
            quota_id,
            count,
        )
        return bool(rows)

    @staticmethod
    async def release(quota_id: int, count: int) -> None:
        """Give `count` places back."""
        await fetch("UPDATE quota SET claimed = claimed - $2 WHERE id = $1 RETURNING id", quota_id, count)


class TicketType(Row):
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="ticket_types", on_delete=fields.CASCADE)
    event_id: int
    quota: fields.ForeignKeyRelation[Quota] = fields.ForeignKeyField(
        "ticketing.Quota", related_name="ticket_types", on_delete=fields.RESTRICT
    )
    quota_id: int
    code = fields.CharField(max_length=40)
    name = fields.CharField(max_length=120)
    description = fields.CharField(max_length=500, default="")
    price = fields.BigIntField(default=0)
    """Minor units, VAT included."""
    early: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    """Prices until a moment: [{"until": RFC 3339 in UTC, "price": minor units}], earliest first; after the last it is `price`."""
    vat_rate = fields.IntField(default=20)
    """Percent; counts only where the organiser is registered for VAT."""
    open_amount = fields.BooleanField(default=False)
    """The buyer chooses how much; `price` (early or not) is the least."""
    suggested = fields.BigIntField(default=0)
    """What an open amount is proposed as; 0 proposes nothing."""
    hue = fields.IntField(default=275)
    position = fields.IntField(default=0)
    public = fields.BooleanField(default=True)
    needs_approval = fields.BooleanField(default=False)
    """An order with one of them waits until an organiser says yes."""
    sale_starts = fields.DatetimeField(null=True)
    sale_ends = fields.DatetimeField(null=True)
    min_per_order = fields.IntField(default=1)
    max_per_order = fields.IntField(default=10)
    days: fields.Field[list[str]] = fields.JSONField(default=list)
    """The event's days it is good for, as 2027-05-14; none: all."""

    class Meta:
        table = "ticket_type"
        unique_together = (("event", "code"),)
        ordering = ("position", "id")
        constraints = (
            CheckConstraint(check="price >= 0", name="ck_ticket_type_price"),
            CheckConstraint(check="min_per_order >= 1 AND max_per_order >= min_per_order", name="ck_ticket_type_count"),
            CheckConstraint(check="vat_rate BETWEEN 0 AND 100", name="ck_ticket_type_vat"),
        )

    @property
    def good_for(self) -> list[date]:
        """The days it opens the door on; none: all."""
        return [date.fromisoformat(one) for one in self.days]

    def price_at(self, moment: datetime) -> int:
        """What it costs then, in minor units: the first early price that still holds, else the full one."""
        step = self.step_at(moment)
        return int(step["price"]) if step else int(self.price)

    def step_at(self, moment: datetime) -> dict[str, Any] | None:
        """The early price that holds then, with its `until` as a moment; None when the full price does."""
        for step in self.early:
            until = datetime.fromisoformat(step["until"])
            if moment < until:
                return {"until": until, "price": step["price"]}
        return None

    def is_on_sale(self, moment: datetime) -> bool:
        """In its sales window. Whether places are left is the quota's business."""
        return (self.sale_starts is None or self.sale_starts <= moment) and (self.sale_ends is None or moment < self.sale_ends)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "ticket_type", self.code
