"""Pages of the programme: the public ones (`public`), a speaker's own area (`speaker`), and the organiser's."""

from eventsvc.agenda.routes import organiser, places, public, speaker, speakers, upload

routes = [*public.routes, *speaker.routes]
manage = [*upload.routes, *organiser.routes, *speakers.routes, *places.routes]

__all__ = ["manage", "routes"]
