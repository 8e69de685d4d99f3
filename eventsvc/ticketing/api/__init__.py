"""Ticketing as JSON: ticket types, orders and tickets (`orders`), vouchers (`vouchers`), `invoices`."""

from eventsvc.ticketing.api import invoices, orders, questions, vouchers

routes = [*orders.routes, *vouchers.routes, *invoices.routes, *questions.routes]

__all__ = ["routes"]
