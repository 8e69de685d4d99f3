"""Pages of the programme: the public ones (`public`), what visitors keep (`following`), changes speakers ask for, organisers'."""

from eventsvc.agenda.routes import changes, editor, exchange, following, organiser, places, public, releases, suggest, widget

routes = [*releases.routes, *public.routes, *following.routes, *widget.routes]
manage = [
    *releases.manage,
    *exchange.routes,
    *suggest.routes,
    *editor.routes,
    *organiser.routes,
    *changes.routes,
    *places.routes,
    *widget.manage,
]

__all__ = ["manage", "routes"]
