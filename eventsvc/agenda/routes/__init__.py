"""Pages of the programme: the public ones (`public`), what visitors keep (`following`), changes speakers ask for, organisers'."""

from eventsvc.agenda.routes import changes, editor, exchange, following, organiser, places, public

routes = [*public.routes, *following.routes]
manage = [*exchange.routes, *editor.routes, *organiser.routes, *changes.routes, *places.routes]

__all__ = ["manage", "routes"]
