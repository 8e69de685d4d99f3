"""Proposals as JSON, for the organisers' own systems."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from eventsvc.accounts.models import ApiToken
from eventsvc.cfp.forms.entry import read_json
from eventsvc.cfp.forms.proposal import ProposalIn, ProposerForm
from eventsvc.cfp.models import Answers, Call, Proposal, ProposalState
from eventsvc.cfp.rules import calls, entries, proposals, proposing
from eventsvc.core.api import After, Items, Limit, Moment, get, post
from eventsvc.core.errors import NotFound
from eventsvc.core.text import is_number
from eventsvc.events.models import Event

State = Annotated[ProposalState | None, Field(description="only those in this state")]


class AuthorOut(BaseModel):
    """`code` is the speaker's; `joined` is false while a co-speaker has not answered."""

    code: str
    name: str
    email: str
    organisation: str
    joined: bool


class ProposalOut(BaseModel):
    """`type` and `track` by their codes; `session` is the code of the session it became."""

    code: str
    title: str
    abstract: str
    description: str
    notes: str
    language: str
    type: str
    minutes: int
    track: str | None
    state: ProposalState
    submitted_at: Moment | None
    decided_at: Moment | None
    answers: Answers
    speakers: list[AuthorOut]
    session: str | None


def _out(one: Proposal) -> ProposalOut:
    names = ("code", "title", "abstract", "description", "notes", "language", "state", "submitted_at", "decided_at", "answers")
    return ProposalOut(
        **{name: getattr(one, name) for name in names},
        type=one.type.code,
        minutes=one.type.minutes,
        track=one.track.code if one.track else None,
        speakers=[
            AuthorOut(
                **{name: getattr(author.speaker, name) for name in ("code", "name", "email", "organisation")},
                joined=author.joined_at is not None,
            )
            for author in one.authors
        ],
        session=one.session.code if one.session else None,
    )


async def _call(event: Event) -> Call:
    call = await calls.call_of(event)
    if call is None:
        raise NotFound("There is no call for proposals at this event.")
    return call


async def list_proposals(event: Event, limit: Limit = 100, after: After = None, state: State = None) -> Items[ProposalOut]:
    """Proposals, oldest first; also drafts and withdrawn ones, unless a state is named."""
    start = int(after) if after and is_number(after) else 0
    found = Proposal.filter(call__event=event, id__gt=start)
    if state is not None:
        found = found.filter(state=state)
    rows = await found.order_by("id").limit(limit + 1).select_related("type", "track", "session").prefetch_related("authors__speaker")
    return Items(items=[_out(one) for one in rows[:limit]], next=str(rows[limit - 1].id) if len(rows) > limit else None)


async def get_proposal(event: Event, code: str) -> ProposalOut:
    """One proposal."""
    return _out(await proposals.find(event, code))


async def add_proposal(event: Event, token: ApiToken, proposal: ProposalIn) -> ProposalOut:
    """Propose in somebody's name, whatever is open: submitted, or with `"submit": false` a draft. No letter is sent."""
    call = await _call(event)
    entry = read_json(await entries.asked_of_organiser(event, call), proposal)
    person = ProposerForm(email=proposal.email, name=proposal.name, organisation=proposal.organisation, job_title=proposal.job_title)
    made = await proposing.add_for(event, call, entry, person, by=f"token {token.name}", submit=proposal.submit, tell=False)
    return _out(await proposals.find(event, made.code))


routes = [
    get("/events/{event}/proposals", list_proposals, "programme"),
    get("/events/{event}/proposals/{code}", get_proposal, "programme"),
    post("/events/{event}/proposals", add_proposal, "programme", 201),
]
