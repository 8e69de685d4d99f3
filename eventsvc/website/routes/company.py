"""An organisation's own page at an event, behind one secret link: take places, say who comes, see who has arrived."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core import signing
from eventsvc.core.attempts import count
from eventsvc.core.clock import now
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, start
from eventsvc.core.web import client, page, parse, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.members.models import Allowance
from eventsvc.members.rules import links
from eventsvc.ticketing.forms import FindForm
from eventsvc.ticketing.forms.places import PeopleForm, PlaceForm, PlacesForm
from eventsvc.ticketing.models import Invoice
from eventsvc.ticketing.rules import places, rates, tickets
from eventsvc.website.rules import company


async def _page_of(request: Request) -> tuple[Event, Allowance]:
    event = await public_event(request)
    return event, await links.by_secret(event, request.path_params["secret"])


async def show(request: Request) -> Response:
    """GET shows the places; POST takes more, or gives names to a pasted list."""
    event, allowance = await _page_of(request)
    buying: Form[PlacesForm] = start(PlacesForm, once=signing.secret(), count=1)
    naming: Form[PeopleForm] = start(PeopleForm)
    named = None
    if request.method == "POST":
        await count("company", allowance.secret or "", limit=300, per=timedelta(hours=1))
        buying = await parse(request, PlacesForm)
        if buying.value("do") == "name":
            buying, naming = start(PlacesForm, once=signing.secret(), count=1), await parse(request, PeopleForm)
        form = naming if naming.values else buying
        try:
            if form is naming and not naming.errors:
                named = await places.name_all(event, allowance, naming.data.people, by=places.SOURCE)
                if not named.wrong:
                    return redirect(f"{request.url.path}?done={named.count}#places")
            elif form is buying and not buying.errors:
                await places.take(event, allowance, buying.data, key=str(buying.value("once") or signing.secret()))
                return redirect(f"{request.url.path}?done=taken#places")
        except Refused as refusal:
            field = (refusal.field or "").rpartition("-")[2]
            form.errors.setdefault(field if field in ("ticket_type", "invoice_to", "people") else "", refusal.sentence)
    failed = bool(buying.errors or naming.errors or named)
    return await _shown(request, event, allowance, buying, naming, named, 422 if failed else 200)


async def _shown(
    request: Request,
    event: Event,
    allowance: Allowance,
    buying: Form[PlacesForm],
    naming: Form[PeopleForm],
    named: places.Named | None,
    status: int,
) -> Response:
    here = await Allowance.get(id=allowance.id).select_related("organisation")
    types = await places.types_for(event, allowance)
    prices = await rates.for_organisation(types, here, event.currency)
    rows = await company.places_of(event, allowance)
    bought = {row.ticket.order_id: row.ticket.order for row in rows if row.ticket.order.source == places.SOURCE}
    return page(
        request,
        "website/company.html",
        status,
        event=event,
        allowance=here,
        base=f"/{event.slug}/company/{allowance.secret}",
        rows=rows,
        types=types,
        prices=prices,
        orders=list(bought.values()),
        invoices=await Invoice.filter(order_id__in=list(bought)).order_by("id"),
        buying=buying,
        naming=naming,
        named=named,
        today=event.local(now()).date(),
        over=now() >= event.ends_at,
        done=request.query_params.get("done", ""),
    )


async def place(request: Request) -> Response:
    """One place: who comes, a new link for it, or give it back."""
    event, allowance = await _page_of(request)
    ticket = await places.one_of(event, allowance, request.path_params["code"])
    base, form = f"/{event.slug}/company/{allowance.secret}", start(PlaceForm)
    if not ticket.claim_secret:
        form = start(PlaceForm, name=ticket.name, email=ticket.email, job_title=ticket.job_title)
    if request.method == "POST":
        await count("company", allowance.secret or "", limit=300, per=timedelta(hours=1))
        form = await parse(request, PlaceForm)
        try:
            match form.value("do"):
                case "back":
                    await tickets.cancel_own(ticket, event)
                    return redirect(f"{base}?done=back#places")
                case "link":
                    await places.new_link(ticket, by=places.SOURCE)
                    return redirect(f"{base}?done=link#places")
                case _ if not form.errors:
                    await company.say_who_comes(event, ticket, form.data)
                    return redirect(f"{base}?done=1#places")
        except Refused as refusal:
            form.errors = {}
            form.refuse(refusal)
    return page(
        request,
        "website/company_place.html",
        422 if form.errors else 200,
        event=event,
        allowance=allowance,
        base=base,
        ticket=ticket,
        link=places.link(event, ticket),
        form=form,
    )


async def lost(request: Request) -> Response:
    """A contact who lost the link: it goes to the address, and the page says the same to everybody."""
    event = await public_event(request)
    form, sent = start(FindForm), False
    if request.method == "POST":
        form = await parse(request, FindForm)
        if not form.errors:
            await count("find-company", client(request), limit=60, per=timedelta(hours=1))
            await links.send_again(event, form.data.email)
            sent = True
    return page(request, "website/company_lost.html", 422 if form.errors else 200, event=event, form=form, sent=sent)


routes = [
    Route("/{event}/company", lost, methods=["GET", "POST"]),
    Route("/{event}/company/{secret}", show, methods=["GET", "POST"]),
    Route("/{event}/company/{secret}/places/{code}", place, methods=["GET", "POST"]),
]
