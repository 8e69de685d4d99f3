"""Badges and QR codes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from eventsvc.accounts.models import ApiToken
from eventsvc.badges import rules
from eventsvc.badges.models import Batch, BatchState
from eventsvc.badges.render import qr
from eventsvc.core.api import get, post
from eventsvc.core.errors import NotFound
from eventsvc.core.forms import FormModel
from eventsvc.core.signing import read_code
from eventsvc.core.web import PRIVATE
from eventsvc.events.models import Event
from eventsvc.ticketing.models import HOLDING, Ticket


class BatchIn(FormModel):
    tickets: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=5000)] | None = None
    design: Annotated[str, Field(max_length=40)] = "a6"


class BatchOut(BaseModel):
    id: str
    state: BatchState
    design: str
    count: int = 0
    error: str = ""


async def _ticket(event: Event, code: str) -> Ticket:
    found = Ticket.filter(event=event, state__in=HOLDING).select_related("ticket_type", "order")
    ticket = await found.get_or_none(code=read_code(code) or "")
    if ticket is None:
        raise NotFound("There is no such live ticket at this event.")
    return ticket


async def badge_pdf(event: Event, code: str) -> Response:
    """One badge, A6."""
    body = await rules.badges_pdf(event, [await _ticket(event, code)])
    return Response(body, media_type="application/pdf", headers=PRIVATE)


async def badge_png(event: Event, code: str) -> Response:
    """One badge as a picture, A6 at 300 dpi."""
    return Response(await rules.badge_png(event, await _ticket(event, code)), media_type="image/png", headers=PRIVATE)


async def qr_png(event: Event, code: str) -> Response:
    """The QR code of a ticket."""
    return Response(qr.png((await _ticket(event, code)).code), media_type="image/png", headers=PRIVATE)


async def order_badges(event: Event, token: ApiToken, wanted: BatchIn) -> BatchOut:
    """Ask for a PDF of many badges: these tickets', or all. Ask again at its id until it is there."""
    batch = await rules.order_batch(event, wanted.design, wanted.tickets, by=f"token {token.name}")
    return _batch_out(batch)


async def get_badges(event: Event, id: str) -> Response:
    """The state of a batch, or the PDF once it is done."""
    batch = await Batch.get_or_none(event=event, code=id)
    if batch is None:
        raise NotFound("There is no such batch of badges at this event.")
    if batch.state == BatchState.DONE and batch.pdf is not None:
        return Response(batch.pdf, media_type="application/pdf", headers=PRIVATE)
    return JSONResponse(_batch_out(batch).model_dump(mode="json"), headers=PRIVATE)


def _batch_out(batch: Batch) -> BatchOut:
    return BatchOut(id=batch.code, state=batch.state, design=batch.design, count=batch.count, error=batch.error)


routes = [
    get("/events/{event}/tickets/{code}/badge.pdf", badge_pdf, "read", media_type="application/pdf"),
    get("/events/{event}/tickets/{code}/badge.png", badge_png, "read", media_type="image/png"),
    get("/events/{event}/tickets/{code}/qr.png", qr_png, "read", media_type="image/png"),
    post("/events/{event}/badges", order_badges, "orders", 202),
    get("/events/{event}/badges/{id}", get_badges, "orders", media_type="application/pdf"),
]
