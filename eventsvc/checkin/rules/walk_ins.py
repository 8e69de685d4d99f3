"""Somebody without a ticket comes to the door: registered, let in, and paid for, there and then."""

from __future__ import annotations

from typing import Any

from eventsvc.audit.rules import record
from eventsvc.checkin.forms import DoorPayIn, ScanIn, WalkIn
from eventsvc.checkin.models import CheckinList, DoorRight
from eventsvc.checkin.rules.doors import Access
from eventsvc.checkin.rules.facts import codes_of, fingerprint
from eventsvc.checkin.rules.scans import scan
from eventsvc.core.clock import now
from eventsvc.core.db import transaction
from eventsvc.core.errors import Forbidden, NotFound
from eventsvc.core.signing import read_code
from eventsvc.events.models import Event
from eventsvc.ticketing.forms import OrderForm, TicketWanted
from eventsvc.ticketing.models import Order, PayMethod, Ticket, TicketType
from eventsvc.ticketing.rules import orders, placing

SOLD_HERE = 20


async def types_at_door(event: Event, by: Access) -> list[TicketType]:
    """What a door with the right may sell: public ticket types on sale."""
    if not by.may(DoorRight.WALK_IN):
        return []
    found = await TicketType.filter(event=event, public=True).select_related("quota")
    return [one for one in found if one.is_on_sale(now())][:SOLD_HERE]


async def walk_in(event: Event, checkin_list: CheckinList, wanted: WalkIn, by: Access) -> dict[str, Any]:
    """Register somebody and let them in, all or nothing; sent again with its `id`, it gets its first ticket. Raises what placing an order
    does, and Forbidden for a door that may not."""
    if not by.may(DoorRight.WALK_IN):
        raise Forbidden("This door may not register people. Send them to the help desk.")
    who = by.device.name if by.device else wanted.device
    form = OrderForm(
        email=wanted.email,
        invoice_to=wanted.invoice_to,
        tickets=[TicketWanted(ticket_type=wanted.ticket_type, name=wanted.name, organisation=wanted.organisation)],
    )
    async with transaction():
        order = await placing.place_order(event, form, source="door", key=f"walk-in:{wanted.id}", by=who)
        if wanted.pay and order.due:
            order = await orders.pay(order, PayMethod(wanted.pay), by=who, note="At the door")
        ticket = await Ticket.filter(order=order).order_by("id").first().select_related("ticket_type")
        assert ticket is not None
        one = ScanIn(id=wanted.id, code=ticket.code, at=wanted.at, device=wanted.device or who, decided=wanted.decided)
        said = (await scan(checkin_list, [one], by=by))[0]
    return {"order": _order(order), "ticket": {"code": ticket.code, "hash": fingerprint(checkin_list.salt, ticket.code)}, "scan": said}


async def pay_at_door(event: Event, checkin_list: CheckinList, wanted: DoorPayIn, by: Access) -> dict[str, Any]:
    """The money for a ticket's whole order was taken at the door. Sent again, it changes nothing. Raises Forbidden, NotFound, BadMove."""
    if not (checkin_list.pay_at_door or by.may(DoorRight.WALK_IN)):
        raise Forbidden("No money is taken at this door. Send them to the help desk.")
    code = read_code(wanted.code) if wanted.code else (await codes_of(checkin_list, {wanted.hash or ""})).get(wanted.hash or "")
    ticket = await Ticket.get_or_none(event=event, code=code or "").select_related("order")
    if ticket is None:
        raise NotFound("This is not a ticket of this event.")
    who = by.device.name if by.device else wanted.device
    async with transaction():
        owed = ticket.order.due
        order = await orders.pay(ticket.order, PayMethod(wanted.method), by=who, note="At the door")
        if owed:
            await record("order.paid_at_door", order, by=who, amount=owed, method=wanted.method, list=checkin_list.id)
    return _order(order)


def _order(order: Order) -> dict[str, Any]:
    return {
        "code": order.code,
        "state": order.state,
        "total": {"amount": order.total, "currency": order.currency},
        "due": {"amount": order.due, "currency": order.currency},
    }
