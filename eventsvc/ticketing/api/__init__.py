"""Ticketing as JSON: what is sold (`ticket_types`, `add_ons`, `vouchers`), orders and tickets (`orders`, `approvals`, `transfers`)."""

from eventsvc.ticketing.api import add_ons, approvals, changing, invoices, orders, questions, quotas, ticket_types, transfers, vouchers

routes = [
    *ticket_types.routes,
    *orders.routes,
    *add_ons.routes,
    *quotas.routes,
    *approvals.routes,
    *changing.routes,
    *vouchers.routes,
    *invoices.routes,
    *questions.routes,
    *transfers.routes,
]

__all__ = ["routes"]
