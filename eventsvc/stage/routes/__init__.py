"""Displays and what is on now (`screens`), questions (`audience`), a chair's page (`chair`), the organiser's (`organiser`)."""

from eventsvc.stage.routes import audience, chair, organiser, screens

routes = [*screens.routes, *audience.routes, *chair.routes]
manage = organiser.routes

__all__ = ["manage", "routes"]
