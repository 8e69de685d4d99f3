"""What organisers read and decide about one proposal."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import pytest

from eventsvc import worker
from eventsvc.agenda.models import Session
from eventsvc.agenda.rules.confirming import decline
from eventsvc.cfp.models import Assignment, ConflictOfInterest, FieldKind, FieldTarget, Proposal, ProposalState, SeeOthers
from eventsvc.cfp.rules import decisions
from eventsvc.cfp.rules.proposals import withdraw
from eventsvc.cfp.rules.standing import standings
from eventsvc.core.clock import now
from tests.cfp.reviewing import make_category, make_phase, make_review, make_reviewer, the_call
from tests.make import make_event, make_field, make_proposal, make_proposer
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_all_that_reviewers_said_is_there_with_who_said_it() -> None:
    event = await make_event()
    scale = await make_category(event, name="Fit", labels={"4": "Good"})
    field = await make_field(await the_call(event), target=FieldTarget.REVIEWER, kind=FieldKind.YES_NO, label="Would you come?")
    proposal = await make_proposal(event)
    petra, rolf, nora = [await make_reviewer(event, name) for name in ("petra", "rolf", "nora")]
    review = await make_review(proposal, petra, **{f"_{scale.id}": 4})
    await review.change(text="Strong <i>start</i>", answers={field.key: True})
    await Assignment.create(proposal=proposal, reviewer=rolf)
    await ConflictOfInterest.create(proposal=proposal, reviewer=nora, reason="My cousin")
    async with await signed_in("rita", event) as rita:
        text = (await rita.get(f"/manage/{event.slug}/review/about/{proposal.code}")).text

    assert "<b>Petra</b>" in text
    assert "Fit 4/5 (Good)" in text
    assert "Strong &lt;i&gt;start&lt;/i&gt;" in text
    assert "Would you come?</span> Yes" in text
    assert "Not answered yet:" in text
    assert "Nora stepped back: “My cousin”" in text


async def test_a_decision_from_its_page_waits_too() -> None:
    event = await make_event()
    proposal = await make_proposal(event)
    address = f"/manage/{event.slug}/review/about/{proposal.code}"
    states = []
    async with await signed_in("olga", event) as olga:
        for decision in ("accepted", "", "nonsense"):
            answer = await olga.post(address, data={"decision": decision})
            states.append((answer.status_code, (await Proposal.get(id=proposal.id)).pending))
        await proposal.change(state=ProposalState.WITHDRAWN)
        late = await olga.post(address, data={"decision": "accepted"})

    assert states == [(303, ProposalState.ACCEPTED), (303, None), (422, None)]
    assert (late.status_code, "nothing to decide" in late.text) == (422, True)


async def test_an_organisers_comment_reaches_reviewers_without_a_name_while_names_are_hidden() -> None:
    event = await make_event()
    phase = await make_phase(event, see_others=SeeOthers.ALWAYS)
    await make_reviewer(event, "rolf")
    proposal = await make_proposal(event)
    async with await signed_in("olga", event) as olga, await signed_in("rolf") as rolf:
        said = await olga.post(f"/manage/{event.slug}/review/about/{proposal.code}", data={"text": "Mind the length"})
        empty = await olga.post(f"/manage/{event.slug}/review/about/{proposal.code}", data={"text": ""})
        blind = (await rolf.get(f"/manage/{event.slug}/review/proposals/{proposal.code}")).text
        await phase.change(blind=False)
        named = (await rolf.get(f"/manage/{event.slug}/review/proposals/{proposal.code}")).text

    assert (said.status_code, empty.status_code) == (303, 422)
    assert ("Mind the length" in blind, "<b>Organiser</b>" in blind, "Olga" in blind) == (True, True, False)
    assert "<b>Olga</b>" in named


async def test_names_stay_hidden_for_organisers_too_while_a_blind_phase_is_on() -> None:
    event = await make_event()
    proposal = await make_proposal(event, speakers=[await make_proposer(event, name="Quentin Crisp")])
    async with await signed_in("olga", event) as olga:
        before = (await olga.get(f"/manage/{event.slug}/review/about/{proposal.code}")).text
        await make_phase(event)
        blind = (await olga.get(f"/manage/{event.slug}/review/about/{proposal.code}")).text

    assert ("Quentin Crisp" in before, "Quentin Crisp" in blind) == (True, False)


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("rolf", 403), ("victor", 403), ("mallory", 404)])
async def test_who_reads_it(who: str, status: int) -> None:
    event, other = await make_event(), await make_event()
    await make_reviewer(event, "rolf")
    proposal, draft, foreign = await make_proposal(event), await make_proposal(event, state=ProposalState.DRAFT), await make_proposal(other)
    base = f"/manage/{event.slug}/review/about"
    async with await signed_in(who, event) as browser:
        answers = [(await browser.get(f"{base}/{one.code}")).status_code for one in (proposal, draft, foreign)]

    assert answers == [status, *([404 if status == 200 else status] * 2)]


async def test_it_asks_as_often_for_three_reviews_as_for_one() -> None:
    event = await make_event()
    scale, proposal = await make_category(event), await make_proposal(event)
    numbers = []
    async with await signed_in("olga", event) as olga:
        for _ in range(2):
            await make_review(proposal, await make_reviewer(event), **{f"_{scale.id}": 3})
            with counted() as count:
                await olga.get(f"/manage/{event.slug}/review/about/{proposal.code}")
            numbers.append(int(count))
            await make_review(proposal, await make_reviewer(event), **{f"_{scale.id}": 3})

    assert numbers[0] == numbers[1]


async def test_who_has_something_left_is_reminded_once_a_day(outbox: Path) -> None:
    event = await make_event()
    phase = await make_phase(event, closes_at=now() + timedelta(days=2))
    behind, done, free = [await make_reviewer(event, name) for name in ("rolf", "petra", "nora")]
    proposal, gone = await make_proposal(event, title="Secret title"), await make_proposal(event, state=ProposalState.WITHDRAWN)
    for reviewer in (behind, done):
        await Assignment.create(proposal=proposal, reviewer=reviewer)
    await Assignment.create(proposal=gone, reviewer=free)
    await make_review(proposal, done)
    async with await signed_in("olga", event) as olga:
        offered = (await olga.get(f"/manage/{event.slug}/review/reviewers")).text
        sent = [
            (await olga.post(f"/manage/{event.slug}/review/reviewers", data={"do": "remind"})).headers["location"][-9:] for _ in range(2)
        ]
        await phase.change(can_score=False)
        closed = await olga.post(f"/manage/{event.slug}/review/reviewers", data={"do": "remind"})
        await phase.change(can_score=True)
    await worker.drain()

    [file] = outbox.glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert "Remind who has something left" in offered
    assert sent == ["letters=1", "letters=0"]
    assert closed.status_code == 409
    assert (letter["To"], letter["Subject"]) == ("rolf@example.org", f"{event.name}: 1 review to go")
    assert "Secret title" not in str(letter)


@pytest.mark.parametrize("way", ["withdrawn", "declined"])
async def test_a_place_is_free_once_its_speaker_gives_it_back_and_passed_on_once(way: str) -> None:
    event = await make_event()
    call, speaker = await the_call(event), await make_proposer(event)
    gone, waits = await make_proposal(event, speakers=[speaker]), await make_proposal(event, state=ProposalState.WAITLISTED)
    await decisions.decide([gone], ProposalState.ACCEPTED, by="Olga")
    await decisions.release(event, call, {gone.code: "accepted"}, by="Olga")
    free = [(await decisions.waiting(call, await standings(call))).free]

    if way == "withdrawn":
        await withdraw(event, await Proposal.get(id=gone.id).select_related("call"), by="Sam")
    else:
        await decline(event, await Session.get(proposal__id=gone.id), speaker, "Sorry", by="Sam")
    found = await decisions.waiting(call, await standings(call))
    free.append(found.free)
    await decisions.promote(event, call, waits.code, by="Olga")
    free.append((await decisions.waiting(call, await standings(call))).free)

    assert free == [0, 1, 0]
    assert (found.next, [one.code for one in found.given_back]) == (waits, [gone.code])


async def test_a_proposals_own_page_leads_here_and_back() -> None:
    event = await make_event()
    proposal, draft = await make_proposal(event), await make_proposal(event, state=ProposalState.DRAFT)
    there, here = f"/manage/{event.slug}/proposals", f"/manage/{event.slug}/review/about"
    async with await signed_in("olga", event) as olga:
        page, unsent, back = [
            (await olga.get(to)).text for to in (f"{there}/{proposal.code}", f"{there}/{draft.code}", f"{here}/{proposal.code}")
        ]

    assert f'href="{here}/{proposal.code}"' in page
    assert here not in unsent
    assert f'href="{there}/{proposal.code}"' in back
