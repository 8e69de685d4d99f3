"""Badges in a browser: `printing` (an attendee's own, the organiser's batches), `designs` (own layouts with their preview),
`stations` (printers at the desk, one badge in a browser).
"""

from eventsvc.badges.routes import designs, printing, stations, wallets

routes = [*designs.routes, *stations.routes, *wallets.routes, *printing.routes]
