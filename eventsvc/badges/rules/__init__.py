"""The verbs of badges: `printing` (documents now), `batches` (many badges, made by the worker), `press` (the Typst process)."""

from eventsvc.badges.render.sheets import DESIGNS
from eventsvc.badges.rules.batches import order_batch, print_batch, sweep
from eventsvc.badges.rules.contacts import NobodyToPrint, contact_sheet
from eventsvc.badges.rules.press import PressFailed, stop_press
from eventsvc.badges.rules.printing import (
    NoSuchDesign,
    NothingToPrint,
    TooManyBadges,
    badge_png,
    badges_pdf,
    counts,
    invoice_pdf,
    live_ticket,
    samples,
    sheet_png,
    ticket_pdf,
    tickets_for,
)
from eventsvc.badges.rules.programme import programme_pdf

__all__ = [
    "DESIGNS",
    "NoSuchDesign",
    "NobodyToPrint",
    "NothingToPrint",
    "PressFailed",
    "TooManyBadges",
    "badge_png",
    "badges_pdf",
    "contact_sheet",
    "counts",
    "invoice_pdf",
    "live_ticket",
    "order_batch",
    "print_batch",
    "programme_pdf",
    "samples",
    "sheet_png",
    "stop_press",
    "sweep",
    "ticket_pdf",
    "tickets_for",
]
