"""The organiser's terms of cancelling."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.core.forms import start
from eventsvc.core.web import page, parse, redirect
from eventsvc.events.rules import event_for
from eventsvc.ticketing.forms.terms import TermsForm
from eventsvc.ticketing.models import FeeKind
from eventsvc.ticketing.rules import terms


async def terms_page(request: Request) -> Response:
    event = await event_for(request, Right.MANAGE_EVENT)
    kept = await terms.of(event)
    form = start(
        TermsForm,
        cancel_until=event.typed(kept.cancel_until),
        paid_too=kept.paid_too,
        free_until=event.typed(kept.free_until),
        reverse_charge=kept.reverse_charge,
        fee_kind=kept.fee_kind,
        percent=kept.fee_value if kept.fee_kind == FeeKind.PERCENT else "",
        fixed=f"{kept.fee_value / 100:.2f}" if kept.fee_kind == FeeKind.FIXED else "",
    )
    if request.method == "POST":
        form = await parse(request, TermsForm)
        if not form.errors:
            await terms.change(event, form.data, by=request.state.user.label)
            return redirect(f"{request.url.path}?done=1")
    return page(
        request,
        "ticketing/terms.html",
        422 if form.errors else 200,
        event=event,
        form=form,
        said=terms.in_words(event, kept),
        done="done" in request.query_params,
    )


routes = [Route("/manage/{event}/terms", terms_page, methods=["GET", "POST"])]
