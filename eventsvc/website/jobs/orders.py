"""Letters about orders and tickets: a confirmation carries the ticket, its QR, its PDF and an invitation for the calendar."""

from __future__ import annotations

from eventsvc.badges import rules as badges
from eventsvc.badges.render import qr
from eventsvc.calendars.render.invitation import invitation
from eventsvc.calendars.rules.feeds import entry_uid, hours
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.text import unlinked
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, Part, compose
from eventsvc.members.models import Allowance
from eventsvc.members.rules import links as member_links
from eventsvc.ticketing.models import HOLDING, Invoice, InvoiceKind, Order, OrderState, Ticket, Waiting, WaitingState
from eventsvc.ticketing.rules import invoices, ledger, stripe_calls


async def _order(letter: Letter) -> Order | None:
    found = Order.get_or_none(id=letter.facts["order"])
    return await found.prefetch_related("event__organiser", "tickets__ticket_type", "tickets__add_ons__add_on")


async def _invitation(method: str, event: Event, ticket: Ticket, sequence: int) -> tuple[str, bytes]:
    start, end = await hours(event)
    body = invitation(
        method,
        uid=await entry_uid(event, ticket),
        sequence=sequence,
        summary=event.name,
        start=start,
        end=end,
        zone=event.timezone,
        location=", ".join(filter(None, [event.place, event.address.replace("\n", ", ")])),
        description=event.tagline,
        url=f"{settings().base_url}/{event.slug}/my/{ticket.secret}",
        organiser_name=event.name,
        organiser_email=event.contact_email or settings().mail_from,
        attendee_name=unlinked(ticket.name),
        attendee_email=ticket.email,
    )
    return method, body


async def confirmation(letter: Letter) -> Message | None:
    """The tickets of an order, but those passed on or without a name. None when it was cancelled, or is not
    confirmed."""
    order = await _order(letter)
    passed = {ticket.passed_to_id for ticket in order.tickets} if order else set()
    live = [ticket for ticket in order.tickets if ticket.is_live and ticket.id not in passed and not ticket.claim_secret] if order else []
    if order is None or not live or order.state == OrderState.RESERVED:
        return None
    event = order.event
    pictures = {ticket.id: f"qr-{ticket.id}@{settings().host}" for ticket in live}
    message = compose(
        "ticketing/confirmation",
        f"Your ticket for {event.name}" if len(live) == 1 else f"Your {len(live)} tickets for {event.name}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        order=order,
        tickets=live,
        by_card=stripe_calls.is_on(),
        pictures=pictures,
        base=f"{settings().base_url}/{event.slug}",
    )
    message.parts = [Part(f"ticket-{n}.png", qr.png(ticket.code), "image/png", pictures[ticket.id]) for n, ticket in enumerate(live, 1)]
    for number, ticket in enumerate(live, 1):
        name = "ticket.pdf" if len(live) == 1 else f"ticket-{number}.pdf"
        message.parts.append(Part(name, await badges.ticket_pdf(ticket), "application/pdf"))
    message.parts += await _bills(await invoices.standing(order))
    message.invitation = await _invitation("REQUEST", event, live[0], live[0].calendar_sequence)
    return message


async def _bills(found: list[Invoice]) -> list[Part]:
    name = {InvoiceKind.INVOICE: "invoice", InvoiceKind.CREDIT: "credit-note"}
    return [Part(f"{name[one.kind]}-{one.number}.pdf", await badges.invoice_pdf(one), "application/pdf") for one in found]


async def changed(letter: Letter) -> Message | None:
    """A ticket is another one, or has more or less with it; the documents about the difference come along. None when it was cancelled."""
    order = await _order(letter)
    ticket = next((one for one in order.tickets if one.id == letter.facts["ticket"] and one.is_live), None) if order else None
    if order is None or ticket is None:
        return None
    more = letter.facts["more"]
    message = _short("ticketing/changed", f"Your ticket was changed: {order.event.name}", order, ticket=ticket, more=more)
    made = Invoice.filter(order=order).order_by("-id").limit(letter.facts.get("bills", 1 if more else 0))
    message.parts += await _bills(await made.select_related("credits", "order"))
    return message


async def waiting_place(letter: Letter) -> Message | None:
    """Somebody's place on the waiting list, or the offer made to them. None when that is over before the letter went out."""
    place = await Waiting.get_or_none(id=letter.facts["waiting"]).select_related("ticket_type", "voucher", "event__organiser")
    offered = letter.kind == "ticketing/waiting_offer"
    if place is None or place.state != (WaitingState.OFFERED if offered else WaitingState.WAITING):
        return None
    event = place.event
    return compose(
        letter.kind,
        f"A place for you: {event.name}" if offered else f"On the waiting list: {event.name}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        waiting=place,
        until=event.local(place.voucher.expires_at) if place.voucher and place.voucher.expires_at else None,
        base=f"{settings().base_url}/{event.slug}",
    )


async def links(letter: Letter) -> Message | None:
    """All that an address has at an event. None when it was cancelled meanwhile."""
    event = await Event.get_or_none(id=letter.facts["event"]).select_related("organiser")
    if event is None:
        return None
    live = await Ticket.filter(event=event, email=letter.to, state__in=HOLDING).order_by("id").limit(50).select_related("ticket_type")
    orders = [one for one in await Order.filter(event=event, email=letter.to).order_by("id").limit(50) if one.is_live]
    if not live and not orders:
        return None
    return compose(
        "ticketing/links",
        f"Your tickets for {event.name}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        tickets=live,
        orders=orders,
        base=f"{settings().base_url}/{event.slug}",
    )


