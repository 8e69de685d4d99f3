"""Waiting: somebody who wants a ticket of a type that is sold out."""

from __future__ import annotations

import enum

from tortoise import fields

from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.db import Row
from eventsvc.events.models import Event
from eventsvc.ticketing.models.catalogue import TicketType
from eventsvc.ticketing.models.vouchers import Voucher


class WaitingState(enum.StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    MISSED = "missed"
    LEFT = "left"


WAITING_MOVES: dict[WaitingState, set[WaitingState]] = {
    WaitingState.WAITING: {WaitingState.OFFERED, WaitingState.LEFT},
    WaitingState.OFFERED: {WaitingState.TAKEN, WaitingState.MISSED, WaitingState.LEFT},
    WaitingState.TAKEN: {WaitingState.WAITING},
    WaitingState.MISSED: {WaitingState.WAITING},
    WaitingState.LEFT: {WaitingState.WAITING},
}


class Waiting(Row):
    """One place in the queue of a ticket type, in the order of `since`. An offer is a voucher that holds a place until it lapses."""

    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="waiting", on_delete=fields.CASCADE)
    event_id: int
    ticket_type: fields.ForeignKeyRelation[TicketType] = fields.ForeignKeyField(
        "ticketing.TicketType", related_name="waiting", on_delete=fields.CASCADE
    )
    ticket_type_id: int
    email = fields.CharField(max_length=254)
    name = fields.CharField(max_length=200)
    secret = fields.CharField(max_length=32, unique=True, default=signing.secret)
    since = fields.DatetimeField(default=now)
    state = fields.CharEnumField(WaitingState, max_length=10, default=WaitingState.WAITING)
    voucher: fields.ForeignKeyNullableRelation[Voucher] = fields.ForeignKeyField(
        "ticketing.Voucher", related_name="offered_to", null=True, on_delete=fields.SET_NULL
    )
    voucher_id: int | None

    class Meta:
        table = "waiting"
        unique_together = (("ticket_type", "email"),)
        indexes = (("ticket_type_id", "state", "since"),)

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "waiting", str(self.id)
