"""Paying by card: a page at Stripe for what is due, the word that it was paid, and money that goes back to the card.

The word comes by the buyer's browser, by Stripe's message, or both, in any order and any number: it counts once.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from eventsvc.audit.rules import record
from eventsvc.core import jobs
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.ticketing.models import (
    CARD_MOVES,
    CardPayment,
    CardRefund,
    CardRefundState,
    CardState,
    HeldFor,
    Order,
    OrderState,
    PayMethod,
)
from eventsvc.ticketing.rules import holding, ledger, orders, refunds, stripe_calls
from eventsvc.ticketing.rules.stripe_calls import CardsAway, Page, SaidNo

log = logging.getLogger("eventsvc.cards")
REFUND = "ticketing.card_refund"
NEAR = timedelta(minutes=5)
"""Who goes to pay so late gets the time that they may take anyway."""
LASTS = timedelta(minutes=31)
"""Stripe keeps a page for at least half an hour; it is closed when the places go."""


class NoCards(Refused):
    kind = "no-cards"
    title = "Card payment is not set up here"


class WrongAmount(Refused):
    status = 422
    kind = "wrong-amount"
    title = "That is not what was asked for"


def check_on() -> None:
    """Raises NoCards."""
    if not stripe_calls.is_on():
        raise NoCards("Card payment is not set up here. Choose the invoice, and pay by bank transfer.", field="pay")


def wanted(by_card: bool, total: int) -> holding.Hold | None:
    """What a new order is held for when it is to be paid by card. Raises NoCards."""
    if not by_card or not total:
        return None
    check_on()
    return holding.for_card()


async def page_for(event: Event, order: Order) -> str:
    """The address of the page to pay on what is due; the same one while it lasts. Raises NoCards, BadMove, NotKept, CardsAway."""
    check_on()
    async with transaction():
        order = await orders.locked_order(order)
        if order.state == OrderState.EXPIRED or holding.is_over(order, now()):
            raise holding.NotKept(holding.GONE)
        if not order.due or order.held_for in orders.PROVING:
            raise orders.BadMove("Nothing is to be paid on this order now.")
        if order.held_until and order.held_until - now() < NEAR and holding.may_extend(order):
            order = await holding.extend(order)
        row = await _open_row(order)
    if row.url:
        return row.url
    address = f"{settings().base_url}/{event.slug}/orders/{order.code}/{order.secret}"
    try:
        page = await stripe_calls.open_page(
            f"eventsvc-page-{row.id}-{order.code}",
            ours=row.id,
            code=order.code,
            email=order.email,
            name=f"{event.name}, order {order.code}",
            amount=row.amount,
            currency=row.currency,
            back=address,
            done=f"{address}/card",
            ends=int(row.ends_at.timestamp()) if row.ends_at else None,
        )
    except SaidNo:
        raise CardsAway("Card payment does not work just now, and nothing was charged. Try again later.") from None
    await row.change(session=page.session, url=page.url)
    return page.url


async def _open_row(order: Order) -> CardPayment:
    """What is open for this amount, or a new one."""
    moment = now()
    for row in await CardPayment.filter(order=order, state=CardState.OPEN, amount=order.due).order_by("-id"):
        if row.ends_at is None or row.ends_at - moment > timedelta(minutes=1):
            return row
    held = order.state == OrderState.RESERVED
    ends = moment + LASTS if held else moment + timedelta(hours=23)
    return await CardPayment.create(order=order, amount=order.due, currency=order.currency, ends_at=ends)


async def look(order: Order) -> Order:
    """Ask Stripe how the order's open pages stand, as when somebody comes back from one. Raises CardsAway."""
    for row in await CardPayment.filter(order=order, state=CardState.OPEN).exclude(session=None).order_by("id"):
        try:
            await paid(await stripe_calls.look(str(row.session)))
        except SaidNo:
            await row.change(state=CardState.CLOSED)
    return await Order.get(id=order.id)


async def paid(page: Page) -> None:
    """A page was paid: the order gets the money. What it does not need, or comes too late for its places, goes back to the card at
    once. Again changes nothing. Raises WrongAmount.
    """
    found = await CardPayment.get_or_none(session=page.session)
    if found is None and page.ours.isdecimal() and len(page.ours) < 18:  # the server was stopped before it could note the page's name
        found = await CardPayment.get_or_none(id=int(page.ours), session=None)
    if found is None or not page.paid:
        return
    if (page.amount, page.currency) != (found.amount, found.currency):
        log.error("a card payment is not over what was asked for", extra={"payment": found.id})
        raise WrongAmount("The amount or the currency is not what was asked for.")
    async with transaction():
        order = await orders.locked_order(await Order.get(id=found.order_id))
        row = await CardPayment.get(id=found.id)
        if row.state == CardState.PAID:
            return
        await _move(row, CardState.PAID)
        await row.change(session=page.session, intent=page.intent)
        order = await orders.receive(order, PayMethod.CARD, row.amount, by="card", note="Card", reference=page.session)
        if order.owed:
            await pay_back(order, min(order.owed, row.amount), by="card")


async def _move(row: CardPayment, to: CardState) -> None:
    assert to in CARD_MOVES[row.state]
    await row.change(state=to)


async def returnable(order: Order) -> int:
    """How much of what is owed can go back to cards. Minor units."""
    rows = await CardPayment.filter(order=order, state=CardState.PAID) if stripe_calls.is_on() else []
    return min(order.owed, sum(int(one.amount) - int(one.refunded) for one in rows))


