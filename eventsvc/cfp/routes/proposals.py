"""The organiser's proposals: the list, the numbers, one proposal with everything, editing and redacting, a new one for somebody."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from eventsvc.audit.models import Entry as JournalEntry
from eventsvc.cfp.forms.entry import blank, read
from eventsvc.cfp.forms.proposal import CoSpeakerForm, ProposerForm
from eventsvc.cfp.models import PROPOSAL_MOVES, Field, FieldKind, FieldTarget, Proposal, ProposalState, ProposalType, SpeakerAnswers
from eventsvc.cfp.render.words import language
from eventsvc.cfp.routes.call import call_for
from eventsvc.cfp.routes.proposer import asked_values
from eventsvc.cfp.routes.visitor import about_form, posted
from eventsvc.cfp.rules import authors, calls, entries, letters, proposals, proposing, reports
from eventsvc.cfp.rules.seen import words
from eventsvc.core.errors import NotFound, Refused
from eventsvc.core.forms import Form, check, start
from eventsvc.core.text import page_number
from eventsvc.core.web import csv_file, page, redirect
from eventsvc.events.models import Event

PER_PAGE = 50
DECISIONS = (ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.REJECTED)


def _asked(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "")[:100] for name in ("search", *reports.FILTERS, "page")}


async def listed(request: Request) -> Response:
    """Search over titles and people (accents and case ignored), filtered by state, type, track and language."""
    event, call = await call_for(request)
    asked = _asked(request)
    shown, number = await reports.listing(call, asked), page_number(asked["page"])
    return page(
        request,
        "cfp/organiser/proposals.html",
        event=event,
        proposals=shown[(number - 1) * PER_PAGE : number * PER_PAGE],
        total=len(shown),
        number=number,
        last=max(1, -(-len(shown) // PER_PAGE)),
        asked=asked,
        types=await ProposalType.filter(call=call),
        tracks=await calls.tracks_of(event, call),
        languages=call.languages,
        language=language,
        states_all=list(ProposalState),
    )


async def download(request: Request) -> Response:
    """The list as CSV, filtered as the page is."""
    event, call = await call_for(request)
    body = await reports.proposals_csv(event, call, await reports.listing(call, _asked(request)))
    return csv_file(body, f"{event.slug}-proposals.csv")


async def statistics(request: Request) -> Response:
    """Proposals by day, type, track and language."""
    event, call = await call_for(request)
    return page(request, "cfp/organiser/numbers.html", event=event, numbers=reports.numbers(event, await reports.listing(call, {})))


async def one(request: Request) -> Response:
    """Everything about one; POST moves its state by hand, invites or takes off a co-speaker."""
    event, call = await call_for(request)
    proposal = await proposals.find(event, request.path_params["code"])
    form: Form[CoSpeakerForm] = start(CoSpeakerForm)
    if request.method == "POST":
        pairs = await posted(request)
        form = check(CoSpeakerForm, pairs) if dict(pairs).get("do") == "invite" else start(CoSpeakerForm)
        if not form.errors:
            try:
                await _act(event, proposal, dict(pairs), form, request.state.user.label)
                return redirect(f"{request.url.path}?done=1")
            except Refused as refusal:
                form.refuse(refusal)
                proposal = await proposals.find(event, proposal.code)
    fields = await Field.filter(call=call).exclude(target=FieldTarget.REVIEWER)
    about = {row.speaker_id: row.answers for row in await SpeakerAnswers.filter(speaker_id__in=[a.speaker_id for a in proposal.authors])}
    return page(
        request,
        "cfp/organiser/proposal.html",
        422 if form.errors else 200,
        event=event,
        proposal=proposal,
        form=form,
        answers=_told(fields, FieldTarget.SESSION, proposal.answers),
        about={number: _told(fields, FieldTarget.SPEAKER, answers) for number, answers in about.items()},
        moves=[state for state in ProposalState if state in PROPOSAL_MOVES[proposal.state]],
        decisions=DECISIONS,
        history=await JournalEntry.filter(event_id=event.id, subject_kind="proposal", subject=proposal.code).order_by("-id").limit(20),
        links={author.id: letters.link(event, author.speaker, proposal) for author in proposal.authors},
        language=language,
        done="done" in request.query_params,
    )


def _told(fields: list[Field], target: FieldTarget, answers: dict[str, Any]) -> list[tuple[Field, str]]:
    return [(field, words(answers[field.key])) for field in fields if field.target == target and field.key in answers]


async def _act(event: Event, proposal: Proposal, given: dict[str, str], form: Form[CoSpeakerForm], by: str) -> None:
    match given.get("do"):
        case "move" if given.get("state") in set(ProposalState):
            await proposals.set_state(event, proposal, ProposalState(given["state"]), by=by, tell=given.get("tell") == "true")
        case "invite":
            await authors.invite(event, proposal, form.data.email, by=by)
        case "remove":
            author = next((a for a in proposal.authors if a.speaker.code == given.get("who")), None)
            if author is not None:
                await authors.remove(event, proposal, author, by=by)
        case _:
            raise NotFound("There is no such thing to do here.")


async def edit(request: Request) -> Response:
    """What it says, changed on behalf of its authors."""
    event, call = await call_for(request)
    proposal = await proposals.find(event, request.path_params["code"])
    asked = await entries.asked_of_organiser(event, call)
    entry = blank(asked, **asked_values(proposal))
    if request.method == "POST":
        entry = read(asked, await posted(request), complete=False, person=None, about=False)
        if not entry.form.errors:
            await proposals.rewrite(event, proposal, entry, by=request.state.user.label)
            return redirect(f"/manage/{event.slug}/proposals/{proposal.code}?done=1")
    return page(
        request,
        "cfp/organiser/edit.html",
        422 if entry.form.errors else 200,
        event=event,
        proposal=proposal,
        asked=asked,
        form=entry.form,
        **about_form(event, asked),
    )


async def redact(request: Request) -> Response:
    """The words reviewers see in a blind phase, beside those that were written."""
    event, call = await call_for(request)
    proposal = await proposals.find(event, request.path_params["code"])
    rows = [
        ("title", "Title", proposal.title),
        ("abstract", "Abstract", proposal.abstract),
        ("description", "More about it", proposal.description),
    ]
    for field in await Field.filter(call=call, target=FieldTarget.SESSION, kind__in=[FieldKind.LINE, FieldKind.TEXT]):
        if isinstance(proposal.answers.get(field.key), str):
            rows.append((field.key, field.label, str(proposal.answers[field.key])))
    if request.method == "POST":
        given = dict(await posted(request))
        said = {name: given[name].replace("\r\n", "\n").strip()[:20_000] for name, _, _ in rows if name in given}
        await proposals.redact(proposal, said, by=request.state.user.label)
        return redirect(f"/manage/{event.slug}/proposals/{proposal.code}?done=1")
    return page(request, "cfp/organiser/redact.html", event=event, proposal=proposal, rows=[row for row in rows if row[2]])


async def new(request: Request) -> Response:
    """A proposal for somebody who was asked to speak: a draft for them to go on with, or submitted as it is."""
    event, call = await call_for(request)
    asked = await entries.asked_of_organiser(event, call)
    entry = blank(asked, tell="true")
    if request.method == "POST":
        pairs = await posted(request)
        submit = dict(pairs).get("do") == "submit"
        entry = read(asked, pairs, complete=submit, person=ProposerForm, about=False)
        if not entry.form.errors:
            assert isinstance(entry.person, ProposerForm)
            tell, by = entry.form.value("tell") == "true", request.state.user.label
            made = await proposing.add_for(event, call, entry, entry.person, by=by, submit=submit, tell=tell)
            return redirect(f"/manage/{event.slug}/proposals/{made.code}?done=1")
    return page(
        request,
        "cfp/organiser/new.html",
        422 if entry.form.errors else 200,
        event=event,
        asked=asked,
        form=entry.form,
        **about_form(event, asked),
    )


manage = [
    Route("/manage/{event}/proposals", listed),
    Route("/manage/{event}/proposals.csv", download),
    Route("/manage/{event}/proposals/new", new, methods=["GET", "POST"], name="new_proposal"),
    Route("/manage/{event}/proposals/numbers", statistics),
    Route("/manage/{event}/proposals/{code}", one, methods=["GET", "POST"]),
    Route("/manage/{event}/proposals/{code}/edit", edit, methods=["GET", "POST"]),
    Route("/manage/{event}/proposals/{code}/redact", redact, methods=["GET", "POST"]),
]
