"""The tables of ticketing: what can be bought (`catalogue`), what was bought (`orders`) and billed (`invoices`), and `vouchers`."""

from eventsvc.ticketing.models.catalogue import Quota, TicketType
from eventsvc.ticketing.models.invoices import Invoice, InvoiceKind, InvoiceSeries
from eventsvc.ticketing.models.orders import (
    HOLDING,
    MOVES,
    Order,
    OrderKey,
    OrderState,
    Payment,
    PayMethod,
    Ticket,
    TicketState,
)
from eventsvc.ticketing.models.vouchers import Voucher, VoucherKind
from eventsvc.ticketing.models.waiting import WAITING_MOVES, Waiting, WaitingState

__all__ = [
    "HOLDING",
    "MOVES",
    "WAITING_MOVES",
    "Invoice",
    "InvoiceKind",
    "InvoiceSeries",
    "Order",
    "OrderKey",
    "OrderState",
    "PayMethod",
    "Payment",
    "Quota",
    "Ticket",
    "TicketState",
    "TicketType",
    "Voucher",
    "VoucherKind",
    "Waiting",
    "WaitingState",
]
