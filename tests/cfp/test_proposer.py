"""A proposer's own pages: read, edit until locked, submit, withdraw; co-speakers who join in one tap or decline."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from eventsvc.audit.models import Entry
from eventsvc.cfp.models import Author, Proposal, ProposalState
from eventsvc.cfp.rules import acceptance, authors
from eventsvc.core.clock import now
from eventsvc.events.models import Event
from eventsvc.mail.models import Letter
from eventsvc.speakers.models import Speaker
from tests.make import make_call, make_event, make_field, make_proposal, make_proposer, make_session
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("rolled_back")


def at(event: Event, speaker: Speaker, proposal: Proposal | None = None) -> str:
    own = f"/{event.slug}/speaker/{speaker.secret}/proposals"
    return f"{own}/{proposal.code}" if proposal else own


async def state(proposal: Proposal) -> str:
    return str((await Proposal.get(id=proposal.id)).state)


async def test_an_author_edits_until_it_is_locked(client: httpx.AsyncClient) -> None:
    event = await make_event()
    call = await make_call(event)
    level = await make_field(call, required=True)
    ana = await make_proposer(event, name="Ana")
    proposal = await make_proposal(event, speakers=[ana], answers={level.key: "Low"})
    form = {"title": "Better", "type": "talk", "abstract": "New words.", "name": "Ana P", level.key: "High", "do": "save"}

    page = await client.get(f"{at(event, ana, proposal)}/edit")
    saved = await client.post(f"{at(event, ana, proposal)}/edit", data=form)
    await call.change(edits_until=now() - timedelta(minutes=1))
    locked = await client.post(f"{at(event, ana, proposal)}/edit", data={**form, "title": "Too late"})

    await proposal.refresh_from_db()
    await ana.refresh_from_db()
    assert 'value="Low"' in page.text
    assert (saved.status_code, saved.headers["location"]) == (303, f"{at(event, ana, proposal)}?done=saved")
    assert (proposal.title, proposal.answers, ana.name) == ("Better", {level.key: "High"}, "Ana P")
    assert locked.headers["location"] == at(event, ana, proposal)
    assert "The time for changes is over" in (await client.get(at(event, ana, proposal))).text


@pytest.mark.parametrize("decided", [ProposalState.ACCEPTED, ProposalState.WAITLISTED, ProposalState.REJECTED, ProposalState.WITHDRAWN])
async def test_what_is_decided_is_locked(client: httpx.AsyncClient, decided: ProposalState) -> None:
    event = await make_event()
    ana = await make_proposer(event)
    proposal = await make_proposal(event, speakers=[ana], state=decided, title="Old")

    await client.post(
        f"{at(event, ana, proposal)}/edit", data={"title": "New", "type": "talk", "abstract": "x", "name": "Ana", "do": "save"}
    )

    assert (await Proposal.get(id=proposal.id)).title == "Old"


async def test_a_pending_decision_shows_nothing(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event)
    open_one = await make_proposal(event, speakers=[ana])
    pages = [(await client.get(at(event, ana, open_one))).text, (await client.get(at(event, ana))).text]

    await open_one.change(pending=ProposalState.REJECTED, pending_by="Rita")

    assert [(await client.get(at(event, ana, open_one))).text, (await client.get(at(event, ana))).text] == pages


async def test_a_draft_is_submitted_once_it_is_complete(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event, email="ana@example.org")
    draft = await make_proposal(event, speakers=[ana], state=ProposalState.DRAFT, submitted_at=None, abstract="")

    missing = await client.post(at(event, ana, draft), data={"do": "submit"})
    form = {"title": draft.title, "type": "talk", "abstract": "There.", "name": "Ana", "do": "submit"}
    done = await client.post(f"{at(event, ana, draft)}/edit", data=form)

    assert (missing.status_code, done.status_code, await state(draft)) == (422, 303, "submitted")
    assert "Something is still missing" in missing.text
    assert [(one.kind, one.to) for one in await Letter.all()] == [("cfp/acknowledged", "ana@example.org")]


async def test_a_draft_stays_after_the_deadline_and_cannot_be_submitted(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event, closes_at=now() - timedelta(minutes=1))
    ana = await make_proposer(event)
    draft = await make_proposal(event, speakers=[ana], state=ProposalState.DRAFT, submitted_at=None)

    page = await client.get(at(event, ana, draft))
    answer = await client.post(at(event, ana, draft), data={"do": "submit"})

    assert "can no longer be proposed" in page.text
    assert (answer.status_code, await state(draft)) == (422, "draft")


async def test_withdrawing_asks_once_more_and_tells_the_organisers(client: httpx.AsyncClient) -> None:
    event = await make_event(contact_email="team@example.org")
    ana = await make_proposer(event)
    proposal = await make_proposal(event, speakers=[ana])

    asked = await client.get(f"{at(event, ana, proposal)}/withdraw")
    await client.post(f"{at(event, ana, proposal)}/withdraw")

    assert "Yes, withdraw it" in asked.text
    assert await state(proposal) == "withdrawn"
    assert [(one.kind, one.to) for one in await Letter.all()] == [("cfp/withdrawn", "team@example.org")]


async def test_a_co_speaker_joins_in_one_tap_and_is_on_the_bill(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event, name="Ana")
    proposal = await make_proposal(event, speakers=[ana])
    await client.post(at(event, ana, proposal), data={"do": "invite", "email": "ben@example.org"})
    ben = await Speaker.get(event=event, email="ben@example.org")
    session = await acceptance.accept(event, proposal, by="Olga")

    asked = await client.get(at(event, ben, proposal))
    no_edit = await client.get(f"{at(event, ben, proposal)}/edit")
    joined = await client.post(at(event, ben, proposal), data={"do": "join"})

    await session.fetch_related("speakers__speaker")
    assert "Ana names you as a co-speaker" in asked.text
    assert (no_edit.status_code, joined.status_code) == (404, 303)
    assert [one.speaker_id for one in session.speakers] == [ana.id, ben.id]


async def test_joining_twice_is_once() -> None:
    event = await make_event()
    ana, ben = await make_proposer(event), await make_proposer(event)
    proposal = await make_proposal(event, speakers=[ana])
    asked = await Author.create(proposal=proposal, speaker=ben, position=1)
    same = await Author.get(id=asked.id)

    await authors.join(event, proposal, asked, by="Ben")
    await authors.join(event, proposal, same, by="Ben")

    assert (await Author.get(id=asked.id)).joined_at is not None
    assert await Entry.filter(action="proposal.author_joined").count() == 1


async def test_before_they_join_an_inviter_learns_nothing_but_the_address(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana, helen = await make_proposer(event), await make_proposer(event, name="Helen Known", email="helen@example.org")
    proposal = await make_proposal(event, speakers=[ana])

    await client.post(at(event, ana, proposal), data={"do": "invite", "email": "helen@example.org"})
    before = (await client.get(at(event, ana, proposal))).text
    await authors.join(event, proposal, await Author.get(speaker=helen), by="Helen")
    after = (await client.get(at(event, ana, proposal))).text

    assert ("helen@example.org" in before, "Helen Known" in before, "Helen Known" in after) == (True, False, True)


async def test_who_declines_and_has_nothing_else_is_forgotten(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event)
    proposal = await make_proposal(event, speakers=[ana])
    await authors.invite(event, proposal, "ben@example.org", by="Ana")
    ben = await Speaker.get(email="ben@example.org")

    await client.post(at(event, ben, proposal), data={"do": "decline"})

    assert await Speaker.filter(event=event).values_list("id", flat=True) == [ana.id]
    assert await Author.filter(proposal=proposal).count() == 1


async def test_the_last_author_cannot_leave_and_a_co_speaker_cannot_withdraw_or_take_others_off(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana, ben = await make_proposer(event), await make_proposer(event)
    proposal = await make_proposal(event, speakers=[ana, ben])

    answers = [
        await client.post(f"{at(event, ben, proposal)}/withdraw"),
        await client.post(at(event, ben, proposal), data={"do": "remove", "who": ana.code}),
    ]
    await client.post(at(event, ana, proposal), data={"do": "remove", "who": ben.code})
    alone = await client.post(at(event, ana, proposal), data={"do": "decline"})

    assert [answer.status_code for answer in answers] == [404, 422]
    assert (alone.status_code, await Author.filter(proposal=proposal).count()) == (422, 1)


async def test_nobody_reaches_the_proposals_of_others(client: httpx.AsyncClient) -> None:
    event, other = await make_event(), await make_event()
    ana, ben, eve = await make_proposer(event), await make_proposer(event), await make_proposer(other)
    proposal = await make_proposal(event, speakers=[ana])
    assert (await client.get(at(event, ana, proposal))).status_code == 200

    wrong = [
        at(event, ben, proposal),
        at(other, eve, proposal),
        at(other, ana, proposal),
        f"/{event.slug}/speaker/made-up/proposals/{proposal.code}",
    ]
    answers = [await client.get(one + more) for one in wrong for more in ("", "/edit", "/withdraw")]

    assert {answer.status_code for answer in answers} == {404}
    assert [answer for answer in answers if proposal.title in answer.text] == []


async def test_somebody_known_proposes_again_from_their_own_page(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)
    ana = await make_proposer(event, name="Ana")

    form = {"title": "Second", "type": "talk", "abstract": "Words.", "name": "Ana", "do": "submit"}
    answer = await client.post(f"{at(event, ana)}/new", data=form)

    proposal = await Proposal.get(authors__speaker=ana)
    assert (answer.status_code, proposal.state) == (303, "submitted")


async def test_the_words_about_a_public_speaker_do_not_change_beside_a_proposal(client: httpx.AsyncClient) -> None:
    event = await make_event()
    await make_call(event)
    ana = await make_proposer(event, name="Ana", biography="Approved.")
    await make_session(event, speakers=[ana])

    form = {"title": "Second", "type": "talk", "abstract": "Words.", "name": "Changed", "biography": "Changed.", "do": "submit"}
    answer = await client.post(f"{at(event, ana)}/new", data=form)

    await ana.refresh_from_db()
    assert (answer.status_code, ana.name, ana.biography) == (303, "Ana", "Approved.")


async def test_own_pages_are_private(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event)
    proposal = await make_proposal(event, speakers=[ana])

    answers = [await client.get(at(event, ana, proposal) + more) for more in ("", "/edit", "/withdraw")] + [
        await client.get(at(event, ana))
    ]

    assert {(answer.headers["cache-control"], 'name="robots" content="noindex"' in answer.text) for answer in answers} == {
        ("no-store", True)
    }


async def test_the_list_asks_as_often_for_three_as_for_one(client: httpx.AsyncClient) -> None:
    event = await make_event()
    ana = await make_proposer(event)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            await make_proposal(event, speakers=[ana])
        with counted() as count:
            await client.get(at(event, ana))
        counts.append(int(count))

    assert counts[0] == counts[1]
