"""The verbs of badges: `designs` (own layouts), `material` (what layouts show beyond the ticket), `printing` (documents now),
`batches` (many badges, made by the worker), `press` (the Typst process).
"""

from eventsvc.badges.render.badges import Pile
from eventsvc.badges.render.layouts import unreadable
from eventsvc.badges.rules.batches import order_batch, print_batch, sweep
from eventsvc.badges.rules.contacts import NobodyToPrint, contact_sheet
from eventsvc.badges.rules.designs import (
    EnoughDesigns,
    NameTaken,
    NoSuchDesign,
    choose_designs,
    chosen_designs,
    design_of,
    layout,
    layout_of,
    layouts_of,
    remove_design,
    save_design,
)
from eventsvc.badges.rules.material import EnoughPictures, NotAPicture, add_picture, remove_picture
from eventsvc.badges.rules.press import PressFailed, stop_press
from eventsvc.badges.rules.printing import (
    NothingToPrint,
    TooManyBadges,
    badge_png,
    badges_pdf,
    counts,
    invoice_pdf,
    layout_png,
    live_ticket,
    misfits,
    samples,
    samples_or_example,
    sections_for,
    sheet_png,
    ticket_pdf,
    tickets_for,
)
from eventsvc.badges.rules.programme import programme_pdf

__all__ = [
    "EnoughDesigns",
    "EnoughPictures",
    "NameTaken",
    "NoSuchDesign",
    "NobodyToPrint",
    "NotAPicture",
    "NothingToPrint",
    "Pile",
    "PressFailed",
    "TooManyBadges",
    "add_picture",
    "badge_png",
    "badges_pdf",
    "choose_designs",
    "chosen_designs",
    "contact_sheet",
    "counts",
    "design_of",
    "invoice_pdf",
    "layout",
    "layout_of",
    "layout_png",
    "layouts_of",
    "live_ticket",
    "misfits",
    "order_batch",
    "print_batch",
    "programme_pdf",
    "remove_design",
    "remove_picture",
    "samples",
    "samples_or_example",
    "save_design",
    "sections_for",
    "sheet_png",
    "stop_press",
    "sweep",
    "ticket_pdf",
    "tickets_for",
    "unreadable",
]
