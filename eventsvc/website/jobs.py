"""Letters that show several domains: a confirmation carries the ticket, its QR, its PDF and an invitation for the calendar."""

from __future__ import annotations

from eventsvc.agenda.models import Release, Session, Signup, SignupState
from eventsvc.agenda.render.changes import lines
from eventsvc.agenda.rules import following, signups
from eventsvc.agenda.rules.preparing import MISSING
from eventsvc.badges import rules as badges
from eventsvc.badges.render import qr
from eventsvc.calendars.render.invitation import invitation
from eventsvc.calendars.rules.feeds import hours
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.db import fetch
from eventsvc.core.text import one_line, unlinked
from eventsvc.events.models import Event
from eventsvc.mail import rules as mail
from eventsvc.mail.jobs import Composer
from eventsvc.mail.models import Letter
from eventsvc.mail.render import Message, Part, compose
from eventsvc.speakers.models import Speaker
from eventsvc.speakers.rules import link as speaker_link
from eventsvc.ticketing.models import HOLDING, Invoice, InvoiceKind, Order, OrderState, Ticket, Waiting, WaitingState
from eventsvc.website.rules import published, speaking


async def _order(letter: Letter) -> Order | None:
    return await Order.get_or_none(id=letter.facts["order"]).prefetch_related("event__organiser", "tickets__ticket_type")


async def _invitation(method: str, event: Event, ticket: Ticket, sequence: int) -> tuple[str, bytes]:
    start, end = await hours(event)
    body = invitation(
        method,
        uid=f"order-{ticket.order_id}-event-{event.id}@{settings().host}",
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
    """The tickets of an order. None when it was cancelled before the letter went out."""
    order = await _order(letter)
    live = [ticket for ticket in order.tickets if ticket.is_live] if order else []
    if order is None or not live:
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
        pictures=pictures,
        base=f"{settings().base_url}/{event.slug}",
    )
    message.parts = [Part(f"ticket-{n}.png", qr.png(ticket.code), "image/png", pictures[ticket.id]) for n, ticket in enumerate(live, 1)]
    for number, ticket in enumerate(live, 1):
        name = "ticket.pdf" if len(live) == 1 else f"ticket-{number}.pdf"
        message.parts.append(Part(name, await badges.ticket_pdf(ticket), "application/pdf"))
    invoice = await Invoice.get_or_none(order=order, kind=InvoiceKind.INVOICE).select_related("credits", "order")
    if invoice:
        message.parts.append(Part(f"invoice-{invoice.number}.pdf", await badges.invoice_pdf(invoice), "application/pdf"))
    message.invitation = await _invitation("REQUEST", event, live[0], live[0].calendar_sequence)
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


async def paid(letter: Letter) -> Message | None:
    order = await _order(letter)
    if order is None or order.state != OrderState.PAID:
        return None
    return _short("ticketing/paid", f"Payment received: {order.event.name}", order)


async def reminder(letter: Letter) -> Message | None:
    """An order that is still to be paid, with its invoice. None when it was paid or cancelled meanwhile, or the event is over."""
    order = await _order(letter)
    if order is None or not order.due or order.due_on is None or now() >= order.event.ends_at:
        return None
    overdue = order.event.local(now()).date() > order.due_on
    invoice = await Invoice.get_or_none(order=order, kind=InvoiceKind.INVOICE).select_related("credits", "order")
    subject = f"{'Overdue' if overdue else 'Due soon'}: your order for {order.event.name}"
    message = _short("ticketing/reminder", subject, order, overdue=overdue, invoice=invoice)
    if invoice:
        message.parts.append(Part(f"invoice-{invoice.number}.pdf", await badges.invoice_pdf(invoice), "application/pdf"))
    return message


async def refunded(letter: Letter) -> Message | None:
    order = await _order(letter)
    if order is None:
        return None
    return _short("ticketing/refunded", f"Money on its way back: {order.event.name}", order, amount=letter.facts["amount"])


