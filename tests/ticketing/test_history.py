"""The history of an order says what happened as a person would."""

from __future__ import annotations

from typing import Any

import pytest

from eventsvc.audit.models import Entry
from eventsvc.ticketing.forms import ColleagueForm
from eventsvc.ticketing.models import PayMethod, Ticket
from eventsvc.ticketing.render import said
from eventsvc.ticketing.rules import orders, transfers
from tests.make import make_event, make_ticket_type
from tests.people import signed_in
from tests.ticketing.test_by_hand import placed

CASES: list[tuple[str, str, dict[str, Any], str]] = [
    ("order.placed", "page", {"tickets": 1, "total": 0}, "Placed by the buyer: 1 ticket, free"),
    ("order.placed", "card", {"tickets": 2, "total": 19000}, "Placed: 2 tickets, £190"),
    ("order.paid", "Olga", {"method": "bank", "amount": 9500}, "Paid £95 by bank transfer, noted by Olga"),
    ("order.paid", "card", {"method": "card", "amount": 9500}, "Paid £95 by card"),
    ("order.changed", "Olga", {"fields": ["email", "invoice_to"]}, "E-mail address, invoice address changed by Olga"),
    ("order.cancelled", "last ticket cancelled", {}, "Order cancelled with its last ticket"),
    ("ticket.cancelled", "attendee", {"fee": 500}, "Ticket cancelled by the attendee; £5 is kept"),
    ("ticket.changed", "buyer", {"more": -500}, "Ticket changed by the buyer: £5 less"),
    ("invoice.issued", "", {"kind": "credit", "gross": -9500}, "Credit note of £95 made"),
    ("order.paid", "Olga", {}, "Order paid by Olga"),
    ("badge_design.chosen", "Olga", {}, "Badge design chosen by Olga"),
]


@pytest.mark.parametrize(("action", "actor", "facts", "sentence"), CASES)
def test_what_happened_is_said_in_words(action: str, actor: str, facts: dict[str, Any], sentence: str) -> None:
    entry = Entry(action=action, subject_kind="order", subject="X", actor=actor, facts=facts)

    assert said(entry, "GBP") == sentence


@pytest.mark.usefixtures("rolled_back")
async def test_the_pages_of_the_order_the_attendee_and_the_event_say_it_so() -> None:
    event = await make_event()
    kind = await make_ticket_type(event, price=9500)
    order = await placed(event, kind.code)
    await orders.pay(order, PayMethod.BANK, by="Olga")
    ticket = await Ticket.get(order=order).select_related("order")
    await transfers.transfer(ticket, ColleagueForm(name="Ben", email="ben@example.org"), by="buyer")

    async with await signed_in("olga", event) as olga:
        paths = (f"orders/{order.code}", f"attendees/{ticket.code}", "history")
        pages = [(await olga.get(f"/manage/{event.slug}/{path}")).text for path in paths]

    assert ["Paid £95 by bank transfer, noted by Olga" in one for one in pages] == [True, True, False]
    assert ["Ticket passed on by the buyer" in one for one in pages] == [True, True, False]
    assert ["Paid £95 by bank transfer<" in pages[2], "Ticket passed on<" in pages[2]] == [True, True]  # who did it has its own column
