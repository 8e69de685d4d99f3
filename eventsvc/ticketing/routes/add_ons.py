"""The organiser's add-ons."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.web import page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.add_ons import AddOnForm
from eventsvc.ticketing.models import AddOn, TicketType
from eventsvc.ticketing.routes.catalogue import pounds
from eventsvc.ticketing.rules import add_ons


async def add_on_page(request: Request) -> Response:
    """A new add-on, or one that is there: change it, or remove it while nobody has it."""
    event = await event_for(request, Right.MANAGE_EVENT)
    code, by = request.path_params.get("code"), request.state.user.label
    one = await add_ons.of_event(event, code) if code else None
    types = await TicketType.filter(event=event)
    form, goes = start(AddOnForm, **_shown(event, one)), _goes(one, types)
    if request.method == "POST":
        async with request.form(max_fields=300, max_files=0) as posted:
            pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
        form = _checked(pairs)
        goes = {name.removeprefix("goes_"): value for name, value in pairs if name.startswith("goes_")} or goes
        try:
            if one and form.value("do") == "remove":
                await add_ons.remove(one, by=by)
                return redirect(f"/manage/{event.slug}/tickets?done=removed")
            if not form.errors:
                values: dict[str, Any] = form.data.columns()
                if one:
                    await add_ons.change(event, one, by=by, **values)
                else:
                    await add_ons.add(event, values.pop("name"), by=by, **values)
                return redirect(f"/manage/{event.slug}/tickets?done=saved")
        except Refused as refusal:
            form.refuse(refusal)
    return page(request, "ticketing/add_on.html", 422 if form.errors else 200, event=event, one=one, form=form, types=types, goes=goes)


def _checked(pairs: list[tuple[str, str]]) -> Form[AddOnForm]:
    """The page asks for each ticket type in a field of its own: `goes_CODE`."""
    said = [("goes", f"{name.removeprefix('goes_')}={value}") for name, value in pairs if name.startswith("goes_")]
    return check(AddOnForm, [*pairs, *said])


def _goes(one: AddOn | None, types: list[TicketType]) -> dict[str, str]:
    """Whether each type goes with it: no, as an extra, or as a part."""
    offered = {kind.code: "extra" if one is None or one.fits(kind) else "no" for kind in types}
    return offered | dict.fromkeys(one.included_in if one else [], "part")


def _shown(event: Event, one: AddOn | None) -> dict[str, Any]:
    """An add-on as its form shows it."""
    if one is None:
        return {"public": "true", "price": "0", "vat_rate": 20}
    ticks = {name: "true" if getattr(one, name) else "" for name in ("public", "open_amount", "once")}
    return {
        **{name: getattr(one, name) for name in ("name", "description", "vat_rate", "group", "session", "hand_out")},
        **ticks,
        "price": pounds(one.price),
        "suggested": pounds(one.suggested) if one.suggested else "",
        "places": "" if one.quota.size is None else one.quota.size,
        "sale_starts": event.typed(one.sale_starts),
        "sale_ends": event.typed(one.sale_ends),
    }


routes = [
    Route("/manage/{event}/add-ons/new", add_on_page, methods=["GET", "POST"], name="new_add_on"),
    Route("/manage/{event}/add-ons/{code}", add_on_page, methods=["GET", "POST"]),
]
