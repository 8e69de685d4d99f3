"""Pages of the whole: what everybody sees (`public`), an attendee's own day (`my_day`), the organiser's overview (`organiser`)."""

from eventsvc.website.routes import my_day, organiser, public

routes = [*public.front, *organiser.routes, *my_day.routes, *public.routes]

__all__ = ["routes"]
