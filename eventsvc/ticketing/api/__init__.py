"""Ticketing as JSON: ticket types, orders and tickets (`orders`), vouchers (`vouchers`)."""

from eventsvc.ticketing.api import orders, vouchers

routes = [*orders.routes, *vouchers.routes]

__all__ = ["routes"]
