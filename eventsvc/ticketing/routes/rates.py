"""The organiser's prices of a ticket type for members, partners and public bodies."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.forms import Form, start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for
from eventsvc.members.models import OrganisationKind
from eventsvc.ticketing.forms.rates import RateForm
from eventsvc.ticketing.models import Rate
from eventsvc.ticketing.rules import catalogue, rates

KINDS = [(OrganisationKind.MEMBER, "Members"), (OrganisationKind.PARTNER, "Partners"), (OrganisationKind.PUBLIC, "Public bodies")]


async def rate_page(request: Request) -> Response:
    """The prices that are there; a new one, or one to change or remove."""
    event = await event_for(request, Right.MANAGE_EVENT)
    ticket_type, by = await catalogue.ticket_type_of(event, request.path_params["code"]), request.state.user.label
    number = request.path_params.get("number")
    one = await rates.of(ticket_type, number) if number else None
    base, form = f"/manage/{event.slug}/tickets/{ticket_type.code}/rates", _start(one)
    if request.method == "POST":
        form = await parse(request, RateForm)
        async with request.form(max_fields=100, max_files=0) as posted:
            form.values["kinds"] = [str(kind) for kind in posted.getlist("kinds")]
        if one and form.value("do") == "remove":
            await rates.remove(ticket_type, one, by=by)
            return redirect(f"{base}?done=removed")
        if not form.errors:
            await rates.save(ticket_type, one, form.data, by=by)
            return redirect(f"{base}?done=saved")
    return page(
        request,
        "ticketing/rates.html",
        422 if form.errors else 200,
        event=event,
        ticket_type=ticket_type,
        rows=await Rate.filter(ticket_type=ticket_type),
        one=one,
        form=form,
        kinds=KINDS,
        base=base,
        done=request.query_params.get("done", ""),
    )


def _start(one: Rate | None) -> Form[RateForm]:
    if one is None:
        return start(RateForm, kinds=[])
    values: dict[str, Any] = {"name": one.name, "kinds": one.kinds, "suffixes": "\n".join(one.suffixes)}
    price = f"{one.price / 100:.2f}".removesuffix(".00")
    return start(RateForm, **values, price=price, free_places="true" if one.free_places else "")


routes = [
    Route("/manage/{event}/tickets/{code}/rates", rate_page, methods=["GET", "POST"]),
    Route("/manage/{event}/tickets/{code}/rates/{number}", rate_page, methods=["GET", "POST"]),
]
