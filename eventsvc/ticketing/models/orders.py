"""Order, Ticket, Payment, OrderKey."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.members.models import Allowance, Organisation
from eventsvc.ticketing.models.catalogue import TicketType
from eventsvc.ticketing.models.vouchers import Voucher

if TYPE_CHECKING:
    from eventsvc.ticketing.models.add_ons import TicketAddOn


class OrderState(enum.StrEnum):
    RESERVED = "reserved"
    PLACED = "placed"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


MOVES: dict[OrderState, set[OrderState]] = {
    OrderState.RESERVED: {OrderState.PLACED, OrderState.PAID, OrderState.CANCELLED, OrderState.EXPIRED},
    OrderState.PLACED: {OrderState.PAID, OrderState.CANCELLED},
    OrderState.PAID: {OrderState.PLACED, OrderState.CANCELLED},
    OrderState.CANCELLED: set(),
    OrderState.EXPIRED: {OrderState.PLACED, OrderState.PAID},
}
"""Back to placed where an edit made it dearer; an expired one comes back when its money does and its places are still there."""


class HeldFor(enum.StrEnum):
    """What a reserved order waits for."""

    CARD = "card"
    EMAIL = "email"
    APPROVAL = "approval"


class TicketState(enum.StrEnum):
    VALID = "valid"
    UNPAID = "unpaid"
    PENDING = "pending"
    CANCELLED = "cancelled"


HOLDING = (TicketState.VALID, TicketState.UNPAID, TicketState.PENDING)
"""States in which a ticket holds a place of its quota."""
HELD = ", ".join(f"'{state}'" for state in HOLDING)
"""The same for raw SQL."""


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
    vat_number = fields.CharField(max_length=20, default="")
    """The buyer's; its first two letters are a country."""
    due_on = fields.DateField(null=True)
    source = fields.CharField(max_length=20, default="page")
    held_until: fields.Field[datetime | None] = fields.DatetimeField(null=True)
    """Of a reserved one: when its places are given to others; None: never by themselves."""
    held_for: HeldFor | None = fields.CharEnumField(HeldFor, max_length=10, null=True)  # type: ignore[assignment]
    paid = fields.BigIntField(default=0)
    """What came in less what went back: the sum of its payments. Only `ledger.book` touches it."""
    fee = fields.BigIntField(default=0)
    """What is kept of tickets that were cancelled; part of `total`."""
    let_go = fields.BigIntField(default=0)
    """What is not asked for any more although it did not come in."""
    note = fields.TextField(default="")
    """For the team; the buyer never sees it."""
    tickets: fields.ReverseRelation[Ticket]
    payments: fields.ReverseRelation[Payment]

    class Meta:
        table = "ticket_order"
        indexes = (("event_id", "id"), ("event_id", "email"), ("state", "held_until"))
        constraints = (
            CheckConstraint(check="total >= 0", name="ck_order_total"),
            CheckConstraint(check="paid >= 0", name="ck_order_paid"),
            CheckConstraint(check="fee >= 0 AND fee <= total AND let_go >= 0", name="ck_order_kept"),
        )

    @property
    def is_live(self) -> bool:
        return self.state in (OrderState.RESERVED, OrderState.PLACED, OrderState.PAID)

    @property
    def due(self) -> int:
        """What is still to be paid, in minor units."""
        return max(0, self.total - self.paid - self.let_go) if self.state in (OrderState.RESERVED, OrderState.PLACED) else 0

    @property
    def owed(self) -> int:
        """What came in beyond what it costs, and is to be paid back."""
        return max(0, int(self.paid) - int(self.total))

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
    member_of: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "members.Organisation", related_name="tickets", null=True, on_delete=fields.RESTRICT
    )
    """Whose price it has, or whose code it was bought with."""
    member_of_id: int | None
    allowance: fields.ForeignKeyNullableRelation[Allowance] = fields.ForeignKeyField(
        "members.Allowance", related_name="tickets", null=True, on_delete=fields.RESTRICT
    )
    """Of which it holds a free place."""
    allowance_id: int | None
    price_note = fields.CharField(max_length=300, default="")
    """Why it costs less than for others, in words."""
    claim_secret: fields.Field[str | None] = fields.CharField(max_length=32, null=True, unique=True)
    """Of a place that has no name yet: whoever has the link takes it."""
    state = fields.CharEnumField(TicketState, max_length=10)
    passed_to: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "ticketing.Ticket", related_name="passed_from", null=True, on_delete=fields.SET_NULL
    )
    passed_to_id: int | None
    """The ticket that a colleague got instead of this one, which is cancelled."""
    calendar_sequence = fields.IntField(default=0)
    changed_at = fields.DatetimeField(default=now)
    add_ons: fields.ReverseRelation[TicketAddOn]

    class Meta:
        table = "ticket"
        indexes = (
            Index(fields=("event_id", "id"), name="ix_ticket_event"),
            Index(fields=("event_id", "changed_at"), name="ix_ticket_changed"),
        )

    @property
    def is_live(self) -> bool:
        return self.state in HOLDING

    @property
    def extras(self) -> list[TicketAddOn]:
        """The add-ons it has, or had when it was cancelled. It comes with its `add_ons__add_on`."""
        return [one for one in self.add_ons if one.cancelled_at is None]

    @property
    def cost(self) -> int:
        """With its add-ons, in minor units. It comes with its `add_ons`."""
        return int(self.price + sum(one.price for one in self.extras))

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "ticket", self.code


class Payment(Row):
    """Money that came in (or went out: a negative amount). Never changed, never deleted; written by `ledger.book` alone."""

    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("ticketing.Order", related_name="payments", on_delete=fields.RESTRICT)
    order_id: int
    method = fields.CharEnumField(PayMethod, max_length=10)
    amount = fields.BigIntField()
    note = fields.CharField(max_length=200, default="")
    reference = fields.CharField(max_length=120, null=True)
    """Where the money can be told by: the same one twice is one payment."""

    class Meta:
        table = "payment"
        unique_together = (("order", "reference"),)


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
