"""BankLine: money that came in by a bank's statement, each once."""

from __future__ import annotations

import enum

from tortoise import fields

from eventsvc.core.clock import now
from eventsvc.core.db import Row, fetch
from eventsvc.events.models import Event, Organiser
from eventsvc.ticketing.models.orders import Order


class BankLineState(enum.StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    IGNORED = "ignored"


BANK_LINE_MOVES: dict[BankLineState, set[BankLineState]] = {
    BankLineState.OPEN: {BankLineState.TAKEN, BankLineState.IGNORED},
    BankLineState.TAKEN: set(),
    BankLineState.IGNORED: set(),
}


class BankLine(Row):
    """A line of the organiser's account that is the money of `order`, or waits for somebody to say what it is. What is no business of
    an event is never kept, and the text goes when a line is ignored; the rest stays with the books.
    """

    organiser: fields.ForeignKeyRelation[Organiser] = fields.ForeignKeyField(
        "events.Organiser", related_name="bank_lines", on_delete=fields.RESTRICT
    )
    organiser_id: int
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="bank_lines", on_delete=fields.RESTRICT)
    event_id: int
    order: fields.ForeignKeyNullableRelation[Order] = fields.ForeignKeyField(
        "ticketing.Order", related_name="bank_lines", null=True, on_delete=fields.RESTRICT
    )
    order_id: int | None
    fingerprint = fields.CharField(max_length=64)
    booked_on = fields.DateField()
    amount = fields.BigIntField()
    text = fields.CharField(max_length=200, default="")
    state = fields.CharEnumField(BankLineState, max_length=10, default=BankLineState.OPEN)

    class Meta:
        table = "bank_line"
        unique_together = (("organiser", "fingerprint"),)
        indexes = (("event_id", "state"),)

    @staticmethod
    async def claim(event: Event, fingerprint: str, on: object, amount: int, text: str) -> int | None:
        """Its id, open, for whoever is the first to bring it in; None for everybody after. A second caller waits for the first to end.
        One that another event of the organiser brought in and did not take can be had once more.
        """
        rows = await fetch(
            """INSERT INTO bank_line (organiser_id, event_id, fingerprint, booked_on, amount, text, state, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, 'open', $7)
               ON CONFLICT (organiser_id, fingerprint) DO UPDATE SET event_id = excluded.event_id, text = excluded.text, state = 'open'
               WHERE bank_line.state <> 'taken' AND bank_line.event_id <> excluded.event_id RETURNING id""",
            event.organiser_id,
            event.id,
            fingerprint,
            on,
            amount,
            text,
            now(),
        )
        return int(rows[0]["id"]) if rows else None

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "bank_line", str(self.id)
