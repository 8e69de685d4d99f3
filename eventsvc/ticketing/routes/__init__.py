"""Pages of ticketing: the shop (`shop`), the order behind its link (`order`), and the organiser's (`manage`)."""

from eventsvc.ticketing.routes import catalogue, find, order, organiser, shop, vouchers

routes = [*find.routes, *shop.routes, *order.routes]
manage = [*organiser.routes, *catalogue.routes, *vouchers.routes]

__all__ = ["manage", "routes"]
