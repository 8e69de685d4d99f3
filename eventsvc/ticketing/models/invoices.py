"""Invoice, InvoiceSeries: documents that never change, in numbers that never have a gap."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

from tortoise import fields

from eventsvc.core.clock import now
from eventsvc.core.db import Row, fetch
from eventsvc.events.models import Event, Organiser
from eventsvc.ticketing.models.orders import Order


class InvoiceKind(enum.StrEnum):
    INVOICE = "invoice"
    CREDIT = "credit"


class InvoiceSeries(Row):
    """The last number given out for an organiser's invoices of one year. The row is the lock: a number that was taken and not
    used goes back with the transaction, so there is no gap (VAT Regulations 1995, reg. 14(1)(a))."""

    organiser: fields.ForeignKeyRelation[Organiser] = fields.ForeignKeyField(
        "events.Organiser", related_name="invoice_series", on_delete=fields.RESTRICT
    )
    organiser_id: int
    year = fields.IntField()
    taken = fields.IntField()

    class Meta:
        table = "invoice_series"
        unique_together = (("organiser", "year"),)

    @staticmethod
    async def take(organiser_id: int, year: int) -> int:
        """The next number. A hot row: take it last."""
        rows = await fetch(
            """INSERT INTO invoice_series (organiser_id, year, taken, created_at) VALUES ($1, $2, 1, $3)
               ON CONFLICT (organiser_id, year) DO UPDATE SET taken = invoice_series.taken + 1 RETURNING taken""",
            organiser_id,
            year,
            now(),
        )
        return int(rows[0]["taken"])


class Invoice(Row):
    """An invoice, or a credit note (its amounts are negative, `credits` is what it takes back). Seller and buyer are as they were
    on the day. `lines`: [{"text", "count", "each", "gross", "rate"}], `vat`: [{"rate", "net", "vat"}]; rates in percent, amounts in
    minor units.
    """

    organiser: fields.ForeignKeyRelation[Organiser] = fields.ForeignKeyField(
        "events.Organiser", related_name="invoices", on_delete=fields.RESTRICT
    )
    organiser_id: int
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField("events.Event", related_name="invoices", on_delete=fields.RESTRICT)
    event_id: int
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField("ticketing.Order", related_name="invoices", on_delete=fields.RESTRICT)
    order_id: int
    credits: fields.ForeignKeyNullableRelation[Invoice] = fields.ForeignKeyField(
        "ticketing.Invoice", related_name="credited_by", null=True, on_delete=fields.RESTRICT
    )
    credits_id: int | None
    kind = fields.CharEnumField(InvoiceKind, max_length=10)
    year = fields.IntField()
    serial = fields.IntField()
    number = fields.CharField(max_length=30)
    issued_on = fields.DateField()
    due_on: fields.Field[date | None] = fields.DateField(null=True)
    seller: fields.Field[dict[str, str]] = fields.JSONField(default=dict)
    buyer = fields.TextField(default="")
    purchase_order = fields.CharField(max_length=80, default="")
    currency = fields.CharField(max_length=3)
    lines: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    vat: fields.Field[list[dict[str, int]]] = fields.JSONField(default=list)
    gross = fields.BigIntField()
    note = fields.CharField(max_length=300, default="")
    """Why it is without VAT, where it is."""

    class Meta:
        table = "invoice"
        unique_together = (("organiser", "year", "serial"),)
        ordering = ("year", "serial")

    @property
    def title(self) -> str:
        return "Invoice" if self.kind == InvoiceKind.INVOICE else "Credit note"

    def journal_name(self) -> tuple[int | None, str, str]:
        return self.event_id, "invoice", self.number
