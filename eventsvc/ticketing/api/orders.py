"""Ticket types, orders and tickets."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request

from eventsvc.accounts.models import ApiToken
from eventsvc.core import signing
from eventsvc.core.api import After, Items, Limit, Moment, get, post
from eventsvc.core.config import settings
from eventsvc.core.errors import Forbidden, Invalid, NotFound
from eventsvc.core.money import Money
from eventsvc.core.text import is_number
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm, PayIn
from eventsvc.ticketing.models import HeldFor, Order, OrderState, PayMethod, Ticket, TicketState
from eventsvc.ticketing.rules import add_ons, cards, ledger, orders, placing, tickets


class TicketAddOnOut(BaseModel):
    code: str
    name: str
    price: Money


class OrderTicket(BaseModel):
    code: str
    name: str
    my_url: str
    state: TicketState
    ticket_type: str
    price: Money | None = Field(default=None, description="of the ticket alone")
    add_ons: list[TicketAddOnOut] = []
    price_note: str = Field(description="why it costs less than for others, in words")


class OrderOut(BaseModel):
    code: str
    secret: str
    state: OrderState
    total: Money = Field(description="what it costs now: live tickets, and what is kept of cancelled ones")
    paid: Money = Field(description="what came in, less what went back")
    due: Money
    owed: Money = Field(description="what is still to be paid back")
    refunded: Money = Field(description="what went back")
    waits_for: HeldFor | None = Field(description="of a reserved order: a card payment, an answer from its address, or approval")
    held_until: Moment | None = Field(description="of a reserved order: when its places are given to others")
    email: str
    url: str
    placed: Moment
    pay_url: str | None = Field(None, description="where to pay by card; only in the answer to a payment by card")
    tickets: list[OrderTicket]


class TicketOut(BaseModel):
    code: str
    name: str
    email: str
    organisation: str
    job_title: str
    ticket_type: str
    add_ons: list[str] = Field(description="codes")
    state: TicketState
    order: str


async def order_out(event: Event, order: Order, *, new: bool = False) -> OrderOut:
    rows = await Ticket.filter(order=order).select_related("ticket_type").order_by("id")
    extras = await add_ons.of_tickets(rows)
    base = f"{settings().base_url}/{event.slug}"

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=order.currency)

    return OrderOut(
        code=order.code,
        secret=order.secret,
        state=order.state,
        total=money(order.total),
        paid=money(order.paid),
        due=money(order.due),
        owed=money(order.owed),
        refunded=money(0 if new else await ledger.went_back(order)),
        waits_for=order.held_for if order.state == OrderState.RESERVED else None,
        held_until=order.held_until if order.state == OrderState.RESERVED else None,
        email=order.email,
        url=f"{base}/orders/{order.code}/{order.secret}",
        placed=order.created_at,
        tickets=[
            OrderTicket(
                code=t.code,
                name=t.name,
                my_url=f"{base}/my/{t.secret}",
                state=t.state,
                ticket_type=t.ticket_type.code,
                price_note=t.price_note,
                price=money(t.price),
                add_ons=[TicketAddOnOut(code=x.add_on.code, name=x.add_on.name, price=money(x.price)) for x in extras[t.id]],
            )
            for t in rows
        ],
    )


async def order_of(event: Event, code: str) -> Order:
    order = await Order.get_or_none(event=event, code=code.upper())
    if order is None:
        raise NotFound("There is no such order at this event.")
    return order


def by_token(token: ApiToken | None) -> str:
    return f"token {token.name}" if token else ""


def _offset(after: str | None) -> int:
    return int(after) if after and is_number(after) else 0


async def place_order(event: Event, token: ApiToken, request: Request, order: OrderForm) -> OrderOut:
    """Place an order.

    Send an `Idempotency-Key` header: the same key again gets the same answer and never a second order.
    """
    sent = request.headers.get("idempotency-key")
    key = f"{token.id}:{sent}" if sent else None
    answer = await order_out(event, await placing.place_order(event, order, source="api", key=key, by=by_token(token)), new=True)
    return OrderOut(**await placing.first_answer(event, key, answer.model_dump(mode="json"))) if key else answer


async def get_order(event: Event, code: str) -> OrderOut:
    """One order with its tickets."""
    return await order_out(event, await order_of(event, code))


async def cancel_order(event: Event, token: ApiToken, code: str) -> OrderOut:
    """Cancel an order: its places are given back."""
    return await order_out(event, await orders.cancel_order(await order_of(event, code), by=by_token(token)))


async def pay_order(event: Event, token: ApiToken, request: Request, code: str, payment: PayIn) -> OrderOut:
    """Say that money has come in: all that is due, or `amount` of it, of which the rest stays due.

    With the method `card` nothing is paid yet: the answer holds `pay_url`, where the buyer pays what is due by card.
    Without `amount`, paying a paid order again changes nothing. With it, send an `Idempotency-Key`: the same key counts once.
    """
    order, sent = await order_of(event, code), request.headers.get("idempotency-key")
    if payment.method == PayMethod.CARD:
        to = await cards.page_for(event, order)
        return (await order_out(event, await order_of(event, code))).model_copy(update={"pay_url": to})
    if payment.amount and payment.amount.currency != order.currency:
        raise Invalid([("amount", f"This order is in {order.currency}.")])
    amount = payment.amount.amount if payment.amount else None
    reference = f"api:{signing.mac('payment', token.id, sent)}" if sent else None
    paid = await orders.pay(order, payment.method, by=by_token(token), note=payment.note, amount=amount, reference=reference)
    return await order_out(event, paid)


DOOR_FINDS = 20
"""As many people as a token of the door is told at once."""


async def list_tickets(
    event: Event,
    token: ApiToken,
    search: Annotated[str, Field(max_length=200, description="name, e-mail, organisation; accents and case ignored")] = "",
    state: TicketState | None = None,
    limit: Limit = 50,
    after: After = None,
) -> Items[TicketOut]:
    """Tickets of the event, oldest first. A token of the door alone finds people by name, a few at a time and without e-mail."""
    scopes, door = set(token.scopes), False
    if not {"read", "orders", "admin"} & scopes:
        door = "checkin" in scopes
        if not door:
            raise Forbidden("This token may not see who is coming. It needs the scope orders, checkin or read.")
        if not search.strip():
            raise Forbidden("This token may only look for somebody: send a part of the name as search.")
        limit = min(limit, DOOR_FINDS)
    found = tickets.found(event, search, state or "").filter(id__gt=_offset(after)).order_by("id").limit(limit + 1)
    rows = await found.select_related("ticket_type", "order")
    extras = await add_ons.of_tickets(rows)
    return Items(
        items=[
            TicketOut(
                code=t.code,
                name=t.name,
                email="" if door else t.email,
                organisation=t.organisation,
                job_title=t.job_title,
                ticket_type=t.ticket_type.code,
                add_ons=[one.add_on.code for one in extras[t.id]],
                state=t.state,
                order=t.order.code,
            )
            for t in rows[:limit]
        ],
        next=str(rows[limit - 1].id) if len(rows) > limit else None,
    )


routes = [
    post("/events/{event}/orders", place_order, "orders", 201, errors={409: "sold-out, not-on-sale"}),
    get("/events/{event}/orders/{code}", get_order, "orders"),
    post("/events/{event}/orders/{code}/cancel", cancel_order, "orders", errors={409: "Not possible in its state"}),
    post("/events/{event}/orders/{code}/pay", pay_order, "orders", errors={409: "Not possible in its state"}),
    get("/events/{event}/tickets", list_tickets, "read"),
]
