"""The tables of ticketing: what can be bought (`catalogue`), what was bought (`orders`)."""

from eventsvc.ticketing.models.catalogue import Quota, TicketType
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

__all__ = ["HOLDING", "MOVES", "Order", "OrderKey", "OrderState", "PayMethod", "Payment", "Quota", "Ticket", "TicketState", "TicketType"]
