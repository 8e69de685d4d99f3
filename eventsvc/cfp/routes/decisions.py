"""The organisers' dashboard of reviews, pending decisions, and their release."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.accounts.models import Right
from eventsvc.agenda.models import Track
from eventsvc.cfp.forms.review import BulkForm
from eventsvc.cfp.models import DECISIONS, Call, Proposal, ProposalState, ProposalType
from eventsvc.cfp.rules import decisions as rules
from eventsvc.cfp.rules import phases, standing
from eventsvc.core.errors import Invalid, NotFound, Refused
from eventsvc.core.forms import check
from eventsvc.core.web import csv_file, page, redirect
from eventsvc.events.models import Event
from eventsvc.events.rules import event_for

COLUMNS = [
    ("title", "Title"),
    ("score", "Score"),
    ("adjusted", "Adjusted"),
    ("spread", "Spread"),
    ("reviews", "Reviews"),
    ("abstained", "Abstained"),
    ("track", "Track"),
    ("type", "Type"),
    ("state", "State"),
]


async def _setting(request: Request) -> tuple[Event, Call]:
    event = await event_for(request, Right.MANAGE_PROGRAMME)
    return event, await phases.call_of(event)


def _asked(request: Request) -> tuple[standing.Filter, str]:
    """The filter and the order in the address."""
    asked = request.query_params
    names = standing.Filter.__dataclass_fields__
    return standing.Filter(**{name: asked.get(name, "")[:60] for name in names}), asked.get("sort", "-score")[:20]


async def dashboard(request: Request) -> Response:
    """Every proposal with what reviewers think, progress, and who leans which way; POST decides, pending."""
    event, call = await _setting(request)
    wanted, sort = _asked(request)
    table = await standing.standings(call)
    rows = standing.in_order([row for row in table.rows if wanted.keeps(row, table.each)], sort)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            changed = await _decide(request, call, table, sort, [row.proposal.code for row in rows])
            return redirect(f"{request.url.path}?{urlencode({**_said(wanted), 'sort': sort, 'changed': changed})}")
        except Refused as exc:
            refusal = exc
    return page(
        request,
        "cfp/dashboard.html",
        refusal.status if refusal else 200,
        event=event,
        table=table,
        rows=rows,
        wanted=wanted,
        query=urlencode(_said(wanted)),
        sort=sort,
        columns=COLUMNS,
        tracks=await Track.filter(event=event),
        types=await ProposalType.filter(call=call),
        states=[state for state in ProposalState if state != ProposalState.DRAFT],
        decisions=DECISIONS,
        pending=[(state, sum(row.proposal.pending == state for row in table.rows)) for state in DECISIONS],
        waiting=await rules.waiting(call, table),
        apart=standing.APART,
        refusal=refusal,
        changed=request.query_params.get("changed", ""),
        promoted=request.query_params.get("promoted", ""),
    )


def _said(wanted: standing.Filter) -> dict[str, str]:
    return {name: value for name, value in asdict(wanted).items() if value}


async def _decide(request: Request, call: Call, table: standing.Standings, sort: str, shown: list[str]) -> int:
    """Those ticked, the best so many, or those by threshold, of what the page shows."""
    async with request.form(max_fields=6000, max_files=0) as posted:
        pairs = [(key, value) for key, value in posted.multi_items() if isinstance(value, str)]
    form = check(BulkForm, pairs)
    if form.errors:
        raise Invalid([], next(iter(form.errors.values())))
    data = form.data
    match data.do:
        case "best":
            chosen = rules.best(table, sort, shown, data.count or 0)
        case "above" | "below":
            chosen = rules.at_least(table, shown, data.percent or 0, adjusted=sort.endswith("adjusted"), below=data.do == "below")
        case _:
            ticked = set(data.codes)
            chosen = [row.proposal for row in table.rows if row.proposal.code in ticked]
            if not chosen:
                raise Invalid([], "Tick at least one proposal first.")
    for one in chosen:
        one.call = call
    return await rules.decide(chosen, data.state, by=request.state.user.label)


async def download(request: Request) -> Response:
    """The table as CSV."""
    event, call = await _setting(request)
    return csv_file(standing.standings_csv(await standing.standings(call)), f"{event.slug}-reviews.csv")


async def release(request: Request) -> Response:
    """Every letter as its reader will get it; POST sends those that are ticked."""
    event, call = await _setting(request)
    done: rules.Released | None = None
    if request.method == "POST":
        async with request.form(max_fields=5000, max_files=0) as posted:
            ticked = [str(value).partition(":") for value in posted.getlist("send")]
        done = await rules.release(event, call, {code: state for code, _, state in ticked}, by=request.state.user.label)
    rows = await rules.awaiting(event, call)
    groups: list[tuple[ProposalState, list[Any]]] = [(state, [row for row in rows if row.proposal.pending == state]) for state in DECISIONS]
    return page(
        request,
        "cfp/release.html",
        event=event,
        groups=groups,
        total=len(rows),
        letters=sum(len(row.letters) for row in rows),
        done=done,
    )


async def promote(request: Request) -> Response:
    """Give the free place to the next on the waiting list, at once."""
    event, call = await _setting(request)
    async with request.form(max_fields=5, max_files=0) as posted:
        code = str(posted.get("proposal", ""))
    if not await Proposal.exists(call=call, code=code):
        raise NotFound("There is no such proposal at this event.")
    await rules.promote(event, call, code, by=request.state.user.label)
    return redirect(f"/manage/{event.slug}/review/dashboard?promoted=1")


manage = [
    Route("/manage/{event}/review/dashboard", dashboard, methods=["GET", "POST"]),
    Route("/manage/{event}/review/dashboard.csv", download),
    Route("/manage/{event}/review/release", release, methods=["GET", "POST"]),
    Route("/manage/{event}/review/promote", promote, methods=["POST"]),
]
