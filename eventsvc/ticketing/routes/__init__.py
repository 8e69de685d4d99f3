"""Pages of ticketing: the shop (`shop`), the order behind its link (`order`), and the organiser's (`manage`)."""

from eventsvc.ticketing.routes import catalogue, find, order, organiser, shop, vouchers, waiting

routes = [*find.routes, *waiting.routes, *shop.routes, *order.routes]
manage = [*organiser.routes, *catalogue.routes, *vouchers.routes, *waiting.manage]

__all__ = ["manage", "routes"]
