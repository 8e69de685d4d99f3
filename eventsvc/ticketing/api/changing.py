"""A ticket becomes another one."""

from __future__ import annotations

from eventsvc.accounts.models import ApiToken
from eventsvc.core.api import patch
from eventsvc.core.errors import NotFound
from eventsvc.core.signing import read_code
from eventsvc.events.models import Event
from eventsvc.ticketing.api.orders import OrderOut, order_out
from eventsvc.ticketing.forms.add_ons import AddOnWanted, ChangeForm
from eventsvc.ticketing.models import Order, Ticket
from eventsvc.ticketing.rules import add_ons, changing


async def change_ticket(event: Event, token: ApiToken, code: str, wanted: ChangeForm) -> OrderOut:
    """Change a ticket's type or its `add_ons` (all it is to have; left out, they stay). The answer is its order: what is due or owed."""
    ticket = await Ticket.get_or_none(event=event, code=read_code(code) or "")
    if ticket is None:
        raise NotFound("There is no such ticket at this event.")
    if "add_ons" not in wanted.model_fields_set:
        rows = (await add_ons.of_tickets([ticket]))[ticket.id]
        wanted.add_ons = [AddOnWanted(code=row.add_on.code, amount=row.price if row.add_on.open_amount else None) for row in rows]
    await changing.change(event, ticket, wanted, by=f"token {token.name}")
    return await order_out(event, await Order.get(id=ticket.order_id))


routes = [patch("/events/{event}/tickets/{code}", change_ticket, "orders", errors={409: "Sold out, or not changeable"})]
