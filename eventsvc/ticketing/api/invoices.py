"""Invoices and credit notes."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from eventsvc.core.api import After, Items, Limit, get
from eventsvc.core.config import settings
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.models import Invoice, InvoiceKind


class VatPart(BaseModel):
    rate: int = Field(description="percent")
    net: int
    vat: int


class InvoiceOut(BaseModel):
    """Amounts are minor units of `currency`; a credit note's are negative."""

    number: str
    kind: InvoiceKind
    credits: str | None = Field(description="the number of the invoice that is credited")
    order: str
    issued_on: date
    due_on: date | None
    buyer: str
    purchase_order: str
    currency: str
    gross: int
    vat: list[VatPart] = Field(description="empty when the seller charges no VAT")
    pdf_url: str


async def list_invoices(event: Event, limit: Limit = 100, after: After = None) -> Items[InvoiceOut]:
    """Invoices and credit notes, oldest first."""
    start = int(after) if after and is_number(after) else 0
    rows = await Invoice.filter(event=event, id__gt=start).order_by("id").limit(limit + 1).select_related("order", "credits")
    base = f"{settings().base_url}/api/v1/events/{event.slug}/invoices"
    names = ("number", "kind", "issued_on", "due_on", "buyer", "purchase_order", "currency", "gross")
    items = [
        InvoiceOut(
            **{name: getattr(one, name) for name in names},
            vat=[VatPart(**part) for part in one.vat],
            credits=one.credits.number if one.credits else None,
            order=one.order.code,
            pdf_url=f"{base}/{one.number}/invoice.pdf",
        )
        for one in rows[:limit]
    ]
    return Items(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


routes = [get("/events/{event}/invoices", list_invoices, "orders")]
