"""Badges and QR codes."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from eventsvc.accounts.models import ApiToken
from eventsvc.badges import rules
from eventsvc.badges.forms import BadgesForm
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render import qr
from eventsvc.badges.render.layouts import PRESETS
from eventsvc.core.api import get, post
from eventsvc.core.errors import Forbidden, NotFound
from eventsvc.core.web import PRIVATE
from eventsvc.events.models import Event
from eventsvc.ticketing.rules import invoices

PDF, PNG = "application/pdf", "image/png"


class DesignOut(BaseModel):
    name: str
    width: float
    height: float
    sheet: str
    own: bool


class BatchOut(BaseModel):
    id: str
    state: BatchState
    design: str
    count: int
    error: str

    @classmethod
    def of(cls, batch: Batch) -> BatchOut:
        return cls(id=batch.code, state=batch.state, design=batch.design, count=batch.count, error=batch.error)


def _may_see(token: ApiToken) -> None:
    """A door's tablet can be stolen: its token prints nothing."""
    if not {"read", "orders", "admin"} & set(token.scopes):
        raise Forbidden("This token may not print tickets. It needs the scope orders or read.")


async def list_badge_designs(event: Event) -> list[DesignOut]:
    """Designs that badges can be printed in: the event's own, then those that every event has. Sizes in millimetres."""
    known = await rules.layouts_of(event)
    return [DesignOut(name=n, width=one.width, height=one.height, sheet=one.sheet, own=n not in PRESETS) for n, one in known.items()]


async def badge_pdf(event: Event, token: ApiToken, code: str, design: str = "") -> Response:
    """One badge, in its ticket type's design or another."""
    _may_see(token)
    return Response(await rules.badges_pdf(event, [await rules.live_ticket(event, code)], design), media_type=PDF, headers=PRIVATE)


async def badge_png(event: Event, token: ApiToken, code: str, design: str = "") -> Response:
    """One badge as a picture at 300 dpi, in its ticket type's design or another."""
    _may_see(token)
    return Response(await rules.badge_png(event, await rules.live_ticket(event, code), design), media_type=PNG, headers=PRIVATE)


async def qr_png(event: Event, token: ApiToken, code: str) -> Response:
    """The QR code of a ticket."""
    _may_see(token)
    ticket = await rules.live_ticket(event, code)
    return Response(qr.png(ticket.code), media_type=PNG, headers=PRIVATE)


async def invoice_pdf(event: Event, number: str) -> Response:
    """One invoice or credit note."""
    return Response(await rules.invoice_pdf(await invoices.of_event(event, number)), media_type=PDF, headers=PRIVATE)


async def order_badges(event: Event, token: ApiToken, wanted: BadgesForm) -> BatchOut:
    """Ask for a PDF of many badges: these tickets', these ticket types', or everybody's. Ask again at its id until it is there."""
    batch = await rules.order_batch(
        event, wanted.design, wanted.tickets, types=wanted.types, which=wanted.which, starts=wanted.piles, by=f"token {token.name}"
    )
    return BatchOut.of(batch)


async def get_badges(event: Event, id: str) -> Response:
    """The state of a batch, or the PDF once it is done. Batches are kept for a week."""
    batch = await Batch.get_or_none(event=event, code=id)
    if batch is None:
        raise NotFound("There is no such batch of badges at this event (any more).")
    if batch.pdf is not None:
        return Response(batch.pdf, media_type=PDF, headers=PRIVATE)
    return JSONResponse(BatchOut.of(batch).model_dump(mode="json"), headers=PRIVATE)


routes = [
    get("/events/{event}/badge-designs", list_badge_designs, "read"),
    get("/events/{event}/tickets/{code}/badge.pdf", badge_pdf, "read", media_type=PDF),
    get("/events/{event}/tickets/{code}/badge.png", badge_png, "read", media_type=PNG),
    get("/events/{event}/tickets/{code}/qr.png", qr_png, "read", media_type=PNG),
    get("/events/{event}/invoices/{number}/invoice.pdf", invoice_pdf, "orders", media_type=PDF),
    post("/events/{event}/badges", order_badges, "orders", 202),
    get("/events/{event}/badges/{id}", get_badges, "orders", media_type=PDF),
]
