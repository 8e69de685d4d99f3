"""Setting reviewing up: phases and scales, inviting reviewers, sharing out the work."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from pathlib import Path

import pytest

from eventsvc import worker
from eventsvc.accounts.models import Role
from eventsvc.cfp.models import Assignment, ConflictOfInterest, Review, Reviewer, ReviewPhase, ScoreCategory
from eventsvc.core.clock import now
from eventsvc.events.models import Event, Membership
from eventsvc.mail.models import Letter
from tests.cfp.reviewing import make_category, make_phase, make_review, make_reviewer, the_call
from tests.make import make_event, make_proposal, make_proposer, make_track
from tests.people import browser, person, signed_in
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


def at(event: Event, to: str) -> str:
    return f"/manage/{event.slug}/review/{to}"


async def test_a_phase_is_added_changed_and_removed() -> None:
    event = await make_event()
    await the_call(event)
    async with await signed_in("rita", event) as rita:
        added = await rita.post(
            at(event, "phases/new"), data={"name": "One", "opens_at": "2099-06-01T09:00", "blind": "true", "per_proposal": "4"}
        )
        phase = await ReviewPhase.get(name="One")
        wrong = await rita.post(
            at(event, f"phases/{phase.id}"), data={"name": "One", "opens_at": "2099-06-02T09:00", "closes_at": "2099-06-01T09:00"}
        )
        changed = await rita.post(at(event, f"phases/{phase.id}"), data={"name": "Two", "can_score": "true", "see_others": "never"})
        removed = await rita.post(at(event, f"phases/{phase.id}"), data={"name": "Two", "do": "remove"})

    assert (added.status_code, wrong.status_code, changed.status_code, removed.status_code) == (303, 422, 303, 303)
    assert (phase.blind, phase.can_score, phase.per_proposal) == (True, False, 4)
    assert f"{event.local(phase.opens_at):%H:%M}" == "09:00"
    assert "closes before it opens" in wrong.text
    assert await ReviewPhase.all().count() == 0


async def test_phases_that_overlap_are_told_and_the_first_counts() -> None:
    event = await make_event()
    first = await make_phase(event, name="First", closes_at=now() + timedelta(days=2), position=0)
    await make_phase(event, name="Second", opens_at=now() + timedelta(days=1), position=1)
    await make_phase(event, name="Third", opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=8), position=2)
    async with await signed_in("olga", event) as olga:
        page = (await olga.get(at(event, "setup"))).text
        second = await ReviewPhase.get(name="Second")
        await olga.post(at(event, "setup"), data={"up": f"phase-{second.id}"})
        moved = (await olga.get(at(event, "setup"))).text
        lost = await olga.post(at(event, "setup"), data={"up": "phase-999999"})

    assert "“First” and “Second” overlap. While both are open, “First” counts." in page
    assert "“First” and “Third” overlap" in page
    assert "“Second” and “First” overlap. While both are open, “Second” counts." in moved
    assert lost.status_code == 404
    assert first.position == 0


async def test_a_scale_takes_labels_and_tells_what_is_wrong_with_them() -> None:
    event = await make_event()
    track = await make_track(event)
    await the_call(event)
    good = {
        "name": "Fit",
        "low": "0",
        "high": "3",
        "weight": "2",
        "labels": "0 = No\n3: Yes, please",
        "required": "true",
        "tracks": track.code,
    }
    async with await signed_in("olga", event) as olga:
        added = await olga.post(at(event, "scores/new"), data=good)
        wrong = [
            (await olga.post(at(event, "scores/new"), data={**good, **change})).text
            for change in ({"labels": "9 = Off the scale"}, {"low": "5"}, {"high": "40"}, {"name": ""})
        ]

    scale = await ScoreCategory.get()
    assert added.status_code == 303
    assert (scale.labels, scale.weight, scale.tracks, scale.required) == ({"0": "No", "3": "Yes, please"}, 2, [track.code], True)
    told = ("Write each label as a number", "must be above the lowest", "at most eleven steps", "Fill this in.")
    assert [words in text for words, text in zip(told, wrong, strict=True)] == [True] * 4


async def test_a_scale_that_was_used_keeps_its_numbers() -> None:
    event = await make_event()
    scale = await make_category(event, name="Fit")
    await make_review(await make_proposal(event), await make_reviewer(event), **{f"_{scale.id}": 4})
    address = at(event, f"scores/{scale.id}")
    async with await signed_in("olga", event) as olga:
        renamed = await olga.post(address, data={"name": "Fits", "low": "1", "high": "5", "weight": "0"})
        moved = await olga.post(address, data={"name": "Fits", "low": "1", "high": "7", "weight": "1"})
        removed = await olga.post(address, data={"name": "Fits", "do": "remove"})

    after = await ScoreCategory.get(id=scale.id)
    assert (renamed.status_code, moved.status_code, removed.status_code) == (303, 422, 422)
    assert (after.name, after.weight, after.high) == ("Fits", 0, 5)
    assert "set this one" in moved.text.lower()


async def test_a_new_reviewer_is_invited_by_a_letter_that_signs_in_once(outbox: Path) -> None:
    event = await make_event()
    await make_phase(event, name="Spring round")
    async with await signed_in("olga", event) as olga:
        added = await olga.post(at(event, "reviewers"), data={"email": "Nora@Reviews.uk", "name": "Nora", "organisation": "Arden"})
        again = await olga.post(at(event, "reviewers"), data={"email": "nora@reviews.uk"})
        wrong = await olga.post(at(event, "reviewers"), data={"email": "nora@reviews.uk", "tracks": "nowhere"})
    await worker.drain()

    [file] = outbox.glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    link = next(word for word in text.split() if "/sign-in/" in word).removeprefix("http://testserver")
    async with browser() as nora:
        session = await nora.post(link)
        nora.cookies.extract_cookies(session)
        home = await nora.get("/manage/", follow_redirects=True)
    assert [one.headers.get("location", "").rpartition("=")[2] for one in (added, again)] == ["added", "known"]
    assert wrong.status_code == 422
    assert letter["To"] == "nora@reviews.uk"
    assert "Spring round" in home.text
    assert (await Reviewer.get()).organisation == "Arden"


async def test_an_invitation_sent_again_holds_a_way_in_only_for_those_who_do_nothing_but_review() -> None:
    event, other = await make_event(), await make_event()
    plain, both = await make_reviewer(event, "rolf"), await make_reviewer(event, "petra")
    await Membership.create(user=both.user, event=other, role=Role.ORGANISER)
    async with await signed_in("olga", event) as olga:
        for reviewer in (plain, both):
            await olga.post(at(event, f"reviewers/{reviewer.id}"), data={"do": "invite"})

    letters = await Letter.filter(kind="cfp/reviewer_invitation").order_by("id")
    assert [(letter.to, letter.facts["fresh"]) for letter in letters] == [("rolf@example.org", True), ("petra@example.org", False)]


async def test_whoever_has_another_role_keeps_it() -> None:
    event = await make_event()
    await the_call(event)
    await person("victor", event)
    async with await signed_in("olga", event) as olga:
        viewer = await olga.post(at(event, "reviewers"), data={"email": "victor@example.org"})
        herself = await olga.post(at(event, "reviewers"), data={"email": "olga@example.org"})

    assert (viewer.status_code, herself.status_code) == (422, 303)
    assert "is viewer at this event" in viewer.text
    assert sorted([one.role for one in await Membership.filter(event=event)]) == [Role.ORGANISER, Role.VIEWER]
    assert await Letter.filter(to="olga@example.org").count() == 1


async def test_who_is_taken_off_can_no_longer_review_and_what_they_said_stays() -> None:
    event = await make_event()
    await make_phase(event)
    reviewer, scale = await make_reviewer(event, "rolf"), await make_category(event)
    done, asked = await make_proposal(event), await make_proposal(event)
    await make_review(done, reviewer, **{f"_{scale.id}": 4})
    for proposal in (done, asked):
        await Assignment.create(proposal=proposal, reviewer=reviewer)
    async with await signed_in("rolf") as rolf, await signed_in("olga", event) as olga:
        before = await rolf.get(at(event, "next"))
        removed = await olga.post(at(event, f"reviewers/{reviewer.id}"), data={"do": "remove"})
        after = await rolf.get(at(event, "next"))
        listed = (await olga.get(at(event, "reviewers"))).text

    assert (before.status_code, removed.status_code, after.status_code) == (303, 303, 404)
    assert "rolf@example.org" not in listed
    assert await Review.all().count() == 1
    assert await Assignment.all().values_list("proposal_id", flat=True) == [done.id]


async def test_work_is_shared_out_once_and_what_was_not_possible_is_told() -> None:
    event = await make_event()
    await make_phase(event)
    one, two = await make_reviewer(event, "rolf"), await make_reviewer(event, organisation="Arden")
    free = await make_proposal(event, title="Free for all")
    tight = await make_proposal(event, title="From Arden", speakers=[await make_proposer(event, organisation="arden")])
    async with await signed_in("olga", event) as olga:
        first = (await olga.post(at(event, "assignment"), data={"each": "2"})).text
        second = (await olga.post(at(event, "assignment"), data={"each": "2"})).text
        wrong = await olga.post(at(event, "assignment"), data={"each": "0"})

    pairs = {(row.proposal_id, row.reviewer_id, row.by) for row in await Assignment.all()}
    assert pairs == {(free.id, one.id, "automatic"), (free.id, two.id, "automatic"), (tight.id, one.id, "automatic")}
    assert "3 reviews newly asked for." in first
    assert "From Arden: 1 missing (1 × is of the same organisation as an author)" in first
    assert "newly asked" not in second
    assert wrong.status_code == 422


async def test_by_hand_by_track_and_back_again() -> None:
    event = await make_event()
    track = await make_track(event)
    reviewer = await make_reviewer(event, "rolf", organisation="Arden")
    two = [await make_proposal(event, track=track) for _ in range(2)]
    house = await make_proposal(event, speakers=[await make_proposer(event, organisation="Arden")])
    own = await make_proposal(event, speakers=[await make_proposer(event, email="rolf@example.org")])
    address = at(event, f"reviewers/{reviewer.id}")
    async with await signed_in("olga", event) as olga:
        whole = (await olga.post(address, data={"do": "track", "track": track.code})).text
        noted = (await olga.post(address, data={"do": "assign", "proposal": house.code})).text
        refused = await olga.post(address, data={"do": "assign", "proposal": own.code})
        back = await olga.post(address, data={"do": "unassign", "proposal": two[0].code})
        foreign = await olga.post(address, data={"do": "assign", "proposal": (await make_proposal(await make_event())).code})

    assert "2 proposals of that track" in whole
    assert "Note: Rolf is of the same organisation as an author." in noted
    assert (refused.status_code, back.status_code, foreign.status_code) == (422, 303, 404)
    assert {row.proposal_id for row in await Assignment.all()} == {two[1].id, house.id}


async def test_a_conflict_declared_by_mistake_is_forgotten() -> None:
    event = await make_event()
    reviewer, proposal = await make_reviewer(event, "rolf"), await make_proposal(event)
    await ConflictOfInterest.create(proposal=proposal, reviewer=reviewer, reason="Mistaken")
    address = at(event, f"reviewers/{reviewer.id}")
    async with await signed_in("olga", event) as olga:
        before = (await olga.get(address)).text
        await olga.post(address, data={"do": "forget", "proposal": proposal.code})

    assert "Mistaken" in before
    assert await ConflictOfInterest.all().count() == 0


async def test_the_list_of_reviewers_asks_as_often_for_three_as_for_one() -> None:
    event = await make_event()
    await make_phase(event)
    numbers = []
    async with await signed_in("olga", event) as olga:
        for _ in range(2):
            await make_reviewer(event)
            with counted() as count:
                assert (await olga.get(at(event, "reviewers"))).status_code == 200
            numbers.append(int(count))
            await make_reviewer(event)

    assert numbers[0] == numbers[1]


async def test_without_a_call_the_pages_say_what_comes_first() -> None:
    event = await make_event()
    async with await signed_in("olga", event) as olga:
        answers = [await olga.get(at(event, to)) for to in ("dashboard", "setup", "reviewers", "assignment", "release")]
        reviewing = await olga.get(f"/manage/{event.slug}/review")

    assert {answer.status_code for answer in answers} == {404}
    assert all("Start one under Call" in answer.text for answer in answers)
    assert "No call for proposals yet" in reviewing.text


async def test_another_events_setup_is_out_of_reach() -> None:
    event, other = await make_event(), await make_event()
    await the_call(event)
    phase, scale, reviewer = await make_phase(other), await make_category(other), await make_reviewer(other)
    async with await signed_in("olga", event) as olga:
        answers = [
            (await olga.request(method, at(event, to), data={"do": "remove", "name": "x"} if method == "POST" else None)).status_code
            for to in (f"phases/{phase.id}", f"scores/{scale.id}", f"reviewers/{reviewer.id}")
            for method in ("GET", "POST")
        ]

    assert answers == [404] * 6