async def cancelled(letter: Letter) -> Message | None:
    order = await _order(letter)
    if order is None:
        return None
    message = _short("ticketing/cancelled", f"Your order is cancelled: {order.event.name}", order)
    for note in await Invoice.filter(order=order, kind=InvoiceKind.CREDIT).select_related("credits", "order"):
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
    message = compose(
        "ticketing/ticket_cancelled",
        f"Ticket cancelled: {event.name}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        ticket=ticket,
        base=f"{settings().base_url}/{event.slug}",
    )
    if not await Ticket.exists(order=ticket.order, state__in=HOLDING):
        first = await Ticket.filter(order=ticket.order).order_by("id").first()
        assert first is not None
        message.invitation = await _invitation("CANCEL", event, first, first.calendar_sequence + 1)
    return message


async def speaker_reminder(letter: Letter) -> Message | None:
    """What a speaker still lacks. None when nothing is missing any more, or the event is over."""
    speaker = await Speaker.get_or_none(id=letter.facts["speaker"]).select_related("event__organiser")
    if speaker is None or now() >= speaker.event.ends_at:
        return None
    event = speaker.event
    ready = next((one for one in await speaking.readiness(event) if one.speaker.id == speaker.id), None)
    if ready is None or not ready.missing:
        return None
    return compose(
        "website/speaker_reminder",
        f"{event.name}: a few things are still open",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        name=one_line(speaker.name),
        missing=[MISSING[key] for key in ready.missing],
        link=speaker_link(event, speaker.secret),
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


async def place(letter: Letter) -> Message | None:
    """A place became free and is the attendee's now. None when they gave it back before the letter went out."""
    signup = await Signup.get_or_none(id=letter.facts["signup"], state=SignupState.GOING).select_related("session__room")
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"], state__in=HOLDING).prefetch_related("event__organiser")
    if signup is None or ticket is None:
        return None
    event, session = ticket.event, signup.session
    return compose(
        "website/place",
        f"A place is yours: {session.title}",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        ticket=ticket,
        session=session,
        base=f"{settings().base_url}/{event.slug}",
    )


async def place_free(signup: int) -> None:
    """Promise the letter to whoever moved up, once however often the job runs."""
    row = await Signup.get_or_none(id=signup, state=SignupState.GOING)
    ticket = await Ticket.get_or_none(id=row.ticket_id, state__in=HOLDING) if row else None
    if ticket:
        await mail.queue("website/place", ticket.email, event_id=ticket.event_id, dedupe=f"place:{signup}", signup=signup, ticket=ticket.id)


async def release(letter: Letter) -> Message | None:
    """To an attendee: what a new version changed for them. None when nothing of theirs is in it any more, or the ticket is gone."""
    version = await Release.get_or_none(id=letter.facts["release"]).select_related("event__organiser")
    ticket = await Ticket.get_or_none(id=letter.facts["ticket"], state__in=HOLDING)
    changes = await published.changes_for(ticket, version) if version and ticket else []
    if version is None or ticket is None or not changes:
        return None
    event, many = version.event, len(changes)
    return compose(
        "website/release",
        f"{event.name}: {'a session of yours has' if many == 1 else f'{many} of your sessions have'} changed",
        from_name=event.name,
        reply_to=event.contact_email,
        event=event,
        lines=lines(event, changes),
        note=version.note,
        link=f"{settings().base_url}/{event.slug}/my/{ticket.secret}",
    )


async def give_places_back() -> None:
    """The places of tickets that were cancelled: agenda does not know tickets, so nobody else would."""
    rows = await fetch(
        """SELECT s.session_id, s.ticket_id FROM signup s LEFT JOIN ticket t ON t.id = s.ticket_id
           WHERE t.id IS NULL OR t.state IN ('cancelled') ORDER BY s.id LIMIT 500"""
    )
    for row in rows:
        session = await Session.get(id=row["session_id"])
        await signups.give_back(session, row["ticket_id"], by="cancelled ticket")


jobs = {signups.TELL: place_free}
sweeps = [published.tell_attendees, give_places_back, following.sweep]

letters: dict[str, Composer] = {
    "website/speaker_reminder": speaker_reminder,
    "ticketing/confirmation": confirmation,
    "ticketing/links": links,
    "ticketing/waiting": waiting_place,
    "ticketing/waiting_offer": waiting_place,
    "ticketing/paid": paid,
    "ticketing/reminder": reminder,
    "ticketing/cancelled": cancelled,
    "ticketing/refunded": refunded,
    "ticketing/ticket_cancelled": ticket_cancelled,
    "website/place": place,
    "website/release": release,
}
