"""What an invoice says, as plain values for Typst."""

from __future__ import annotations

from typing import Any

from eventsvc.core.money import show
from eventsvc.core.text import one_line
from eventsvc.ticketing.models import Invoice, InvoiceKind


def invoice_data(invoice: Invoice) -> dict[str, Any]:
    """The invoice needs its order and `credits` loaded. Dates in words; amounts with their sign and currency."""
    seller, currency = invoice.seller, invoice.currency
    credit = invoice.kind == InvoiceKind.CREDIT
    facts = [("Number", invoice.number), ("Date", _day(invoice.issued_on)), ("Order", invoice.order.code)]
    facts += [("Your order", one_line(invoice.purchase_order))] if invoice.purchase_order else []
    facts += [("Due", _day(invoice.due_on))] if invoice.due_on else []
    facts += [("Credits invoice", invoice.credits.number)] if invoice.credits else []
    numbers = [("VAT", seller.get("vat_number")), ("Company number", seller.get("company_number"))]
    return {
        "event": {"hue": 0},
        "title": invoice.title,
        "number": invoice.number,
        "seller": [one_line(seller["name"]), *_lines(seller["address"]), *_lines(seller.get("contact_email", ""))],
        "buyer": _lines(invoice.buyer) or [""],
        "facts": facts,
        "taxed": bool(invoice.vat),
        "lines": [
            {
                "text": one_line(line["text"]),
                "count": str(line["count"]),
                "each": show(line["each"], currency),
                "rate": f"{line['rate']} %",
                "gross": show(line["gross"], currency),
            }
            for line in invoice.lines
        ],
        "vat": [
            pair
            for part in invoice.vat
            for pair in (
                (f"Net at {part['rate']} % VAT", show(part["net"], currency)),
                (f"VAT {part['rate']} %", show(part["vat"], currency)),
            )
        ],
        "total": ("Total credited" if credit else "Total to pay" if invoice.due_on else "Total, paid", show(invoice.gross, currency)),
        "note": invoice.note or ("" if invoice.vat else "No VAT is charged."),
        "pay": _how_to_pay(invoice),
        "foot": "  ·  ".join([one_line(seller["name"]), *(f"{name} {one_line(value)}" for name, value in numbers if value)]),
    }


def _how_to_pay(invoice: Invoice) -> list[str]:
    """Nothing where it is paid: by card at once, or before it was written."""
    if invoice.kind == InvoiceKind.CREDIT or not invoice.due_on or not invoice.seller.get("bank_details"):
        return []
    return [*_lines(invoice.seller["bank_details"]), f"Reference: {invoice.order.code}"]


def _lines(text: str) -> list[str]:
    return [one_line(line) for line in text.splitlines() if line.strip()]


def _day(on: Any) -> str:
    return f"{on.day} {on:%B %Y}"
