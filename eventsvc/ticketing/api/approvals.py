"""Orders that wait for approval."""

from __future__ import annotations

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import post
from eventsvc.events.models import Event
from eventsvc.ticketing.api.orders import OrderOut, by_token, order_of, order_out
from eventsvc.ticketing.forms.rates import DeclineForm
from eventsvc.ticketing.rules import proving


async def approve_order(event: Event, token: ApiToken, code: str) -> OrderOut:
    """Approve an order that waits for it: it is placed, or paid where it costs nothing. Twice is once."""
    return await order_out(event, await proving.approve(await order_of(event, code), by=by_token(token)))


async def decline_order(event: Event, token: ApiToken, code: str, letter: DeclineForm) -> OrderOut:
    """Decline an order that waits for approval: its places are free again, and a letter with your `words` goes out. Twice is once."""
    return await order_out(event, await proving.decline(await order_of(event, code), letter.words, by=by_token(token)))


routes = [
    post("/events/{event}/orders/{code}/approve", approve_order, "orders", errors={409: "Does not wait for approval"}),
    post("/events/{event}/orders/{code}/decline", decline_order, "orders", errors={409: "Does not wait for approval"}),
]
