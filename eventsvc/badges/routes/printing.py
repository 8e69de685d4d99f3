"""An attendee's own badge and ticket, and the organiser's printing."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.badges import rules
from eventsvc.badges.forms import BadgesForm
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render import qr
from eventsvc.badges.render.layouts import BY_TYPE
from eventsvc.core.cache import public
from eventsvc.core.config import settings
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import start
from eventsvc.core.web import PRIVATE, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for, public_event
from eventsvc.ticketing.models import Ticket, TicketType
from eventsvc.ticketing.rules import invoices, orders, tickets

PDF, PNG = "application/pdf", "image/png"
SAMPLES = 4


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
    return _file(await rules.badges_pdf(event, [ticket]), PDF, f"{event.slug}-badge.pdf")


async def own_preview(request: Request) -> Response:
    event, ticket = await _own(request)
    return _file(await rules.badge_png(event, ticket, preview=True), PNG, f"{event.slug}-badge.png")


async def own_qr(request: Request) -> Response:
    event, ticket = await _own(request)
    return _file(qr.svg(ticket.code).encode(), "image/svg+xml", f"{event.slug}-ticket.svg")


async def own_ticket(request: Request) -> Response:
    event, ticket = await _own(request)
    return _file(await rules.ticket_pdf(ticket), PDF, f"{event.slug}-ticket.pdf")


async def overview(request: Request) -> Response:
    """Choose a design and ticket types, print, and fetch what was printed. ?design= shows real badges in that design."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    form, picked = start(BadgesForm, design=request.query_params.get("design", BY_TYPE)), []
    if request.method == "POST":
        form = await parse(request, BadgesForm)
        if not form.errors:
            picked = form.data.types or []
            try:
                await rules.order_batch(
                    event, form.data.design, None, types=picked, which=form.data.which, starts=form.data.piles, by=request.state.user.label
                )
                return redirect(request.url.path + "?" + urlencode({"design": form.data.design, "done": "ordered"}))
            except Refused as refusal:
                form.refuse(refusal)
    known = await rules.layouts_of(event)
    design = form.value("design") if form.value("design") in known else BY_TYPE
    batches = (
        await Batch.filter(event=event)
        .order_by("-id")
        .limit(12)
        .only("id", "code", "design", "whose", "state", "count", "error", "created_at")
    )
    many = await rules.counts(event)
    return page(
        request,
        "badges/overview.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        design=design,
        picked=picked,
        done="done" in request.query_params,
        checked=await _checked(event, design) if "check" in request.query_params else None,
        designs=known,
        own=await rules.chosen_designs(event),
        batches=batches,
        waiting=any(batch.state == BatchState.WAITING for batch in batches),
        types=[(one, many.get(one.id, 0)) for one in await TicketType.filter(event=event)],
        total=sum(many.values()),
        samples=await rules.samples(event, SAMPLES),
    )


async def _checked(event: Event, design: str) -> list[tuple[Ticket, list[str]]]:
    """Whose text does not fit as it stands in this design, and what was done about it."""
    tickets = await rules.tickets_for(event)
    by_code = {ticket.code: ticket for ticket in tickets}
    said: dict[str, list[str]] = {}
    for one in await rules.misfits(event, await rules.sections_for(event, [rules.Pile(tickets)], design)):
        said.setdefault(one["code"], []).append(rules.outcome(one))
    return [(by_code[code], sentences) for code, sentences in said.items()]


async def own_invoice(request: Request) -> Response:
    """An invoice, for whoever has the order's link."""
    event = await public_event(request)
    order = await orders.by_secret(event, request.path_params["code"], request.path_params["secret"])
    invoice = await invoices.of_order(event, order, request.path_params["number"])
    return _file(await rules.invoice_pdf(invoice), PDF, f"{invoice.number}.pdf")


async def invoice(request: Request) -> Response:
    """One invoice or credit note, for organisers."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    found = await invoices.of_event(event, request.path_params["number"])
    return _file(await rules.invoice_pdf(found), PDF, f"{found.number}.pdf")


async def programme(request: Request) -> Response:
    """The whole programme to print, the same for everybody until something changes."""
    event = await public_event(request)
    headers = {"Content-Disposition": f'inline; filename="{event.slug}-programme.pdf"'}
    answer = Response(await rules.programme_pdf(event), media_type=PDF, headers=headers)
    return public(request, answer, key=event.slug, version=event.version, modified=event.updated_at)


async def batch(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_ORDERS)
    found = await Batch.get_or_none(event=event, code=request.path_params["code"])
    if found is None or found.pdf is None:
        raise NotFound("These badges are not there (any more). Make the PDF again.")
    return _file(found.pdf, PDF, f"{event.slug}-badges-{found.code.lower()}.pdf")


async def sheet(request: Request) -> Response:
    """Four real badges as they lie on one sheet, for the preview."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    return _file(
        await rules.sheet_png(event, await rules.samples(event, SAMPLES), request.query_params.get("design", "a6-4up"), ppi=80),
        PNG,
        "sheet.png",
    )


async def single(request: Request) -> Response:
    """One attendee's badge as PDF; ?design= for another than its type's."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    ticket = await rules.live_ticket(event, request.path_params["code"])
    return _file(await rules.badges_pdf(event, [ticket], request.query_params.get("design", "")), PDF, f"{event.slug}-badge.pdf")


async def preview(request: Request) -> Response:
    """One attendee's badge as a small picture; ?design= for another than its type's."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    ticket = await rules.live_ticket(event, request.path_params["code"])
    return _file(await rules.badge_png(event, ticket, request.query_params.get("design", ""), preview=True), PNG, "badge.png")


async def voucher_cards(request: Request) -> Response:
    """Vouchers that can still be used as cards to hand out; ?search= for those with that note."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    link = f"{settings().base_url}/{event.slug}/tickets?voucher="
    body = await rules.voucher_cards(event, link, request.query_params.get("search", "")[:60].strip())
    return _file(body, PDF, f"{event.slug}-vouchers.pdf")


async def contacts(request: Request) -> Response:
    """Speakers with their addresses: only for those who manage the programme."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    return _file(await rules.contact_sheet(event), PDF, f"{event.slug}-contacts.pdf")


routes = [
    Route("/{event}/programme.pdf", programme),
    Route("/{event}/my/{secret}/badge.pdf", own_badge),
    Route("/{event}/my/{secret}/badge.png", own_preview),
    Route("/{event}/my/{secret}/qr.svg", own_qr),
    Route("/{event}/my/{secret}/ticket.pdf", own_ticket),
    Route("/{event}/orders/{code}/{secret}/invoices/{number}.pdf", own_invoice),
    Route("/manage/{event}/invoices/{number}.pdf", invoice),
    Route("/manage/{event}/contact-sheet.pdf", contacts),
    Route("/manage/{event}/vouchers.pdf", voucher_cards),
    Route("/manage/{event}/badges", overview, methods=["GET", "POST"]),
    Route("/manage/{event}/badges/batches/{code}.pdf", batch),
    Route("/manage/{event}/badges/sheet.png", sheet),
    Route("/manage/{event}/badges/{code}.pdf", single, name="badge_pdf"),
    Route("/manage/{event}/badges/{code}.png", preview, name="badge_png"),
]
