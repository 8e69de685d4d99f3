"""The organiser's list of orders: filtered, added up, exported, and the same done to many of them."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core import signing
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.tables import XLSX
from eventsvc.core.text import page_number
from eventsvc.core.web import PRIVATE, csv_file, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.desk import Bulk, BulkForm, MoneyIs, OrderFilter
from eventsvc.ticketing.models import AddOn, HeldFor, Order, OrderState, PayMethod, TicketType, Voucher
from eventsvc.ticketing.rules import bulk, reports, selections

PER_PAGE = 50


def _wanted(request: Request) -> OrderFilter:
    query = dict(request.query_params)
    return OrderFilter.model_validate({name: query[name] for name in OrderFilter.model_fields if name in query})


async def order_list(request: Request) -> Response:
    return await _list(request, await event_for(request, Right.MANAGE_ORDERS))


async def _list(request: Request, event: Event, *, refusal: Refused | None = None) -> Response:
    wanted, number = _wanted(request), page_number(request.query_params.get("page", ""))
    totals = await selections.totals(event, wanted)
    found = selections.selected(event, wanted).offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    return page(
        request,
        "ticketing/orders.html",
        refusal.status if refusal else 200,
        event=event,
        orders=await found.prefetch_related("tickets"),
        wanted=wanted,
        totals=totals,
        number=number,
        last=max(1, -(-totals.orders // PER_PAGE)),
        form=start(OrderFilter, **wanted.model_dump()),
        states_all=list(OrderState),
        methods=list(PayMethod),
        monies=list(MoneyIs),
        bulks=list(Bulk),
        has_vouchers=await Voucher.exists(event=event),
        add_ons=await AddOn.filter(event=event),
        kinds=await TicketType.filter(event=event),
        money=await reports.money(event),
        types=await reports.by_type(event),
        days=(await reports.by_day(event))[-14:],
        today=event.local(now()).date(),
        approvals=await Order.filter(event=event, state=OrderState.RESERVED, held_for__in=[HeldFor.APPROVAL, HeldFor.EMAIL]).count(),
        refusal=refusal,
    )


async def many(request: Request) -> Response:
    """POST shows what would be done; with `sure` it is done, unless other orders are meant by now than were shown."""
    event, wanted = await event_for(request, Right.MANAGE_ORDERS), _wanted(request)
    if request.method == "GET":
        return redirect(f"/manage/{event.slug}/orders?{wanted.as_query}")
    form = await parse(request, BulkForm)
    try:
        if form.errors:
            raise Refused("Choose what to do with the orders.")
        asked = form.data
        found = await bulk.meant(event, wanted, asked)
        if not found:
            raise Refused("Tick the orders that you mean, or choose all of them.")
    except Refused as refusal:
        return await _list(request, event, refusal=refusal)
    changed = asked.sure and asked.seen != len(found)
    done = asked.sure and not changed
    if done:
        outcome = await bulk.carry_out(found, asked.do, by=request.state.user.label, key=asked.key or signing.secret())
    else:
        outcome = bulk.preview(found, asked.do)
    return page(
        request,
        "ticketing/bulk.html",
        event=event,
        asked=asked,
        wanted=wanted,
        outcome=outcome,
        meant=len(found),
        done=done,
        changed=changed,
        key=signing.secret(),
    )


async def download(request: Request) -> Response:
    """The orders that the filter means, as CSV or XLSX."""
    event, wanted = await event_for(request, Right.MANAGE_ORDERS), _wanted(request)
    found = selections.selected(event, wanted)
    if request.url.path.endswith(".csv"):
        return csv_file(await reports.orders_csv(event, found), f"{event.slug}-orders.csv")
    head, rows = await reports.orders_table(event, found)
    body = await asyncio.to_thread(reports.as_workbook, head, rows)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{event.slug}-orders.xlsx"'}
    return Response(body, media_type=XLSX, headers=headers)


routes = [
    Route("/manage/{event}/orders", order_list),
    Route("/manage/{event}/orders.csv", download),
    Route("/manage/{event}/orders.xlsx", download),
    Route("/manage/{event}/orders/bulk", many, methods=["GET", "POST"]),
]
