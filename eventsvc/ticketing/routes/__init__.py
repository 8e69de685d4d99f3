"""Pages of ticketing: the shop (`shop`), the order behind its link (`order`), and the organiser's (`manage`)."""

from eventsvc.ticketing.routes import catalogue, order, organiser, shop

routes = [*shop.routes, *order.routes]
manage = [*organiser.routes, *catalogue.routes]

__all__ = ["manage", "routes"]
