"""Badges in a browser: `printing` (an attendee's own, the organiser's batches), `designs` (own layouts with their preview)."""

from eventsvc.badges.routes import designs, printing

routes = [*designs.routes, *printing.routes]
