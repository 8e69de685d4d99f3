"""The organiser's list of orders that wait for approval."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.rates import DeclineForm
from eventsvc.ticketing.models import HeldFor, Order, OrderState
from eventsvc.ticketing.rules import holding, proving

MOST = 200


async def waiting(request: Request) -> Response:
    """GET lists them, oldest first; POST approves or declines one."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    refusal = None
    if request.method == "POST":
        form, by = await parse(request, DeclineForm), request.state.user.label
        order = await Order.get_or_none(event=event, code=str(form.value("code")).upper()[:12])
        if order is None:
            raise NotFound("There is no such order at this event.")
        try:
            if form.value("do") == "approve":
                await proving.approve(order, by=by)
                return redirect(f"{request.url.path}?done=approved")
            if not form.errors:
                await proving.decline(order, form.data.words, by=by)
                return redirect(f"{request.url.path}?done=declined")
            refusal = Refused(form.errors["words"])
        except Refused as refused:
            refusal = refused
    await holding.expire_due(event)
    found = Order.filter(event=event, state=OrderState.RESERVED, held_for=HeldFor.APPROVAL).order_by("id").limit(MOST)
    return page(
        request,
        "ticketing/approvals.html",
        refusal.status if refusal else 200,
        event=event,
        orders=await found.prefetch_related("tickets__ticket_type"),
        refusal=refusal,
        done=request.query_params.get("done", ""),
    )


routes = [Route("/manage/{event}/approvals", waiting, methods=["GET", "POST"])]
