"""Feeds and schedules (`feeds`); following by mail, and how to subscribe (`follow`)."""

from eventsvc.calendars.routes import feeds, follow

routes = [*feeds.routes, *follow.routes]

__all__ = ["routes"]
