"""An attendee's own badge and ticket, and the organiser's printing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.badges import rules
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render import qr
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.web import PRIVATE, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.models import HOLDING, Ticket, TicketType
from eventsvc.ticketing.rules import tickets

PDF = "application/pdf"


async def _own(request: Request) -> tuple[Event, Ticket]:
    """The live ticket behind a My-day link."""
    event = await public_event(request)
    ticket = await tickets.by_secret(event, request.path_params["secret"])
    if not ticket.is_live:
        raise NotFound("This ticket was cancelled.")
    return event, ticket


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, media_type=kind, headers={**PRIVATE, "Content-Disposition": f'inline; filename="{name}"'})


async def own_badge(request: Request) -> Response:
    event, ticket = await _own(request)
    return _file(await rules.badges_pdf(event, [ticket]), PDF, "badge.pdf")


async def own_preview(request: Request) -> Response:
    event, ticket = await _own(request)
    return _file(await rules.badge_png(event, ticket, preview=True), "image/png", "badge.png")


async def own_qr(request: Request) -> Response:
    _, ticket = await _own(request)
    drawn = str(qr.svg(ticket.code)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return _file(drawn.encode(), "image/svg+xml", "ticket.svg")


async def own_ticket(request: Request) -> Response:
    _, ticket = await _own(request)
    return _file(await rules.ticket_pdf(ticket), PDF, "ticket.pdf")


async def overview(request: Request) -> Response:
    """Choose a design and ticket types, print, and fetch what was printed."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    refusal = None
    if request.method == "POST":
        async with request.form(max_fields=100) as posted:
            design, types = str(posted.get("design", "")), [str(value) for value in posted.getlist("types")]
        try:
            codes = [ticket.code for ticket in await rules.tickets_for(event, types=types)] if types else None
            if codes == []:
                raise Refused("Nobody has a ticket of these types yet. Choose others.")
            await rules.order_batch(event, design, codes, by=request.state.user.label)
            return redirect(request.url.path)
        except Refused as exc:
            refusal = exc
    batches = (
        await Batch.filter(event=event).order_by("-id").limit(12).only("id", "code", "design", "state", "count", "error", "created_at")
    )
    live = Ticket.filter(event=event, state__in=HOLDING)
    return page(
        request,
        "badges/overview.html",
        refusal.status if refusal else 200,
        event=event,
        refusal=refusal,
        designs=rules.DESIGNS,
        batches=batches,
        waiting=any(batch.state == BatchState.WAITING for batch in batches),
        types=[(one, await live.filter(ticket_type=one).count()) for one in await TicketType.filter(event=event)],
        samples=await live.order_by("id").limit(3),
    )


async def batch(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_ORDERS)
    found = await Batch.get_or_none(event=event, code=request.path_params["code"])
    if found is None or found.pdf is None:
        raise NotFound("These badges are not there (any more). Print them again.")
    return _file(found.pdf, PDF, f"{event.slug}-badges.pdf")


async def single(request: Request) -> Response:
    """One attendee's badge as PDF, or as a small picture."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    ticket = await Ticket.get_or_none(event=event, code=request.path_params["code"], state__in=HOLDING).select_related("ticket_type")
    if ticket is None:
        raise NotFound("There is no such live ticket at this event.")
    if request.url.path.endswith(".png"):
        return _file(await rules.badge_png(event, ticket, preview=True), "image/png", "badge.png")
    return _file(await rules.badges_pdf(event, [ticket]), PDF, "badge.pdf")


routes = [
    Route("/{event}/my/{secret}/badge.pdf", own_badge),
    Route("/{event}/my/{secret}/badge.png", own_preview),
    Route("/{event}/my/{secret}/qr.svg", own_qr),
    Route("/{event}/my/{secret}/ticket.pdf", own_ticket),
    Route("/manage/{event}/badges", overview, methods=["GET", "POST"]),
    Route("/manage/{event}/badges/batches/{code}.pdf", batch),
    Route("/manage/{event}/badges/{code}.pdf", single, name="badge_pdf"),
    Route("/manage/{event}/badges/{code}.png", single, name="badge_png"),
]