async def back_to_cards(order: Order, *, by: str) -> None:
    """What is owed and came by card goes back there, as far as it came from there."""
    amount = await returnable(await Order.get(id=order.id))
    if amount:
        await pay_back(order, amount, by=by)


async def give_back(order: Order, amount: int, method: PayMethod, *, by: str) -> None:
    """Money goes back: by Stripe to the card that it came from, else by hand, which is noted. Raises TooMuch."""
    if method == PayMethod.CARD:
        await pay_back(order, amount, by=by)
    else:
        await refunds.refund(order, amount, method, by=by)


async def pay_back(order: Order, amount: int, *, by: str) -> None:
    """Send `amount` back to the cards it came from. It counts as paid back; Stripe is asked after. Raises TooMuch."""
    async with transaction():
        order = await orders.locked_order(order)
        most = await returnable(order)
        if not 0 < amount <= most:
            raise refunds.TooMuch(refunds.at_most(most, order.currency), field="amount")
        left = amount
        for row in await CardPayment.filter(order=order, state=CardState.PAID).order_by("-id"):
            part = min(left, row.amount - row.refunded)
            if part:
                refund = await CardRefund.create(card_payment=row, amount=part)
                await row.change(refunded=row.refunded + part)
                await ledger.book(order, PayMethod.CARD, -part, note="Card", reference=f"refund:{refund.id}")
                await jobs.enqueue(REFUND, dedupe=f"{REFUND}:{refund.id}", refund=refund.id)
                left -= part
        await record("order.refunded", order, by=by, method=PayMethod.CARD, amount=amount)


async def send_back(refund: int) -> None:
    """Ask Stripe for one refund, and tell the buyer. A no for good gives it back to the organiser's hands. Raises CardsAway."""
    row = await CardRefund.get(id=refund).select_related("card_payment__order")
    if row.state != CardRefundState.WAITING:
        return
    order = row.card_payment.order
    try:
        await stripe_calls.pay_back(f"eventsvc-refund-{row.id}-{order.code}", row.card_payment.intent, row.amount)
    except SaidNo:
        await _not_back(order, refund)
        return
    async with transaction():
        await orders.locked_order(order)
        if await CardRefund.filter(id=refund, state=CardRefundState.WAITING).update(state=CardRefundState.DONE):
            key = f"card-refund:{refund}"
            await mail.queue(
                "ticketing/refunded", order.email, event_id=order.event_id, dedupe=key, order=order.id, amount=row.amount, card=True
            )


async def _not_back(order: Order, refund: int) -> None:
    """It stays owed: the organiser sees it and pays it back in another way."""
    async with transaction():
        order = await orders.locked_order(order)
        row = await CardRefund.get(id=refund).select_related("card_payment")
        if row.state != CardRefundState.WAITING:
            return
        await row.change(state=CardRefundState.FAILED)
        await ledger.book(order, PayMethod.CARD, row.amount, note="The card could not be refunded", reference=f"refund:{refund}:failed")
        await record("order.refund_failed", order, amount=row.amount)


async def refunded_elsewhere(intent: str, back: int) -> None:
    """Somebody paid back in Stripe's own pages: `back` is what went back of this payment by now. What was not owed is let go."""
    found = await CardPayment.get_or_none(intent=intent) if intent else None
    if found is None:
        return
    async with transaction():
        order = await orders.locked_order(await Order.get(id=found.order_id))
        row = await CardPayment.get(id=found.id)
        more = min(back, row.amount) - row.refunded
        if more <= 0:
            return
        given = max(0, more - order.owed)
        await row.change(refunded=row.refunded + more)
        await ledger.book(order, PayMethod.CARD, -more, note="Paid back in Stripe", reference=f"stripe:{intent}:{row.refunded}")
        await order.change(let_go=order.let_go + given)
        await record("order.refunded", order, by="Stripe", method=PayMethod.CARD, amount=more)
        await orders.settle(order)


def trouble() -> list[str]:
    """One sentence for what is set up by halves. None is right."""
    if stripe_calls.is_on() and not settings().stripe_webhook_secret:
        return ["EVENTSVC_STRIPE_SECRET_KEY is set and EVENTSVC_STRIPE_WEBHOOK_SECRET is not: who pays and closes the page stays unpaid."]
    return []


async def closed(session: str) -> None:
    """Stripe says that nobody can pay on this page any more."""
    await CardPayment.filter(session=session, state=CardState.OPEN).update(state=CardState.CLOSED)


async def sweep() -> None:
    """Close the pages of orders that need them no more, so that nobody pays for what is gone; send again refunds that got stuck."""
    if not stripe_calls.is_on():
        return
    for row in await CardPayment.filter(state=CardState.OPEN).select_related("order").order_by("id").limit(200):
        order, over = row.order, bool(row.ends_at and row.ends_at < now() - timedelta(hours=1))
        if order.due == row.amount and not over and not (row.session is None and order.held_for in (HeldFor.EMAIL, HeldFor.APPROVAL)):
            continue
        try:
            if row.session:
                await stripe_calls.close_page(row.session)
            await row.change(state=CardState.CLOSED)
        except SaidNo:  # paid, or over: its state says which
            await look(order)
            await CardPayment.filter(id=row.id, state=CardState.OPEN).update(state=CardState.CLOSED)
        except CardsAway:
            return
    for refund in await CardRefund.filter(state=CardRefundState.WAITING, created_at__lt=now() - timedelta(hours=1)).limit(100):
        await jobs.enqueue(REFUND, dedupe=f"{REFUND}:{refund.id}:{now():%Y%m%d%H}", refund=refund.id)
