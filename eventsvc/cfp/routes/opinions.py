"""One proposal as organisers decide about it: its words, its reviews, its comments."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.cfp.forms.review import CommentForm, DecisionIn
from eventsvc.cfp.models import DECISIONS, ReviewPhase
from eventsvc.cfp.rules import decisions, phases
from eventsvc.cfp.rules import opinions as rules
from eventsvc.cfp.rules.seen import seen
from eventsvc.cfp.rules.standing import DECIDABLE
from eventsvc.core.errors import Refused
from eventsvc.core.forms import Form, check
from eventsvc.core.web import page, redirect
from eventsvc.events.rules import event_for


async def about(request: Request) -> Response:
    """GET reads; POST decides, pending, or comments. While a blind phase is on, names stay out of this page too."""
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    call = await phases.call_of(event)
    proposal = await rules.find(call, request.path_params["code"])
    phase = await phases.current(call) or ReviewPhase(call_id=call.id, blind=False)
    form: Form[CommentForm] = Form({})
    if request.method == "POST":
        async with request.form(max_fields=10, max_files=0) as posted:
            given = {key: str(value) for key, value in posted.items()}
        by = request.state.user.label
        try:
            if "decision" in given:
                wanted = check(DecisionIn, [("decision", given["decision"])]) if given["decision"] else None
                if wanted is None or not wanted.errors:
                    await decisions.decide([proposal], wanted.data.decision if wanted else None, by=by)
                    return redirect(f"{request.url.path}?done=decided")
                form.errors[""] = "Choose one of the decisions."
            else:
                form = check(CommentForm, [("text", given.get("text", ""))])
                if not form.errors:
                    await rules.remark(proposal, request.state.user, form.data.text, by=by)
                    return redirect(f"{request.url.path}?done=comment")
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        request,
        "cfp/opinions.html",
        422 if form.errors else 200,
        event=event,
        proposal=proposal,
        seen=(await seen([proposal], phase))[proposal.id],
        found=await rules.opinions(call, proposal),
        decidable=proposal.state in DECIDABLE,
        decisions=DECISIONS,
        form=form,
        done=request.query_params.get("done", ""),
    )


manage = [Route("/manage/{event}/review/about/{code}", about, methods=["GET", "POST"])]
