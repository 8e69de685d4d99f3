"""Reviews and decisions over the API."""

from __future__ import annotations

import pytest

from eventsvc.cfp.models import Proposal, ProposalState
from eventsvc.mail.models import Letter
from tests.cfp.reviewing import make_category, make_review, make_reviewer
from tests.make import make_event, make_proposal
from tests.people import browser, system

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_reviews_are_told_with_their_scales_and_what_they_add_up_to() -> None:
    event = await make_event()
    fit, depth = await make_category(event, name="Fit", weight=2), await make_category(event, name="Depth", low=0, high=10)
    proposal = await make_proposal(event)
    await make_review(proposal, await make_reviewer(event, "petra"), **{f"_{fit.id}": 5, f"_{depth.id}": 10})
    await make_review(proposal, await make_reviewer(event), **{f"_{fit.id}": 3})
    await make_review(proposal, await make_reviewer(event))
    async with await system(event, "programme") as api:
        answer = (await api.get(f"/api/v1/events/{event.slug}/proposals/{proposal.code}/reviews")).json()

    assert (answer["mean"], answer["spread"]) == (75.0, 25.0)
    assert [(one["percent"], one["abstained"]) for one in answer["reviews"]] == [(100.0, False), (50.0, False), (None, True)]
    assert answer["reviews"][0]["reviewer"] == "Petra"
    assert answer["reviews"][0]["scores"][0] == {"category": "Fit", "score": 5, "low": 1, "high": 5, "weight": 2}


async def test_a_decision_is_noted_and_taken_back_and_nobody_is_told() -> None:
    event = await make_event()
    proposal = await make_proposal(event)
    address = f"/api/v1/events/{event.slug}/proposals/{proposal.code}/decision"
    async with await system(event, "programme") as api:
        noted = await api.post(address, json={"decision": "accepted"})
        wrong = await api.post(address, json={"decision": "withdrawn"})
        missing = await api.post(address, json={})
        back = await api.post(address, json={"decision": None})
        await proposal.change(state=ProposalState.WITHDRAWN)
        late = await api.post(address, json={"decision": "accepted"})

    assert (noted.status_code, noted.json()) == (200, {"code": proposal.code, "state": "submitted", "pending": "accepted"})
    assert [answer.status_code for answer in (wrong, missing, back, late)] == [422, 422, 200, 409]
    assert back.json()["pending"] is None
    assert (await Proposal.get(id=proposal.id)).pending is None
    assert await Letter.all().count() == 0


async def test_only_the_events_own_programme_token_may() -> None:
    event, other = await make_event(), await make_event()
    proposal, draft = await make_proposal(event), await make_proposal(event, state=ProposalState.DRAFT)
    base = f"/api/v1/events/{event.slug}/proposals"
    statuses = []
    for api in (browser(), await system(event, "read"), await system(event, "orders"), await system(other, "programme")):
        async with api:
            statuses.append((await api.get(f"{base}/{proposal.code}/reviews")).status_code)
            statuses.append((await api.post(f"{base}/{proposal.code}/decision", json={"decision": "accepted"})).status_code)
    async with await system(event, "programme") as api:
        statuses += [(await api.get(f"{base}/{code}/reviews")).status_code for code in (draft.code, "NOPE")]

    assert statuses == [401, 401, 403, 403, 403, 403, 404, 404, 404, 404]
    assert (await Proposal.get(id=proposal.id)).pending is None
