"""Pages of the programme: the public ones (`public`), what visitors keep (`following`), changes speakers ask for, organisers'."""

from eventsvc.agenda.routes import changes, editor, following, organiser, places, public, upload

routes = [*public.routes, *following.routes]
manage = [*upload.routes, *editor.routes, *organiser.routes, *changes.routes, *places.routes]

__all__ = ["manage", "routes"]
