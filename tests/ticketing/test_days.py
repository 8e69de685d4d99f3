"""Tickets that are good for some of the event's days."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from eventsvc.ticketing.models import TicketType
from eventsvc.ticketing.rules import catalogue
from tests.make import make_event, make_ticket, make_ticket_type
from tests.people import signed_in


async def test_a_day_ticket_says_its_day_where_it_is_bought_and_keeps_it_when_something_else_is_wrong(client: httpx.AsyncClient) -> None:
    event = await make_event(start=date(2027, 5, 14), end=date(2027, 5, 15))
    entries = {"name": "Friday", "price": "40", "max_per_order": "5", "min_per_order": "1", "public": "true", "days": "2027-05-14"}
    async with await signed_in("olga", event) as olga:
        wrong = await olga.post(f"/manage/{event.slug}/tickets/new", data={**entries, "price": "much"})
        await olga.post(f"/manage/{event.slug}/tickets/new", data=entries)

    made = await TicketType.get(event=event)
    page = (await client.get(f"/{event.slug}/tickets")).text
    assert 'value="2027-05-14" checked' in wrong.text
    assert made.days == ["2027-05-14"]
    assert "Good for Fri" in page


async def test_all_days_are_no_restriction_and_a_strange_day_is_refused() -> None:
    event = await make_event(start=date(2027, 5, 14), end=date(2027, 5, 15))
    one = await make_ticket_type(event)

    await catalogue.change_ticket_type(event, one, days=[date(2027, 5, 15), date(2027, 5, 14)])
    with pytest.raises(catalogue.BadNumbers) as refused:
        await catalogue.change_ticket_type(event, one, days=[date(2027, 5, 16)])

    assert one.days == []
    assert refused.value.field == "days"


async def test_tablets_hear_of_new_days_with_the_next_change_of_their_roster() -> None:
    event = await make_event(start=date(2027, 5, 14), end=date(2027, 5, 15))
    ticket = await make_ticket(event)
    before = ticket.changed_at

    await catalogue.change_ticket_type(event, await TicketType.get(id=ticket.ticket_type_id), days=[date(2027, 5, 15)])

    await ticket.refresh_from_db()
    assert ticket.changed_at > before
