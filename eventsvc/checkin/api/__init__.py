"""Check-in as JSON: lists with their rosters and scans (`lists`), and what a tablet asks of its door (`door`)."""

from eventsvc.checkin.api import door, lists

routes = [*lists.routes, *door.routes]
