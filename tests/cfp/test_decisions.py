"""Decisions wait until they are released; a release sends each letter once and makes sessions of what is accepted."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from markupsafe import escape

from eventsvc import worker
from eventsvc.agenda.models import Session, SessionState
from eventsvc.audit.models import Entry
from eventsvc.cfp.models import Proposal, ProposalState
from eventsvc.cfp.rules import decisions as rules
from eventsvc.cfp.rules.standing import standings
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from tests.cfp.reviewing import make_category, make_phase, make_review, make_reviewer, the_call
from tests.make import make_event, make_proposal, make_proposer
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")
ACCEPTED, WAITLISTED, REJECTED = ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.REJECTED


def board(event: Event, to: str = "dashboard") -> str:
    return f"/manage/{event.slug}/review/{to}"


async def scored(event: Event, *scores: int, state: ProposalState = ProposalState.SUBMITTED) -> list[Proposal]:
    """A proposal for each score of 0 to 100, by one reviewer."""
    scale = await make_category(event, low=0, high=100)
    reviewer = await make_reviewer(event)
    rows = [await make_proposal(event, title=f"Worth {score}", state=state) for score in scores]
    for proposal, score in zip(rows, scores, strict=True):
        await make_review(proposal, reviewer, **{f"_{scale.id}": score})
    return rows


async def pending(rows: list[Proposal]) -> list[ProposalState | None]:
    return [(await Proposal.get(id=one.id)).pending for one in rows]


async def test_a_decision_is_pending_and_tells_nobody() -> None:
    event = await make_event()
    rows = [await make_proposal(event) for _ in range(2)]

    changed = await rules.decide(rows, ACCEPTED, by="Olga"), await rules.decide(rows, ACCEPTED, by="Olga")

    assert changed == (2, 0)
    assert await pending(rows) == [ACCEPTED, ACCEPTED]
    assert [(await Proposal.get(id=one.id)).state for one in rows] == [ProposalState.SUBMITTED] * 2
    assert await Letter.all().count() + await Session.filter(event=event).count() == 0
    assert await Entry.filter(action="proposal.decided").count() == 2


async def test_a_decision_is_taken_back() -> None:
    event = await make_event()
    waiting, new = await make_proposal(event, state=WAITLISTED), await make_proposal(event)
    await rules.decide([waiting, new], REJECTED, by="Olga")

    await rules.decide([waiting], WAITLISTED, by="Olga")
    await rules.decide([new], None, by="Olga")

    assert await pending([waiting, new]) == [None, None]


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.WITHDRAWN, ACCEPTED])
async def test_what_is_not_there_to_decide_is_refused_and_nothing_changes(state: ProposalState) -> None:
    event = await make_event()
    good, other = await make_proposal(event), await make_proposal(event, state=state)

    with pytest.raises(rules.Undecidable):
        await rules.decide([good, other], REJECTED, by="Olga")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"do": "best", "count": "2"}, [None, ACCEPTED, ACCEPTED, None]),
        ({"do": "above", "percent": "60"}, [None, ACCEPTED, ACCEPTED, None]),
        ({"do": "below", "percent": "60"}, [ACCEPTED, None, None, None]),
        ({"do": "best", "count": "9"}, [ACCEPTED, ACCEPTED, ACCEPTED, None]),
    ],
)
async def test_many_are_decided_at_once(asked: dict[str, str], expected: list[ProposalState | None]) -> None:
    event = await make_event()
    rows = [*await scored(event, 40, 60, 90), await make_proposal(event, state=ProposalState.WITHDRAWN)]
    async with await signed_in("olga", event) as olga:
        answer = await olga.post(board(event), data={**asked, "decision": "accepted"})

    assert answer.status_code == 303
    assert await pending(rows) == expected


async def test_only_what_is_ticked_or_shown_changes() -> None:
    event = await make_event()
    rows = await scored(event, 40, 60, 90)
    async with await signed_in("olga", event) as olga:
        await olga.post(board(event), data={"do": "ticked", "codes": [rows[0].code, rows[2].code], "decision": "rejected"})
        nothing = await olga.post(board(event), data={"do": "ticked", "decision": "rejected"})
        await olga.post(f"{board(event)}?pending=none", data={"do": "best", "count": "9", "decision": "waitlisted"})
        back = await olga.post(board(event), data={"do": "ticked", "codes": [rows[0].code], "decision": "none"})
        broken = await olga.post(board(event), data={"do": "best", "count": "", "decision": "waitlisted"})

    assert (nothing.status_code, back.status_code, broken.status_code) == (422, 303, 422)
    assert "Tick at least one" in nothing.text
    assert await pending(rows) == [None, WAITLISTED, REJECTED]


async def test_a_release_shows_each_letter_and_sends_it_once() -> None:
    event = await make_event()
    ada = await make_proposer(event, name="Ada {link} Lovelace", email="ada@example.org")
    yes, wait, no, held = [await make_proposal(event, title=title) for title in ("Yes", "Wait", "No", "Held back")]
    both = await make_proposal(event, title="Two authors", speakers=[ada, await make_proposer(event, email="bob@example.org")])
    for proposals, state in (([yes, both, held], ACCEPTED), ([wait], WAITLISTED), ([no], REJECTED)):
        await rules.decide(proposals, state, by="Olga")
    ticked = [f"{one.code}:{state}" for one, state in ((yes, "accepted"), (both, "accepted"), (wait, "waitlisted"), (no, "rejected"))]
    async with await signed_in("olga", event) as olga:
        before = (await olga.get(board(event, "release"))).text
        first = (await olga.post(board(event, "release"), data={"send": ticked})).text
        again = (await olga.post(board(event, "release"), data={"send": ticked})).text

    assert "5 decisions, 6 letters" in before
    assert "Hello Ada {link} Lovelace" in before
    assert "Released: 2 accepted, 1 waiting list, 1 rejected. 5 letters are on the way." in first
    assert "Nothing was released" in again
    kinds = sorted([(letter.kind, letter.to) for letter in await Letter.filter(event_id=event.id)])
    assert [kind for kind, _ in kinds] == ["cfp/accepted"] * 3 + ["cfp/rejected", "cfp/waitlisted"]
    assert {"ada@example.org", "bob@example.org"} <= {to for _, to in kinds}
    assert [(await Proposal.get(id=one.id)).state for one in (yes, both, wait, no, held)] == [
        ACCEPTED,
        ACCEPTED,
        WAITLISTED,
        REJECTED,
        ProposalState.SUBMITTED,
    ]
    assert await pending([held]) == [ACCEPTED]
    assert sorted(await Session.filter(event=event, state=SessionState.DRAFT).values_list("title", flat=True)) == ["Two authors", "Yes"]


async def test_the_preview_is_the_letter_word_for_word(outbox: Path) -> None:
    event = await make_event()
    ada = await make_proposer(event, name="Ada\u2028<b>Lovelace</b> https://evil.test", email="ada@example.org")
    proposal, call = await make_proposal(event, title="Yes {link} & more", speakers=[ada]), await the_call(event)
    await rules.decide([proposal], ACCEPTED, by="Olga")
    [waiting] = await rules.awaiting(event, call)
    async with await signed_in("olga", event) as olga:
        page = (await olga.get(board(event, "release"))).text

    await rules.release(event, call, {proposal.code: "accepted"}, by="Olga")
    await worker.drain()

    [file] = outbox.glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    [draft] = waiting.letters
    assert (letter["Subject"], letter["To"]) == (draft.subject, "ada@example.org")
    assert text.replace("\r\n", "\n").startswith(draft.text)
    assert str(escape(draft.text)) in page


async def test_what_changed_since_it_was_seen_is_not_sent() -> None:
    event = await make_event()
    changed, withdrawn = await make_proposal(event), await make_proposal(event, title="Gone meanwhile")
    await rules.decide([changed, withdrawn], ACCEPTED, by="Olga")
    seen = {changed.code: "accepted", withdrawn.code: "accepted"}
    await rules.decide([changed], REJECTED, by="Rita")
    await withdrawn.change(state=ProposalState.WITHDRAWN)

    done = await rules.release(event, await the_call(event), seen, by="Olga")

    assert (done.counts, done.letters, done.left) == ({}, 0, ["Gone meanwhile"])
    assert await pending([changed, withdrawn]) == [REJECTED, None]
    assert await Letter.all().count() == 0


async def test_a_place_given_back_goes_to_the_best_on_the_waiting_list_in_one_click() -> None:
    event = await make_event()
    low, high = await scored(event, 40, 90, state=WAITLISTED)
    gone = await make_proposal(event, title="Cannot come")
    await rules.decide([gone], ACCEPTED, by="Olga")
    await rules.release(event, await the_call(event), {gone.code: "accepted"}, by="Olga")
    async with await signed_in("olga", event) as olga:
        full = (await olga.get(board(event))).text
        await Session.filter(proposal__id=gone.id).update(state=SessionState.CANCELLED)
        free = (await olga.get(board(event))).text
        twice = [(await olga.post(board(event, "promote"), data={"proposal": high.code})).status_code for _ in range(2)]
        after = (await olga.get(board(event))).text

    assert ("given back" in full, "given back" in free, "given back" in after) == (False, True, False)
    assert "Next on the waiting list: “Worth 90”" in free
    assert twice == [303, 409]
    assert [(await Proposal.get(id=one.id)).state for one in (low, high)] == [WAITLISTED, ACCEPTED]
    assert await Letter.filter(kind="cfp/accepted").count() == 2


async def test_the_dashboard_asks_as_often_for_300_proposals_as_for_one() -> None:
    event = await make_event()
    await make_phase(event)
    [first] = await scored(event, 50)
    async with await signed_in("olga", event) as olga:
        with counted() as one:
            await olga.get(board(event))
        scale = (await standings(await the_call(event))).categories[0]
        reviewer = await make_reviewer(event)
        fields = ("call_id", "type_id", "abstract")
        await Proposal.bulk_create(
            Proposal(**{name: getattr(first, name) for name in fields}, code=f"M{n:04}", title=f"Many {n}", state="submitted")
            for n in range(300)
        )
        for proposal in await Proposal.filter(title__startswith="Many"):
            await make_review(proposal, reviewer, **{f"_{scale.id}": 70})
        with counted() as many:
            answer = await olga.get(board(event))

    assert answer.status_code == 200
    assert answer.text.count('class="strip"') == 301
    assert len(one.statements) == len(many.statements)


async def test_the_table_sorts_filters_and_downloads() -> None:
    event = await make_event()
    rows = await scored(event, 40, 90, 60)
    silent = await make_proposal(event, title="=Nobody's")
    async with await signed_in("rita", event) as rita:
        texts = [(await rita.get(f"{board(event)}?{query}")).text for query in ("sort=-score", "sort=score", "need=few", "state=accepted")]
        csv = (await rita.get(board(event, "dashboard.csv"))).text

    def order(text: str) -> list[str]:
        return sorted(
            (one.code for one in [*rows, silent] if f'value="{one.code}"' in text), key=lambda code: text.index(f'value="{code}"')
        )

    low, high, middle = [one.code for one in rows]
    assert order(texts[0]) == [high, middle, low, silent.code]
    assert order(texts[1]) == [low, middle, high, silent.code]
    assert (len(order(texts[2])), len(order(texts[3]))) == (4, 0)
    assert "90.0" in csv
    assert "'=Nobody's" in csv


@pytest.mark.parametrize(("who", "status"), [("olga", 200), ("rita", 200), ("rolf", 403), ("victor", 403), ("dev", 403), ("mallory", 404)])
async def test_who_decides(who: str, status: int) -> None:
    event = await make_event()
    await make_phase(event)
    await make_reviewer(event, "rolf")
    proposal = await make_proposal(event)
    async with await signed_in(who, event) as browser:
        pages = [
            await browser.get(board(event, to)) for to in ("dashboard", "dashboard.csv", "release", "reviewers", "assignment", "setup")
        ]
        posted = await browser.post(board(event), data={"codes": [proposal.code], "decision": "accepted"})

    assert {page.status_code for page in pages} == {status}
    assert posted.status_code == (303 if status == 200 else status)


async def test_another_events_proposals_are_out_of_reach() -> None:
    event, other = await make_event(), await make_event()
    foreign, own = await make_proposal(other, state=WAITLISTED), await make_proposal(event)
    await rules.decide([foreign], REJECTED, by="Olga")
    async with await signed_in("olga", event) as olga:
        ticked = await olga.post(board(event), data={"codes": [foreign.code], "decision": "accepted"})
        await olga.post(board(event, "release"), data={"send": [f"{foreign.code}:rejected"]})
        promoted = await olga.post(board(event, "promote"), data={"proposal": foreign.code})

    assert (ticked.status_code, promoted.status_code) == (422, 404)
    assert await pending([foreign, own]) == [REJECTED, None]
    assert await Letter.all().count() == 0
