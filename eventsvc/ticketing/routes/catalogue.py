"""The organiser's ticket types."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import Refused
from eventsvc.core.forms import start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms import TicketTypeForm
from eventsvc.ticketing.models import TicketType
from eventsvc.ticketing.rules import catalogue, reports


async def type_list(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_EVENT)
    return page(
        request,
        "ticketing/types.html",
        event=event,
        rows=await reports.by_type(event),
        extras=await reports.by_add_on(event),
        done=request.query_params.get("done", ""),
    )


async def type_page(request: Request) -> Response:
    """A new ticket type, or one that is there: change it, or remove it while nobody has one."""
    event = await event_for(request, Right.MANAGE_EVENT)
    code, by = request.path_params.get("code"), request.state.user.label
    one = await catalogue.ticket_type_of(event, code) if code else None
    form = start(TicketTypeForm, **_shown(event, one))
    days = one.days if one else []
    if request.method == "POST":
        form = await parse(request, TicketTypeForm)
        async with request.form() as posted:
            days = [str(day) for day in posted.getlist("days")]
        try:
            if one and form.value("do") == "remove":
                await catalogue.remove_ticket_type(one, by=by)
                return redirect(f"/manage/{event.slug}/tickets?done=removed")
            if not form.errors:
                values: dict[str, Any] = form.data.model_dump()
                if one:
                    await catalogue.change_ticket_type(event, one, by=by, **values)
                else:
                    await catalogue.add_ticket_type(event, values.pop("name"), by=by, **values)
                return redirect(f"/manage/{event.slug}/tickets?done=saved")
        except Refused as refusal:
            form.refuse(refusal)
    return page(request, "ticketing/type.html", 422 if form.errors else 200, event=event, one=one, form=form, days=days)


def _shown(event: Event, one: TicketType | None) -> dict[str, Any]:
    """A ticket type as its form shows it."""
    if one is None:
        return {"public": "true", "max_per_order": 10, "hue": 200, "price": "0", "vat_rate": 20, "min_per_order": 1}
    early = {
        f"early-{number}-{name}": value
        for number, step in enumerate(one.early)
        for name, value in (("until", event.typed(datetime.fromisoformat(step["until"]))), ("price", pounds(step["price"])))
    }
    return {
        **early,
        "sale_starts": event.typed(one.sale_starts),
        "sale_ends": event.typed(one.sale_ends),
        "min_per_order": one.min_per_order,
        "name": one.name,
        "description": one.description,
        "price": pounds(one.price),
        "open_amount": "true" if one.open_amount else "",
        "suggested": pounds(one.suggested) if one.suggested else "",
        "vat_rate": one.vat_rate,
        "places": "" if one.quota.size is None else one.quota.size,
        "hue": one.hue,
        "public": "true" if one.public else "",
        "needs_approval": "true" if one.needs_approval else "",
        "max_per_order": one.max_per_order,
    }


def pounds(amount: int) -> str:
    """An amount as a form shows it."""
    return f"{amount / 100:.2f}".removesuffix(".00")


routes = [
    Route("/manage/{event}/tickets", type_list),
    Route("/manage/{event}/tickets/new", type_page, methods=["GET", "POST"], name="new_ticket_type"),
    Route("/manage/{event}/tickets/{code}", type_page, methods=["GET", "POST"]),
]
