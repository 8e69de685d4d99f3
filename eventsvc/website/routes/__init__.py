"""Pages of the whole: what everybody sees (`public`), an attendee's own day (`my_day`) and plan (`following`), who signed up (`signups`),
the organiser's overview (`organiser`)."""

from eventsvc.website.routes import following, my_day, organiser, public, signups

routes = [*public.front, *organiser.routes, *signups.routes, *my_day.routes, *following.routes, *public.routes]

__all__ = ["routes"]
