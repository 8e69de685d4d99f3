"""Letters about orders that are still to be paid: once before the money is due, and three times after."""

from __future__ import annotations

from datetime import date, timedelta

from eventsvc.audit.rules import record
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Refused
from eventsvc.mail import rules as mail
from eventsvc.mail.models import Letter
from eventsvc.ticketing.models import Order, OrderState

STAGES = (-3, 1, 8, 15)
"""Days after the due date."""
LATE = timedelta(days=7)
"""A reminder that nobody sent for so long, the worker being down, is left out."""


def stage(due: date, placed: date, today: date) -> int | None:
    """Which reminder is due: one of STAGES. None where it is too early, or the order is so new that the confirmation has just said it."""
    past = (today - due).days
    reached = [one for one in STAGES if one <= past < one + LATE.days]
    if not reached or (reached[-1] > 0) != (past > 0):
        return None
    return reached[-1] if placed < due + timedelta(days=reached[-1]) else None


async def remind_due() -> int:
    """Promise the reminders of today, each once. Returns how many."""
    moment = now()
    about = moment.date()
    found = Order.filter(
        state=OrderState.PLACED,
        total__gt=0,
        due_on__gte=about - timedelta(days=STAGES[-1]) - LATE,
        due_on__lte=about - timedelta(days=STAGES[0] - 1),
        event__end__gte=about - timedelta(days=1),
    )
    wanted: dict[str, Order] = {}
    for order in await found.order_by("id").select_related("event"):
        assert order.due_on is not None
        local = order.event.local
        which = stage(order.due_on, local(order.created_at).date(), local(moment).date())
        if which is not None and moment < order.event.ends_at:
            wanted[f"reminder:{order.id}:{which}"] = order
    promised = {str(one) for one in await Letter.filter(dedupe__in=list(wanted)).values_list("dedupe", flat=True)} if wanted else set()
    sent = 0
    for key, order in wanted.items():
        if key not in promised:
            async with transaction():
                sent += await mail.queue("ticketing/reminder", order.email, event_id=order.event_id, dedupe=key, order=order.id)
    return sent


class RemindedToday(Refused):
    kind = "reminded-today"
    title = "A reminder went out today already"


class NothingDue(Refused):
    kind = "nothing-due"
    title = "Nothing is due on this order"


async def remind(order: Order, *, by: str) -> None:
    """One reminder by hand, at most once a day. Raises NothingDue, RemindedToday."""
    async with transaction():
        held = await Order.select_for_update().get(id=order.id)
        await held.fetch_related("event")
        if not held.due or held.state != OrderState.PLACED:
            raise NothingDue("Nothing is due on this order.")
        key = f"reminder:{held.id}:{held.event.local(now()).date()}"
        if not await mail.queue("ticketing/reminder", held.email, event_id=held.event_id, dedupe=key, order=held.id):
            raise RemindedToday("A reminder went out today already.")
        await record("order.reminded", held, by=by)
