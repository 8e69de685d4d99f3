"""Order, Ticket, Payment, OrderKey."""

from __future__ import annotations

import enum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models.catalogue import TicketType
from eventsvc.ticketing.models.vouchers import Voucher


class OrderState(enum.StrEnum):
    RESERVED = "reserved"
    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


MOVES: dict[OrderState, set[OrderState]] = {
    OrderState.RESERVED: {OrderState.PLACED, OrderState.PAID, OrderState.CANCELLED, OrderState.EXPIRED},
    OrderState.PLACED: {OrderState.PAID, OrderState.CANCELLED},
    OrderState.PAID: {OrderState.CANCELLED},
    OrderState.CANCELLED: set(),
    OrderState.EXPIRED: set(),
}


class TicketState(enum.StrEnum):
    VALID = "valid"
    UNPAID = "unpaid"
    PENDING = "pending"
    CANCELLED = "cancelled"


HOLDING = (TicketState.VALID, TicketState.UNPAID, TicketState.PENDING)
"""States in which a ticket holds a place of its quota."""


class PayMethod(enum.StrEnum):
    BANK = "bank"
    CARD = "card"
    CASH = "cash"
    FREE = "free"


class Order(Row):
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="orders", on_delete=fields.CASCADE)
    event_id: int
    code = fields.CharField(max_length=12, unique=True)
    secret = fields.CharField(max_length=32)
    email = fields.CharField(max_length=254)
    state = fields.CharEnumField(OrderState, max_length=10)
    total = fields.BigIntField(default=0)
    currency = fields.CharField(max_length=3, default="GBP")
    invoice_to = fields.TextField(default="")
    purchase_order = fields.CharField(max_length=80, default="")
    due_on = fields.DateField(null=True)
    source = fields.CharField(max_length=20, default="page")
    tickets: fields.ReverseRelation[Ticket]
    payments: fields.ReverseRelation[Payment]

    class Meta:
        table = "ticket_order"
        indexes = (("event_id", "id"), ("event_id", "email"))
        constraints = (CheckConstraint(check="total >= 0", name="ck_order_total"),)

    @property
    def is_live(self) -> bool:
        return self.state in (OrderState.RESERVED, OrderState.PLACED, OrderState.PAID)

    @property
    def due(self) -> int:
        """What is still to be paid, in minor units."""
        return self.total if self.state == OrderState.PLACED else 0

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "order", self.code


class Ticket(Row):
    """`code` is public (it is in the QR); `secret` manages the ticket and is never printed. `calendar_sequence` is for its invitation."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="tickets", on_delete=fields.CASCADE)
    event_id: int
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("ticketing.Order", related_name="tickets", on_delete=fields.CASCADE)
    order_id: int
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "ticketing.TicketType", related_name="tickets", on_delete=fields.RESTRICT
    )
    ticket_type_id: int
    code = fields.CharField(max_length=16, unique=True)
    secret = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=200)
    organisation = fields.CharField(max_length=200, default="")
    job_title = fields.CharField(max_length=200, default="")
    email = fields.CharField(max_length=254, default="")
    folded = fields.TextField(default="")
    answers: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)
    price = fields.BigIntField(default=0)
    voucher: fields.ForeignKeyNullableRelation[Voucher] = fields.ForeignKeyField(
        "ticketing.Voucher", related_name="tickets", null=True, on_delete=fields.RESTRICT
    )
    voucher_id: int | None
    state = fields.CharEnumField(TicketState, max_length=10)
    passed_to: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="passed_from", null=True, on_delete=fields.SET_NULL
    )
    passed_to_id: int | None
    """The ticket that a colleague got instead of this one, which is cancelled."""
    calendar_sequence = fields.IntField(default=0)
    changed_at = fields.DatetimeField(default=now)

    class Meta:
        table = "ticket"
        indexes = (
            Index(fields=("event_id", "id"), name="ix_ticket_event"),
            Index(fields=("event_id", "changed_at"), name="ix_ticket_changed"),
        )

    @property
    def is_live(self) -> bool:
        return self.state in HOLDING

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "ticket", self.code


class Payment(Row):
    """Money that came in (or went out: a negative amount). Never changed, never deleted."""

    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("ticketing.Order", related_name="payments", on_delete=fields.RESTRICT)
    order_id: int
    method = fields.CharEnumField(PayMethod, max_length=10)
    amount = fields.BigIntField()
    note = fields.CharField(max_length=200, default="")

    class Meta:
        table = "payment"


class OrderKey(Row):
    """An Idempotency-Key and the answer it got, so that a retry gets the same one."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="order_keys", on_delete=fields.CASCADE)
    event_id: int
    key = fields.CharField(max_length=64)
    fingerprint = fields.CharField(max_length=64)
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "ticketing.Order", related_name="keys", null=True, on_delete=fields.CASCADE
    )
    order_id: int | None
    answer: fields.Field[dict[str, Any]] = fields.JSONField(default=dict)

    class Meta:
        table = "order_key"
        unique_together = (("event", "key"),)
