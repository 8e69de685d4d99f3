"""Ticketing as JSON: ticket types, orders and tickets (`orders`, `approvals`, `transfers`), `vouchers`, `invoices`, `questions`."""

from eventsvc.ticketing.api import approvals, invoices, orders, questions, transfers, vouchers

routes = [*orders.routes, *approvals.routes, *vouchers.routes, *invoices.routes, *questions.routes, *transfers.routes]

__all__ = ["routes"]
