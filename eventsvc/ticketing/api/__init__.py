"""Ticketing as JSON: ticket types, orders and tickets (`orders`), vouchers (`vouchers`), `invoices`, for colleagues (`transfers`)."""

from eventsvc.ticketing.api import invoices, orders, questions, transfers, vouchers

routes = [*orders.routes, *vouchers.routes, *invoices.routes, *questions.routes, *transfers.routes]

__all__ = ["routes"]
