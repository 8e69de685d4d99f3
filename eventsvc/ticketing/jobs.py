"""Letters about the money of an order. Those that carry tickets or documents are in `website`."""

from __future__ import annotations

from eventsvc.core.config import settings
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, compose
from eventsvc.ticketing.models import HeldFor, Order, OrderState
from eventsvc.ticketing.rules import cards, proving


async def _letter(letter: Letter, subject: str, *states: OrderState) -> Message | None:
    """None when the order is in none of `states` any more."""
    order = await Order.get_or_none(id=letter.facts["order"]).prefetch_related("event__organiser", "tickets__ticket_type")
    if order is None or (states and order.state not in states):
        return None
    return compose(
        letter.kind,
        f"{subject}: {order.event.name}",
        from_name=order.event.name,
        reply_to=order.event.contact_email,
        event=order.event,
        order=order,
        amount=letter.facts.get("amount", order.paid),
        card=letter.facts.get("card", False),
        base=f"{settings().base_url}/{order.event.slug}",
    )


async def paid(letter: Letter) -> Message | None:
    """All of it has arrived."""
    return await _letter(letter, "Payment received", OrderState.PAID)


async def part_paid(letter: Letter) -> Message | None:
    """Some of it has arrived. None when the rest has come before the letter went out."""
    return await _letter(letter, "Part of your payment received", OrderState.PLACED, OrderState.RESERVED)


async def overpaid(letter: Letter) -> Message | None:
    """Money came that nothing was due for. None when it has gone back already: that has a letter of its own."""
    message = await _letter(letter, "More money than was due")
    owed = await Order.get_or_none(id=letter.facts["order"])
    return message if owed and owed.owed else None


async def refunded(letter: Letter) -> Message | None:
    """Money goes back."""
    return await _letter(letter, "Money on its way back")


async def expired(letter: Letter) -> Message | None:
    """The places went to others."""
    return await _letter(letter, "Your places are free again", OrderState.EXPIRED)


async def waits(letter: Letter) -> Message | None:
    """What a new order waits for: its address to answer, or an organiser. None when it waits no more."""
    order = await Order.get_or_none(id=letter.facts["order"]).prefetch_related("event__organiser", "tickets__ticket_type")
    why = HeldFor.EMAIL if letter.kind == "ticketing/prove" else HeldFor.APPROVAL
    if order is None or order.state != OrderState.RESERVED or order.held_for != why:
        return None
    event = order.event
    return compose(
        letter.kind,
        f"{'Please confirm your address' if why == HeldFor.EMAIL else 'We have your request'}: {event.name}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        order=order,
        link=proving.link(event, order),
        until=event.local(order.held_until) if order.held_until else None,
        base=f"{settings().base_url}/{event.slug}",
    )


async def declined(letter: Letter) -> Message | None:
    """The organiser's no, in their words."""
    order = await Order.get_or_none(id=letter.facts["order"]).prefetch_related("event__organiser")
    if order is None:
        return None
    return compose(
        letter.kind,
        f"Your request for {order.event.name}",
        from_name=order.event.name,
        reply_to=order.event.contact_email,
        event=order.event,
        order=order,
        words=letter.facts["words"] or "Unfortunately we cannot give you a place this time.",
    )


jobs = {cards.REFUND: cards.send_back}

letters: dict[str, Composer] = {
    "ticketing/prove": waits,
    "ticketing/asked": waits,
    "ticketing/declined": declined,
    "ticketing/paid": paid,
    "ticketing/part_paid": part_paid,
    "ticketing/overpaid": overpaid,
    "ticketing/refunded": refunded,
    "ticketing/expired": expired,
}
