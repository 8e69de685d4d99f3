"""Ticketing: what can be bought (`catalogue`, `add_ons`), was bought (`orders`), asked (`questions`), billed (`invoices`); `vouchers`."""

from eventsvc.ticketing.models.add_ons import AddOn, TicketAddOn
from eventsvc.ticketing.models.bank import BANK_LINE_MOVES, BankLine, BankLineState
from eventsvc.ticketing.models.cards import CARD_MOVES, CardPayment, CardRefund, CardRefundState, CardState
from eventsvc.ticketing.models.catalogue import Quota, TicketType
from eventsvc.ticketing.models.invoices import Invoice, InvoiceKind, InvoiceSeries
from eventsvc.ticketing.models.orders import (
    HELD,
    HOLDING,
    MOVES,
    HeldFor,
    Order,
    OrderKey,
    OrderState,
    Payment,
    PayMethod,
    Ticket,
    TicketState,
)
from eventsvc.ticketing.models.questions import CHOSEN, AnswerFile, AskedWhen, QuestionKind, SensitiveAnswer, TicketQuestion
from eventsvc.ticketing.models.rates import Rate
from eventsvc.ticketing.models.terms import FeeKind, Terms
from eventsvc.ticketing.models.vouchers import Voucher, VoucherKind
from eventsvc.ticketing.models.waiting import WAITING_MOVES, Waiting, WaitingState

__all__ = [
    "BANK_LINE_MOVES",
    "CARD_MOVES",
    "CHOSEN",
    "HELD",
    "HOLDING",
    "MOVES",
    "WAITING_MOVES",
    "AddOn",
    "AnswerFile",
    "AskedWhen",
    "BankLine",
    "BankLineState",
    "CardPayment",
    "CardRefund",
    "CardRefundState",
    "CardState",
    "FeeKind",
    "HeldFor",
    "Invoice",
    "InvoiceKind",
    "InvoiceSeries",
    "Order",
    "OrderKey",
    "OrderState",
    "PayMethod",
    "Payment",
    "QuestionKind",
    "Quota",
    "Rate",
    "SensitiveAnswer",
    "Terms",
    "Ticket",
    "TicketAddOn",
    "TicketQuestion",
    "TicketState",
    "TicketType",
    "Voucher",
    "VoucherKind",
    "Waiting",
    "WaitingState",
]