async def reminder(letter: Letter) -> Message | None:
    """An order that is still to be paid, with its invoice. None when it was paid or cancelled meanwhile, or the event is over."""
    order = await _order(letter)
    if order is None or not order.due or order.due_on is None or now() >= order.event.ends_at:
        return None
    overdue = order.event.local(now()).date() > order.due_on
    bills = await invoices.standing(order)
    subject = f"{'Overdue' if overdue else 'Due soon'}: your order for {order.event.name}"
    message = _short("ticketing/reminder", subject, order, overdue=overdue, invoice=bills[-1] if bills else None)
    message.parts += await _bills(bills)
    return message


async def cancelled(letter: Letter) -> Message | None:
    order = await _order(letter)
    if order is None:
        return None
    notes = await Invoice.filter(order=order, kind=InvoiceKind.CREDIT).select_related("credits", "order")
    back, subject = await ledger.went_back(order), f"Your order is cancelled: {order.event.name}"
    message = _short("ticketing/cancelled", subject, order, went_back=back, notes=notes)
    for note in notes:
        message.parts.append(Part(f"credit-note-{note.number}.pdf", await badges.invoice_pdf(note), "application/pdf"))
    first = min(order.tickets, key=lambda ticket: ticket.id)
    message.invitation = await _invitation("CANCEL", order.event, first, first.calendar_sequence + 1)
    return message


async def ticket_cancelled(letter: Letter) -> Message | None:
    """One ticket of an order; the calendar entry goes when it was the last."""
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"]).prefetch_related("event__organiser", "ticket_type", "order")
    if ticket is None:
        return None
    event = ticket.event
    message = _about("ticketing/ticket_cancelled", f"Ticket cancelled: {event.name}", ticket)
    own = await Ticket.exists(passed_to_id=ticket.id)
    if own or not await Ticket.exists(order=ticket.order, state__in=HOLDING):
        first = ticket if own else await Ticket.filter(order=ticket.order).order_by("id").first()
        assert first is not None
        message.invitation = await _invitation("CANCEL", event, first, first.calendar_sequence + 1)
    return message


async def passed_on(letter: Letter) -> Message | None:
    """To whoever had the ticket, and to the buyer: the entry leaves the calendar of whoever has no other ticket of the order."""
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"]).prefetch_related("event__organiser", "ticket_type", "order", "passed_to")
    if ticket is None or ticket.passed_to is None:
        return None
    message = _about("ticketing/passed_on", f"Ticket passed on: {ticket.event.name}", ticket, now_of=ticket.passed_to.name)
    if letter.to == ticket.email and not await Ticket.exists(order=ticket.order, email=letter.to, state__in=HOLDING):
        message.invitation = await _invitation("CANCEL", ticket.event, ticket, ticket.calendar_sequence + 1)
    return message


async def passed_to_you(letter: Letter) -> Message | None:
    """The ticket that a colleague passed on. None when it was cancelled, or passed on again, before the letter went out."""
    found = Ticket.get_or_none(id=letter.facts["ticket"], state__in=HOLDING)
    ticket = await found.prefetch_related("event__organiser", "ticket_type", "order")
    if ticket is None:
        return None
    cid = f"qr-{ticket.id}@{settings().host}"
    before = await Ticket.get_or_none(passed_to_id=ticket.id)
    message = _about(
        "ticketing/passed_to_you", f"Your ticket for {ticket.event.name}", ticket, picture=cid, before=before.name if before else ""
    )
    message.parts = [
        Part("ticket-1.png", qr.png(ticket.code), "image/png", cid),
        Part("ticket.pdf", await badges.ticket_pdf(ticket), "application/pdf"),
    ]
    message.invitation = await _invitation("REQUEST", ticket.event, ticket, ticket.calendar_sequence)
    return message


async def places(letter: Letter) -> Message | None:
    """To the contact of an organisation: places that were taken, with the invoice. None when all were given back."""
    order = await _order(letter)
    allowance = await Allowance.get_or_none(id=letter.facts["allowance"]).select_related("organisation")
    count = sum(ticket.is_live for ticket in order.tickets) if order else 0
    if order is None or allowance is None or not count:
        return None
    message = _short(
        "ticketing/places",
        f"{count} place{'s' if count != 1 else ''} at {order.event.name}",
        order,
        organisation=allowance.organisation,
        count=count,
        link=member_links.address(order.event, allowance.secret) if allowance.secret else "",
    )
    invoice = await Invoice.get_or_none(order=order, kind=InvoiceKind.INVOICE).select_related("credits", "order")
    if invoice:
        message.parts.append(Part(f"invoice-{invoice.number}.pdf", await badges.invoice_pdf(invoice), "application/pdf"))
    return message


def _about(template: str, subject: str, ticket: Ticket, **more: object) -> Message:
    event = ticket.event
    return compose(
        template,
        subject,
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        ticket=ticket,
        base=f"{settings().base_url}/{event.slug}",
        **more,
    )


def _short(template: str, subject: str, order: Order, **more: object) -> Message:
    event = order.event
    return compose(
        template,
        subject,
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        order=order,
        base=f"{settings().base_url}/{event.slug}",
        **more,
    )
