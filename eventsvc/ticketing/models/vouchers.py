"""Voucher: a code that changes a price, opens a hidden ticket type, or both."""

from __future__ import annotations

import enum
from datetime import datetime

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row, fetch
from eventsvc.core.money import show
from eventsvc.events.models import Event
from eventsvc.ticketing.models.catalogue import Quota, TicketType


class VoucherKind(enum.StrEnum):
    """What it does to a price: `value` percent off, `value` minor units off, the price itself, or nothing."""

    PERCENT = "percent"
    AMOUNT = "amount"
    PRICE = "price"
    NONE = "none"


class Voucher(Row):
    """`uses` counts tickets, not orders (None: no limit); `used` is the number and the lock, as a quota's `claimed` is."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="vouchers", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=40)
    note = fields.CharField(max_length=200, default="")
    kind = fields.CharEnumField(VoucherKind, max_length=10)
    value = fields.BigIntField(default=0)
    ticket_types: fields.Field[list[str]] = fields.JSONField(default=list)
    """Codes of the types it is for; empty: all."""
    opens_hidden = fields.BooleanField(default=False)
    uses = fields.IntField(null=True)
    used = fields.IntField(default=0)
    expires_at = fields.DatetimeField(null=True)
    reserves = fields.BooleanField(default=False)
    """Its unused uses hold places of `quota`: they count as taken until it is used or over."""
    quota: fields.ForeignKeyNullableRelation[Quota] = fields.ForeignKeyField(
        "ticketing.Quota", related_name="vouchers", null=True, on_delete=fields.RESTRICT
    )
    quota_id: int | None

    class Meta:
        table = "voucher"
        unique_together = (("event", "code"),)
        constraints = (
            CheckConstraint(check="used >= 0 AND (uses IS NULL OR used <= uses)", name="ck_voucher_used"),
            CheckConstraint(check="NOT reserves OR (quota_id IS NOT NULL AND uses IS NOT NULL)", name="ck_voucher_holds"),
            CheckConstraint(check="value >= 0 AND (kind <> 'percent' OR value <= 100)", name="ck_voucher_value"),
        )

    @property
    def left(self) -> int | None:
        """Tickets it is still good for; None when there is no limit."""
        return None if self.uses is None else max(0, self.uses - self.used)

    def is_over(self, moment: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= moment

    def fits(self, ticket_type: TicketType) -> bool:
        return not self.ticket_types or ticket_type.code in self.ticket_types

    def opens(self, ticket_type: TicketType) -> bool:
        """May a hidden type be bought with it?"""
        return self.opens_hidden and self.fits(ticket_type)

    def price_of(self, ticket_type: TicketType, moment: datetime) -> int:
        """What a ticket costs with it at a moment, in minor units; percentages round to the nearest."""
        price, value = ticket_type.price_at(moment), int(self.value)
        if not self.fits(ticket_type) or self.kind == VoucherKind.NONE:
            return price
        if self.kind == VoucherKind.PERCENT:
            return price - (price * value + 50) // 100
        if self.kind == VoucherKind.AMOUNT:
            return max(0, price - value)
        return min(price, value)

    def says(self, currency: str) -> str:
        """What it does, in words: '20 % off', '£10 off', 'free', '£95 a ticket'."""
        if self.kind == VoucherKind.PERCENT:
            return "free" if self.value == 100 else f"{self.value} % off"
        if self.kind == VoucherKind.AMOUNT:
            return f"{show(self.value, currency)} off"
        if self.kind == VoucherKind.PRICE:
            return f"{show(self.value, currency)} a ticket" if self.value else "free"
        return "opens tickets that are not on the page"

    @staticmethod
    async def claim(voucher_id: int, count: int) -> bool | None:
        """Use it for `count` tickets, all or none: None when it is not good for so many; True when it held the places already.

        Before any quota, so that orders lock rows in one order.
        """
        rows = await fetch(
            "UPDATE voucher SET used = used + $2 WHERE id = $1 AND (uses IS NULL OR used + $2 <= uses) RETURNING reserves",
            voucher_id,
            count,
        )
        return bool(rows[0]["reserves"]) if rows else None

    @staticmethod
    async def release(voucher_id: int, count: int) -> bool:
        """Give `count` uses back. True when it holds their places again, so that the quota must not be released."""
        rows = await fetch("UPDATE voucher SET used = used - $2 WHERE id = $1 RETURNING reserves", voucher_id, count)
        return bool(rows[0]["reserves"]) if rows else False

    @staticmethod
    async def stop_holding(voucher_id: int) -> int:
        """It holds nothing any more. Returns how many places it held, once."""
        rows = await fetch(
            "UPDATE voucher SET reserves = $2 WHERE id = $1 AND reserves = $3 RETURNING uses - used AS held", voucher_id, False, True
        )
        return int(rows[0]["held"]) if rows else 0

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "voucher", self.code
