"""A buyer's own order: given back as a whole while that is still theirs to do."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest

from eventsvc.events.models import Event
from eventsvc.ticketing.models import Order, OrderState, TicketState
from tests.make import make_event, make_ticket

pytestmark = pytest.mark.usefixtures("rolled_back")


def at(event: Event, order: Order) -> str:
    return f"/{event.slug}/orders/{order.code}/{order.secret}"


async def test_a_buyer_gives_back_what_is_not_paid(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event)
    before = await client.get(at(event, ticket.order))

    answer = await client.post(f"{at(event, ticket.order)}/cancel")

    await ticket.refresh_from_db()
    assert "Cancel the whole order" in before.text
    assert (answer.status_code, ticket.state) == (303, TicketState.CANCELLED)


async def test_what_is_paid_is_for_the_organiser(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ticket = await make_ticket(event, price=9500)
    await Order.filter(id=ticket.order.id).update(total=9500, paid=9500)

    answer = await client.post(f"{at(event, ticket.order)}/cancel")

    assert "Write to the organiser to cancel it" in answer.text
    assert (answer.status_code, (await Order.get(id=ticket.order.id)).state) == (409, OrderState.PAID)


async def test_after_the_event_nothing_is_cancelled(client: httpx.AsyncClient) -> None:
    event = await make_event(start=date.today() - timedelta(days=3))
    ticket = await make_ticket(event)
    page = await client.get(at(event, ticket.order))

    answer = await client.post(f"{at(event, ticket.order)}/cancel")

    await ticket.refresh_from_db()
    assert "Cancel the whole order" not in page.text
    assert "The event is over" in answer.text
    assert (answer.status_code, ticket.state) == (409, TicketState.VALID)
