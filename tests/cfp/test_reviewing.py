"""A reviewer's desk: what is on it, giving a review, stepping back, what others said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventsvc.cfp.models import Assignment, Comment, ConflictOfInterest, FieldKind, FieldTarget, ProposalState, Review, SeeOthers
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from tests.cfp.reviewing import make_category, make_phase, make_review, make_reviewer, the_call
from tests.make import make_event, make_field, make_proposal, make_proposer, make_track
from tests.people import signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


def desk(event: Event, to: str = "") -> str:
    return f"/manage/{event.slug}/review{to}"


async def test_signing_in_takes_a_reviewer_to_their_desk_and_nothing_else_is_offered() -> None:
    event = await make_event()
    await make_phase(event)
    await make_reviewer(event, "rolf")
    async with await signed_in("rolf", event) as rolf:
        first, home = await rolf.get("/manage/"), await rolf.get(f"/manage/{event.slug}/")
        page = await rolf.get(desk(event))

    assert (first.headers["location"], home.headers["location"]) == (desk(event), desk(event))
    assert page.status_code == 200
    assert "Orders" not in page.text
    assert f"/manage/{event.slug}/sessions" not in page.text


async def test_what_is_asked_comes_first_then_what_has_the_fewest_reviews() -> None:
    event = await make_event()
    await make_phase(event)
    reviewer, other = await make_reviewer(event, "rolf"), await make_reviewer(event)
    scale = await make_category(event)
    seen, asked, fresh = [await make_proposal(event, title=title) for title in ("Seen by one", "Asked of me", "Nobody yet")]
    await make_review(seen, other, **{f"_{scale.id}": 3})
    await make_review(asked, other, **{f"_{scale.id}": 3})
    await Assignment.create(proposal=asked, reviewer=reviewer)
    async with await signed_in("rolf") as rolf:
        text = (await rolf.get(desk(event))).text
        following = await rolf.get(desk(event, "/next"))

    assert sorted(("Seen by one", "Asked of me", "Nobody yet"), key=text.index) == ["Asked of me", "Nobody yet", "Seen by one"]
    assert following.headers["location"] == desk(event, f"/proposals/{asked.code}")
    assert fresh.code in text


async def test_a_review_is_given_changed_and_kept_once() -> None:
    event = await make_event()
    await make_phase(event)
    await make_reviewer(event, "rolf")
    scale, optional = await make_category(event), await make_category(event, required=False)
    field = await make_field(await the_call(event), target=FieldTarget.REVIEWER, kind=FieldKind.YES_NO, label="Would you come?")
    proposal = await make_proposal(event)
    address = desk(event, f"/proposals/{proposal.code}")
    async with await signed_in("rolf") as rolf:
        empty = await rolf.post(address, data={"do": "next", "text": "My words stay"})
        wrong = await rolf.post(address, data={f"score_{scale.id}": "9"})
        first = await rolf.post(address, data={"do": "next", f"score_{scale.id}": "4", field.key: "true", "text": "Good"})
        second = await rolf.post(address, data={"do": "save", f"score_{scale.id}": "5", f"score_{optional.id}": "1", "text": "Better"})
        page = await rolf.get(address)

    review = await Review.get(proposal=proposal)
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "or abstain." in empty.text
    assert "My words stay" in empty.text
    assert "Choose a score from 1 to 5." in wrong.text
    assert first.headers["location"] == desk(event, "/next")
    assert second.status_code == 303
    assert (review.scores, review.text, review.abstained) == ({str(scale.id): 5, str(optional.id): 1}, "Better", False)
    assert 'value="5" checked' in page.text.replace(" required", "")


async def test_abstaining_needs_no_scores() -> None:
    event = await make_event()
    await make_phase(event)
    await make_reviewer(event, "rolf")
    await make_category(event)
    proposal = await make_proposal(event)
    async with await signed_in("rolf") as rolf:
        await rolf.post(desk(event, f"/proposals/{proposal.code}"), data={"do": "abstain", "text": "Not my field"})
        page = await rolf.get(desk(event))

    review = await Review.get(proposal=proposal)
    assert (review.abstained, review.scores, review.text) == (True, {}, "Not my field")
    assert "Abstained" in page.text


async def test_stepping_back_takes_it_off_the_desk_with_all_they_said() -> None:
    event = await make_event()
    await make_phase(event)
    reviewer = await make_reviewer(event, "rolf")
    scale = await make_category(event)
    proposal = await make_proposal(event, title="By a friend")
    await Assignment.create(proposal=proposal, reviewer=reviewer)
    await make_review(proposal, reviewer, **{f"_{scale.id}": 5})
    address = desk(event, f"/proposals/{proposal.code}")
    async with await signed_in("rolf") as rolf:
        assert "By a friend" in (await rolf.get(desk(event))).text
        done = await rolf.post(address, data={"do": "conflict", "reason": "We wrote\na paper"})
        after, page = await rolf.get(address), await rolf.get(desk(event))

    assert (done.status_code, after.status_code) == (303, 404)
    assert "By a friend" not in page.text
    assert await Review.all().count() + await Assignment.all().count() == 0
    assert (await ConflictOfInterest.get(proposal=proposal)).reason == "We wrote a paper"


@pytest.mark.parametrize("change", ["draft", "withdrawn", "accepted", "own", "house", "track", "unasked", "closed", "foreign", "declared"])
async def test_what_is_not_on_the_desk_cannot_be_opened(change: str) -> None:
    event = await make_event()
    phase, call = await make_phase(event), await the_call(event)
    track, other = await make_track(event), await make_track(event)
    reviewer = await make_reviewer(event, "rolf", organisation="Arden", tracks=[track.code])
    proposal = await make_proposal(event, track=track)
    address = desk(event, f"/proposals/{proposal.code}")
    async with await signed_in("rolf") as rolf:
        assert (await rolf.get(address)).status_code == 200
        match change:
            case "draft" | "withdrawn" | "accepted":
                await proposal.change(state=ProposalState(change))
            case "own" | "house":
                values = {"email": "rolf@example.org"} if change == "own" else {"organisation": "ARDEN"}
                proposal = await make_proposal(event, track=track, speakers=[await make_proposer(event, **values)])
            case "track":
                await proposal.change(track_id=other.id)
            case "unasked":
                await phase.change(assigned_only=True)
            case "closed":
                await phase.change(closes_at=now() - timedelta(minutes=1))
            case "declared":
                await ConflictOfInterest.create(proposal=proposal, reviewer=reviewer)
            case "foreign":
                proposal = await make_proposal(await make_event())
        answer = await rolf.get(desk(event, f"/proposals/{proposal.code}"))
        posted = await rolf.post(desk(event, f"/proposals/{proposal.code}"), data={"do": "save", "text": "x"})

    assert (answer.status_code, posted.status_code) == (404, 404)
    assert await Review.all().count() == 0
    assert call.id == phase.call_id


async def test_an_organisers_word_overrules_tracks_and_a_shared_house_but_not_authorship() -> None:
    event = await make_event()
    await make_phase(event, assigned_only=True)
    track = await make_track(event)
    reviewer = await make_reviewer(event, "rolf", organisation="Arden", tracks=[track.code])
    shared = await make_proposal(event, speakers=[await make_proposer(event, organisation="Arden")])
    own = await make_proposal(event, speakers=[await make_proposer(event, email="rolf@example.org")])
    for proposal in (shared, own):
        await Assignment.create(proposal=proposal, reviewer=reviewer)
    async with await signed_in("rolf") as rolf:
        answers = [(await rolf.get(desk(event, f"/proposals/{one.code}"))).status_code for one in (shared, own)]

    assert answers == [200, 404]


@pytest.mark.parametrize(
    ("see", "before", "after"),
    [(SeeOthers.NEVER, False, False), (SeeOthers.AFTER_OWN, False, True), (SeeOthers.ALWAYS, True, True)],
)
async def test_what_others_said_is_seen_when_the_phase_says_so(see: SeeOthers, before: bool, after: bool) -> None:
    event = await make_event()
    await make_phase(event, see_others=see)
    await make_reviewer(event, "rolf")
    other, scale, proposal = await make_reviewer(event, "petra"), await make_category(event), await make_proposal(event)
    review = await make_review(proposal, other, **{f"_{scale.id}": 2})
    await review.change(text="Petra was not convinced")
    await Comment.create(proposal=proposal, user=other.user, text="Anyone else?")
    address = desk(event, f"/proposals/{proposal.code}")
    async with await signed_in("rolf") as rolf:
        first = (await rolf.get(address)).text
        await rolf.post(address, data={"do": "save", f"score_{scale.id}": "4"})
        second = (await rolf.get(address)).text

    assert [("not convinced" in text, "Anyone else?" in text) for text in (first, second)] == [(before, before), (after, after)]
    assert ("Reviewer A" in second) == after


async def test_others_have_letters_while_names_are_hidden_and_names_afterwards() -> None:
    event = await make_event()
    phase = await make_phase(event, see_others=SeeOthers.ALWAYS)
    await make_reviewer(event, "rolf")
    other, scale, proposal = await make_reviewer(event, "petra"), await make_category(event), await make_proposal(event)
    await make_review(proposal, other, **{f"_{scale.id}": 2})
    await Comment.create(proposal=proposal, user=other.user, text="Anyone else?")
    address = desk(event, f"/proposals/{proposal.code}")
    async with await signed_in("rolf") as rolf:
        blind = (await rolf.get(address)).text
        await phase.change(blind=False)
        named = (await rolf.get(address)).text

    assert ("Petra" in blind, blind.count("Reviewer A")) == (False, 2)
    assert (named.count("<b>Petra</b>"), "Reviewer A" in named, "petra@example.org" in named) == (2, False, False)


async def test_comments_are_taken_where_the_phase_has_them() -> None:
    event = await make_event()
    phase = await make_phase(event, can_score=False)
    await make_reviewer(event, "rolf")
    proposal = await make_proposal(event)
    address = desk(event, f"/proposals/{proposal.code}")
    async with await signed_in("rolf") as rolf:
        said = await rolf.post(address, data={"do": "comment", "comment": "A <b>word</b>"})
        empty = await rolf.post(address, data={"do": "comment", "comment": " "})
        scored = await rolf.post(address, data={"do": "save", "text": "Kept on the page"})
        page = await rolf.get(address)
        await phase.change(can_comment=False)
        closed = await rolf.post(address, data={"do": "comment", "comment": "Too late"})

    assert [answer.status_code for answer in (said, empty, scored, closed)] == [303, 422, 422, 422]
    assert "A &lt;b&gt;word&lt;/b&gt;" in page.text
    assert [one.text for one in await Comment.all()] == ["A <b>word</b>"]


@pytest.mark.parametrize(("who", "status"), [("olga", 303), ("rita", 303), ("victor", 403), ("dev", 403), ("tara", 403), ("mallory", 404)])
async def test_who_has_a_desk(who: str, status: int) -> None:
    event = await make_event()
    await make_phase(event)
    proposal = await make_proposal(event)
    async with await signed_in(who, event) as browser:
        assert (await browser.get(desk(event))).status_code == status
        assert (await browser.get(desk(event, f"/proposals/{proposal.code}"))).status_code in (403, 404)


async def test_a_reviewer_of_another_event_knows_nothing_of_this_one() -> None:
    event, other = await make_event(), await make_event()
    await make_phase(event)
    await make_phase(other)
    await make_reviewer(other, "rolf")
    proposal = await make_proposal(event)
    async with await signed_in("rolf") as rolf:
        paths = ("", "/next", f"/proposals/{proposal.code}", "/dashboard", "/release")
        answers = [(await rolf.get(desk(event, path))).status_code for path in paths]
        across = await rolf.get(desk(other, f"/proposals/{proposal.code}"))

    assert answers == [404] * 5
    assert across.status_code == 404


async def test_a_desk_asks_as_often_for_three_proposals_as_for_one() -> None:
    event = await make_event()
    await make_phase(event)
    await make_reviewer(event, "rolf")
    async with await signed_in("rolf") as rolf:
        numbers = []
        for _ in range(2):
            await make_proposal(event)
            with counted() as count:
                assert (await rolf.get(desk(event))).status_code == 200
            numbers.append(int(count))
            await make_proposal(event)

    assert numbers[0] == numbers[1]


async def test_before_and_after_the_phases_the_desk_says_so() -> None:
    event = await make_event()
    phase = await make_phase(event, name="Spring round", opens_at=now() + timedelta(days=2))
    await make_reviewer(event, "rolf")
    await make_proposal(event, title="Not yet")
    async with await signed_in("rolf") as rolf:
        before = (await rolf.get(desk(event))).text
        await phase.change(opens_at=None, closes_at=now() - timedelta(days=1))
        after = (await rolf.get(desk(event))).text

    assert ("Spring round” opens on" in before, "Not yet" in before) == (True, False)
    assert ("Reviewing is closed" in after, "Not yet" in after) == (True, False)
