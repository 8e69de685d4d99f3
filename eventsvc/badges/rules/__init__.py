"""The verbs of badges: `printing` (documents now), `batches` (many badges, made by the worker), `press` (the Typst process)."""

from eventsvc.badges.render.sheets import DESIGNS
from eventsvc.badges.rules.batches import order_batch, print_batch, sweep
from eventsvc.badges.rules.press import stop_press
from eventsvc.badges.rules.printing import badge_png, badges_pdf, ticket_pdf, tickets_for

__all__ = ["DESIGNS", "badge_png", "badges_pdf", "order_batch", "print_batch", "stop_press", "sweep", "ticket_pdf", "tickets_for"]
