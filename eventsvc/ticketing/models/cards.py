"""CardPayment, CardRefund: what was asked of the card company for an order, and what goes back through it."""

from __future__ import annotations

import enum
from datetime import datetime

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from eventsvc.core.db import Row
from eventsvc.ticketing.models.orders import Order


class CardState(enum.StrEnum):
    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


CARD_MOVES: dict[CardState, set[CardState]] = {
    CardState.OPEN: {CardState.PAID, CardState.CLOSED},
    CardState.PAID: set(),
    CardState.CLOSED: {CardState.PAID},
}
"""One that was closed here may have been paid a moment before."""


class CardPayment(Row):
    """One visit to Stripe's page for one amount. The row is there before Stripe is asked, so that asking twice is one page."""

    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "ticketing.Order", related_name="card_payments", on_delete=fields.RESTRICT
    )
    order_id: int
    amount = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    state = fields.CharEnumField(CardState, max_length=10, default=CardState.OPEN)
    session = fields.CharField(max_length=200, null=True, unique=True)
    """Stripe's name for the page; none before it answered."""
    url = fields.CharField(max_length=2000, default="")
    intent = fields.CharField(max_length=200, default="")
    """Stripe's name for the money, once it has moved."""
    ends_at: fields.Field[datetime | None] = fields.DatetimeField(null=True)
    refunded = fields.BigIntField(default=0)

    class Meta:
        table = "card_payment"
        indexes = (("state",), ("intent",))
        constraints = (CheckConstraint(check="amount > 0 AND refunded >= 0 AND refunded <= amount", name="ck_card_payment_amounts"),)


class CardRefundState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class CardRefund(Row):
    """Money that goes back to a card. It counts as paid back from the moment it is asked for, and no more if Stripe says no."""

    card_payment: fields.ForeignKeyRelation[CardPayment] = fields.ForeignKeyField(
        "ticketing.CardPayment", related_name="refunds", on_delete=fields.RESTRICT
    )
    card_payment_id: int
    amount = fields.BigIntField()
    state = fields.CharEnumField(CardRefundState, max_length=10, default=CardRefundState.WAITING)

    class Meta:
        table = "card_refund"
        indexes = (("state",),)
        constraints = (CheckConstraint(check="amount > 0", name="ck_card_refund_amount"),)
