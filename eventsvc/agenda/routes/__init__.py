"""Pages of the programme: the public ones (`public`), what visitors keep (`following`), a speaker's own area (`speaker`), organisers'."""

from eventsvc.agenda.routes import following, organiser, places, public, speaker, speakers, upload

routes = [*public.routes, *following.routes, *speaker.routes]
manage = [*upload.routes, *organiser.routes, *speakers.routes, *places.routes]

__all__ = ["manage", "routes"]
