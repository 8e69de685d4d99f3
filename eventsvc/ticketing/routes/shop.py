"""Registration on one page: choose, enter names, place the order."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.core import signing
from eventsvc.core.asked import countries
from eventsvc.core.attempts import check as check_guesses
from eventsvc.core.attempts import count
from eventsvc.core.clock import now
from eventsvc.core.errors import Invalid, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.web import PRIVATE, client, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import public_event
from eventsvc.members.rules import organisations
from eventsvc.ticketing.forms import MAX_TICKETS, OrderForm
from eventsvc.ticketing.forms.questions import judge, lists, typed
from eventsvc.ticketing.models import HeldFor, Order, OrderState, Ticket, TicketQuestion, TicketType, Voucher
from eventsvc.ticketing.routes.basket import added, basket
from eventsvc.ticketing.routes.order import to_card
from eventsvc.ticketing.rules import catalogue, choosing, placing, questions, rates, stripe_calls, vouchers, waiting

GUESSES, HOUR = 60, timedelta(hours=1)
"""Wrong codes from one address in an hour; after that a right one is not looked at either."""


async def register(request: Request) -> Response:
    """GET shows the form. POST adds or drops a person (no JavaScript needed for that), or places the order."""
    event = await public_event(request)
    if request.method == "GET":
        sent = {name: request.query_params.get(name, "")[:60] for name in ("voucher", "member")}
        return await _shop(request, event, start(OrderForm, once=signing.secret(), **sent), people=1)
    async with request.form(max_fields=3000, max_files=0) as posted:
        pairs = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
    asked = await questions.questions_of(event)
    values = {**dict(pairs), **lists(asked, pairs)}
    people = min(MAX_TICKETS, max(1, sum(name.startswith("tickets-") and name.endswith("-name") for name in values)))
    if values.get("do") == "add":
        return await _shop(request, event, Form(values), min(MAX_TICKETS, people + 1), focus=people)
    if values.get("do") == "drop":
        return await _shop(request, event, Form(values), max(1, people - 1))
    if values.get("do") == "total":
        return await _shop(request, event, Form(values), people)
    if values.get("do") == "apply":
        return await _shop(request, event, Form(values), people, focus=people)
    form = check(OrderForm, pairs)
    form.values.update(values)
    _answered(form, asked, pairs, people)
    added(form, pairs, people)
    if not form.errors:
        if form.data.voucher or form.data.member:
            await check_guesses("voucher", client(request), limit=GUESSES, per=HOUR)
        await count("order", client(request), limit=3000, per=HOUR)
        await count("order-mail", form.data.email.lower(), limit=60, per=HOUR)
        try:
            order = await placing.place_order(event, form.data, key=f"page:{values.get('once') or signing.secret()}")
            if order.state == OrderState.RESERVED and order.held_for == HeldFor.CARD:
                return await to_card(request, event, order)
            return redirect(await _where_to(event, order))
        except placing.KeyReused:
            form.values["once"] = signing.secret()
            form.errors[""] = "You sent this form before with other entries. Check the entries, then place the order again."
        except Invalid as refusal:
            form.errors.update(refusal.errors)
        except Refused as refusal:
            form.refuse(refusal)
    return await _shop(request, event, form, people, status=422)


def _answered(form: Form[OrderForm], asked: list[TicketQuestion], pairs: list[tuple[str, str]], people: int) -> None:
    """Read each person's answers into the order, and say what is wrong beside their fields."""
    given = [typed(pairs, f"tickets-{index}-") for index in range(people)]
    for index, answers in enumerate(given):
        _, wrong = judge(asked, str(form.value(f"tickets-{index}-ticket_type")), answers)
        for code, sentence in wrong:
            form.errors.setdefault(f"tickets-{index}-q_{code}", sentence)
    if not form.errors:
        for one, answers in zip(form.data.tickets, given, strict=False):
            one.answers = answers


