"""Printing as JSON: `badges` (documents and batches), `stations` (one badge now: at a printer or in a browser)."""

from eventsvc.badges.api import badges, stations

routes = [*badges.routes, *stations.routes]
