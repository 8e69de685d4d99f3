"""Access codes: many to hand out, or one sent to each invited speaker; as CSV."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.cfp.forms.call import CodesForm
from eventsvc.cfp.models import AccessCode, ProposalType
from eventsvc.cfp.routes.call import call_for
from eventsvc.cfp.routes.visitor import posted
from eventsvc.cfp.rules import codes
from eventsvc.core.clock import now
from eventsvc.core.config import settings
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.text import page_number
from eventsvc.core.web import csv_file, page, redirect

PER_PAGE = 100


async def codes_page(request: Request) -> Response:
    """The codes; POST makes some, or takes one back."""
    event, call = await call_for(request)
    form: Form[CodesForm] = start(CodesForm, count=1, uses=1)
    if request.method == "POST":
        form = check(CodesForm, await posted(request))
        by = request.state.user.label
        try:
            if form.value("do") == "remove":
                code = await AccessCode.get_or_none(call=call, code=form.value("remove"))
                if code is not None:
                    await codes.remove_code(call, code, by=by)
                return redirect(f"{request.url.path}?done=removed")
            if not form.errors:
                await codes.make_codes(event, call, form.data, by=by)
                return redirect(f"{request.url.path}?done={'sent' if form.data.emails else 'made'}")
        except Refused as refusal:
            form.refuse(refusal)
    number, total = page_number(request.query_params.get("page", "")), await AccessCode.filter(call=call).count()
    rows = await AccessCode.filter(call=call).select_related("type").order_by("-id").offset((number - 1) * PER_PAGE).limit(PER_PAGE)
    return page(
        request,
        "cfp/organiser/codes.html",
        422 if form.errors else 200,
        event=event,
        codes=rows,
        total=total,
        number=number,
        last=max(1, -(-total // PER_PAGE)),
        types=await ProposalType.filter(call=call),
        form=form,
        moment=now(),
        base=f"{settings().base_url}/{event.slug}/cfp/submit?code=",
        done=request.query_params.get("done", ""),
    )


async def codes_csv(request: Request) -> Response:
    """All codes with their links, as CSV."""
    event, call = await call_for(request)
    body = await codes.codes_csv(event, call, f"{settings().base_url}/{event.slug}/cfp/submit?code=")
    return csv_file(body, f"{event.slug}-codes.csv")


manage = [
    Route("/manage/{event}/call/codes", codes_page, methods=["GET", "POST"]),
    Route("/manage/{event}/call/codes.csv", codes_csv),
]