async def _shop(
    request: Request, event: Event, form: Form[OrderForm], people: int, *, status: int = 200, focus: int | None = None
) -> Response:
    voucher, moment = await _voucher(request, event, form), now()
    types = await catalogue.on_offer(event, voucher)
    prices = {one.code: voucher.price_of(one, moment) if voucher else one.price_at(moment) for one in types}
    offer = await _offer(request, event, form, types)
    own = rates.on_page(offer, types, prices, people, event.currency)
    _begin(form, offer, types)
    add_ons = await choosing.add_ons_of(event)
    offers = [one for one in choosing.offered(add_ons, moment) if any(one.fits(kind) and not one.is_part_of(kind) for kind in types)]
    # Coming back to the untouched form brings the same one again, and so the same order (its key is in it).
    headers = {"Cache-Control": "private, no-cache"} if request.method == "GET" else PRIVATE
    return page(
        request,
        "ticketing/register.html",
        status,
        headers=headers,
        event=event,
        form=form,
        people=people,
        types=types,
        voucher=voucher,
        questions=await questions.questions_of(event),
        queued=set() if voucher and voucher.reserves else await waiting.queued(event),
        has_vouchers=voucher is not None or await Voucher.exists(event=event),
        own=own,
        offers=choosing.grouped(one for one in offers if not one.once),
        once=[one for one in offers if one.once],
        parts={kind.code: [one.name for one in add_ons if one.is_part_of(kind)] for kind in types},
        full={kind.code for kind in types if any(one.is_part_of(kind) and one.quota.available == 0 for one in add_ons)},
        basket=basket(form, types, own, offers, vat=bool(event.organiser.vat_number)),
        who=offer.who,
        has_rates=bool(offer.rates) or bool(form.value("member")),
        moment=moment,
        by_card=stripe_calls.is_on(),
        focus=focus,
        over=now() >= event.ends_at,
        max_tickets=MAX_TICKETS,
        countries=countries,
    )


async def _voucher(request: Request, event: Event, form: Form[OrderForm]) -> Voucher | None:
    """The voucher that was typed; what is wrong with it is said beside its field. Guessing codes is slow."""
    typed = str(form.value("voucher")).strip()
    if not typed:
        return None
    await check_guesses("voucher", client(request), limit=GUESSES, per=HOUR)
    try:
        return await vouchers.usable(event, typed)
    except vouchers.BadVoucher as refusal:
        await count("voucher", client(request), limit=GUESSES, per=HOUR)
        form.refuse(refusal)
        return None


async def _offer(request: Request, event: Event, form: Form[OrderForm], types: list[TicketType]) -> rates.Offer:
    """The prices for what was typed as member code and address; what is wrong with a code is said beside its field. Guessing is slow."""
    email, member = str(form.value("email"))[:254], str(form.value("member")).strip()[:60]
    if member:
        await check_guesses("voucher", client(request), limit=GUESSES, per=HOUR)
    try:
        return await rates.offer(event, types, email=email, member=member)
    except organisations.BadCode as refusal:
        await count("voucher", client(request), limit=GUESSES, per=HOUR)
        form.refuse(refusal)
        return await rates.offer(event, types, email=email)


def _begin(form: Form[OrderForm], offer: rates.Offer, types: list[TicketType]) -> None:
    """An untouched form behind a member's link: their organisation is filled in, and the ticket that has their price is chosen."""
    one = offer.who.organisation
    if one is None or not offer.who.by_code or "tickets-0-name" in form.values:
        return
    form.values.setdefault("tickets-0-organisation", one.name)
    theirs = [kind for kind in types if any(one.kind in rate.kinds for rate in offer.rates.get(kind.id, []))]
    if theirs:
        form.values.setdefault("tickets-0-ticket_type", theirs[0].code)


async def _where_to(event: Event, order: Order) -> str:
    """One ticket leads to its My day; several to the order, which lists them."""
    tickets = await Ticket.filter(order=order).limit(2)
    if len(tickets) == 1 and not order.total and order.state != OrderState.RESERVED:
        return f"/{event.slug}/my/{tickets[0].secret}?new=1"
    return f"/{event.slug}/orders/{order.code}/{order.secret}?new=1"


routes = [Route("/{event}/tickets", register, methods=["GET", "POST"])]
