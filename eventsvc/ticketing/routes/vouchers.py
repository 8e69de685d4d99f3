"""The organiser's vouchers: the list, a new one or a batch, one of them, all as a file."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tortoise.expressions import Q

from eventsvc.accounts.models import Right
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.text import page_number
from eventsvc.core.web import csv_file, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms import VoucherForm
from eventsvc.ticketing.models import TicketType, Voucher, VoucherKind
from eventsvc.ticketing.rules import vouchers

PER_PAGE = 50
KINDS = [
    (VoucherKind.PERCENT, "Percent off"),
    (VoucherKind.AMOUNT, "An amount off"),
    (VoucherKind.PRICE, "A fixed price"),
    (VoucherKind.NONE, "Leave the price"),
]


def link(event: Event) -> str:
    """What a code is put behind for a link that has the voucher in it."""
    return f"{settings().base_url}/{event.slug}/tickets?voucher="


async def voucher_list(request: Request) -> Response:
    """Vouchers, searched by code or note."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    search, number = request.query_params.get("search", "")[:60], page_number(request.query_params.get("page", ""))
    found = Voucher.filter(event=event)
    if search.strip():
        found = found.filter(Q(code__contains=vouchers.plain(search)) | Q(note__icontains=search.strip()))
    total = await found.count()
    return page(
        request,
        "ticketing/vouchers.html",
        event=event,
        vouchers=await found.order_by("-id").offset((number - 1) * PER_PAGE).limit(PER_PAGE),
        total=total,
        number=number,
        last=max(1, -(-total // PER_PAGE)),
        search=search,
        done=request.query_params.get("done", ""),
        link=link(event),
        moment=now(),
    )


async def voucher_page(request: Request) -> Response:
    """New vouchers, or one that is there: change it, or remove it while nobody used it."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    code, by = request.path_params.get("code"), request.state.user.label
    one = await vouchers.of(event, code) if code else None
    form, picked = start(VoucherForm, **_shown(event, one)), one.ticket_types if one else []
    if request.method == "POST":
        async with request.form(max_fields=500, max_files=0) as posted:
            picked = [str(value) for value in posted.getlist("ticket_types")]
        form = await parse(request, VoucherForm)
        try:
            if one and form.value("do") == "remove":
                await vouchers.remove(one, by=by)
                return redirect(f"/manage/{event.slug}/vouchers?done=removed")
            if not form.errors and one:
                await vouchers.change(event, one, form.data, by=by)
                return redirect(f"/manage/{event.slug}/vouchers?done=saved")
            if not form.errors:
                made = await vouchers.add(event, form.data, by=by)
                return redirect(f"/manage/{event.slug}/vouchers?done={len(made)}")
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "ticketing/voucher.html",
        422 if form.errors else 200,
        event=event,
        one=one,
        form=form,
        picked=picked,
        types=await TicketType.filter(event=event),
        kinds=KINDS,
        link=link(event),
    )


def _shown(event: Event, one: Voucher | None) -> dict[str, Any]:
    """A voucher as its form shows it."""
    if one is None:
        return {"kind": VoucherKind.PERCENT, "percent": 100, "uses": 1, "count": 1}
    return {
        "note": one.note,
        "kind": one.kind,
        "percent": one.value if one.kind == VoucherKind.PERCENT else "",
        "amount": "" if one.kind == VoucherKind.PERCENT else f"{one.value / 100:.2f}".removesuffix(".00"),
        "opens_hidden": "true" if one.opens_hidden else "",
        "reserves": "true" if one.reserves else "",
        "uses": "" if one.uses is None else one.uses,
        "expires_at": event.typed(one.expires_at),
    }


async def download(request: Request) -> Response:
    """All vouchers with their links, as CSV."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    return csv_file(await vouchers.as_file(event, link(event)), f"{event.slug}-vouchers.csv")


routes = [
    Route("/manage/{event}/vouchers", voucher_list),
    Route("/manage/{event}/vouchers.csv", download),
    Route("/manage/{event}/vouchers/new", voucher_page, methods=["GET", "POST"], name="new_voucher"),
    Route("/manage/{event}/vouchers/{code}", voucher_page, methods=["GET", "POST"]),
]
