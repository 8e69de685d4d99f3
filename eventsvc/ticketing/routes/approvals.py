"""The organiser's list of orders that wait for approval, and of those whose address has not answered yet."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.rates import DeclineForm
from eventsvc.ticketing.models import HeldFor, Order, OrderState, TicketQuestion
from eventsvc.ticketing.rules import answers, holding, proving

MOST = 200


async def waiting(request: Request) -> Response:
    """GET lists them, oldest first; POST approves or declines one, or vouches for an address."""
    event = await event_for(request, Right.MANAGE_ORDERS)
    refusal = None
    if request.method == "POST":
        form, by = await parse(request, DeclineForm), request.state.user.label
        order = await Order.get_or_none(event=event, code=str(form.value("code")).upper()[:12])
        if order is None:
            raise NotFound("There is no such order at this event.")
        try:
            if form.value("do") == "vouch":
                await proving.prove(event, order, by=by)
                return redirect(f"{request.url.path}?done=vouched")
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
    found = Order.filter(event=event, state=OrderState.RESERVED, held_for__in=[HeldFor.APPROVAL, HeldFor.EMAIL]).order_by("id").limit(MOST)
    rows = await found.prefetch_related("tickets__ticket_type")
    questions = await TicketQuestion.filter(event=event)
    return page(
        request,
        "ticketing/approvals.html",
        refusal.status if refusal else 200,
        event=event,
        orders=[one for one in rows if one.held_for == HeldFor.APPROVAL],
        unproved=[one for one in rows if one.held_for == HeldFor.EMAIL],
        said={ticket.id: answers.shown(ticket, questions) for one in rows for ticket in one.tickets},
        refusal=refusal,
        done=request.query_params.get("done", ""),
    )


routes = [Route("/manage/{event}/approvals", waiting, methods=["GET", "POST"])]
